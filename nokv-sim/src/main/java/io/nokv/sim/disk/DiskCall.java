package io.nokv.sim.disk;

/**
 * One call to the disk.
 *
 * @param number counts the calls to this disk from 1, over all processes
 * @param offset first byte of a read, write, map or the new size; else 0
 * @param length bytes asked for; else 0
 */
public record DiskCall(long number, Op op, String path, long offset, long length) {
    /** What is called. */
    public enum Op {
        OPEN, MAKE_DIRECTORIES, LIST, EXISTS, SIZE, RENAME, LINK, DELETE, SYNC_DIRECTORY, LOCK, FREE_BYTES, READ, WRITE,
        SYNC, TRUNCATE, ALLOCATE, FILE_SIZE, MAP, CLOSE;

        /** True when the call changes what a power cut would leave. */
        public boolean changesTheMedium() {
            return switch (this) {
                case OPEN, MAKE_DIRECTORIES, RENAME, LINK, DELETE, SYNC_DIRECTORY, LOCK, WRITE, SYNC, TRUNCATE,
                        ALLOCATE ->
                    true;
                case LIST, EXISTS, SIZE, FREE_BYTES, READ, FILE_SIZE, MAP, CLOSE -> false;
            };
        }
    }
}

package io.nokv.lsm;

/**
 * Takes what it needs out of an entry, without a copy of the rest.
 *
 * @param <T> what is made of the entry
 */
public interface EntryReader<T> {
    /**
     * The value lies in {@code array[offset, offset + length)}, which is the engine's: it must not be changed, and not be
     * touched after this call. Must not wait.
     *
     * @param tail the key's tail as a big-endian number; 0 in a family without tails
     */
    T read(long tail, byte[] array, int offset, int length);
}

package io.nokv.lsm.vfs;

import io.nokv.base.port.Entropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a name of {@link MemVfs} leads to. */
sealed interface MemNode {
    /** Names of one directory: as programs see them, and as they would be after power loss. Guarded by the MemVfs. */
    final class Directory implements MemNode {
        final TreeMap<String, MemNode> current = new TreeMap<>();
        final TreeMap<String, MemNode> durable = new TreeMap<>();
    }

    /**
     * Bytes of one file, in chunks. Next to them the content that un-synced sectors had at the last sync, from which
     * {@link #losePower} decides sector by sector. Guarded by itself.
     */
    final class Content implements MemNode {
        static final int SECTOR_BYTES = 512;
        private static final int CHUNK_BYTES = 64 << 10;

        private final List<byte[]> chunks = new ArrayList<>();
        private long size;
        private long syncedSize;
        /** Sector number to its bytes at the last sync. */
        private final TreeMap<Long, byte[]> unsynced = new TreeMap<>();

        synchronized long size() {
            return size;
        }

        synchronized int read(long offset, ByteBuffer into) {
            int count = (int) Math.max(0, Math.min(into.remaining(), size - offset));
            copy(offset, count, into);
            return count;
        }

        private void copy(long offset, int count, ByteBuffer into) {
            long at = offset;
            int left = count;
            while (left > 0) {
                byte[] chunk = chunks.get((int) (at / CHUNK_BYTES));
                int within = (int) (at % CHUNK_BYTES);
                int n = Math.min(left, CHUNK_BYTES - within);
                into.put(chunk, within, n);
                at += n;
                left -= n;
            }
        }

        synchronized int write(long offset, ByteBuffer from) {
            int count = from.remaining();
            remember(offset, offset + count);
            grow(offset + count);
            long at = offset;
            while (from.hasRemaining()) {
                byte[] chunk = chunks.get((int) (at / CHUNK_BYTES));
                int within = (int) (at % CHUNK_BYTES);
                int n = Math.min(from.remaining(), CHUNK_BYTES - within);
                from.get(chunk, within, n);
                at += n;
            }
            return count;
        }

        /** Keeps the synced bytes of the sectors that {@code [from, to)} touches. */
        private void remember(long from, long to) {
            for (long sector = from / SECTOR_BYTES; sector * SECTOR_BYTES < to; sector++) {
                if (!unsynced.containsKey(sector)) {
                    unsynced.put(sector, sector(sector));
                }
            }
        }

        private byte[] sector(long sector) {
            byte[] bytes = new byte[SECTOR_BYTES];
            long start = sector * SECTOR_BYTES;
            int count = (int) Math.max(0, Math.min(SECTOR_BYTES, size - start));
            copy(start, count, ByteBuffer.wrap(bytes));
            return bytes;
        }

        private void grow(long newSize) {
            while ((long) chunks.size() * CHUNK_BYTES < newSize) {
                chunks.add(new byte[CHUNK_BYTES]);
            }
            size = Math.max(size, newSize);
        }

        synchronized void allocate(long newSize) {
            grow(newSize);
        }

        synchronized void truncate(long newSize) {
            if (newSize >= size) {
                grow(newSize);
                return;
            }
            remember(newSize, size);
            int keep = Math.toIntExact((newSize + CHUNK_BYTES - 1) / CHUNK_BYTES);
            while (chunks.size() > keep) {
                chunks.removeLast();
            }
            int within = (int) (newSize % CHUNK_BYTES);
            if (within > 0) {
                Arrays.fill(chunks.getLast(), within, CHUNK_BYTES, (byte) 0);
            }
            size = newSize;
        }

        synchronized void sync() {
            unsynced.clear();
            syncedSize = size;
        }

        /** Decides, sector by sector, what of the un-synced writes reached the medium; afterwards all is synced. */
        synchronized void losePower(Entropy entropy) {
            if (unsynced.isEmpty() && size == syncedSize) {
                return;
            }
            long survivingSize = entropy.nextInt(2) == 0 ? size : syncedSize;
            long fullSize = Math.max(size, syncedSize);
            grow(fullSize);
            int mood = entropy.nextInt(4);
            for (Map.Entry<Long, byte[]> entry : unsynced.entrySet()) {
                int fate = mood < 2 ? mood : entropy.nextInt(3);
                if (fate == 0) {
                    continue;
                }
                int keptNew = fate == 1 ? 0 : entropy.nextInt(SECTOR_BYTES);
                long start = entry.getKey() * SECTOR_BYTES;
                if (start >= fullSize) {
                    continue;
                }
                byte[] chunk = chunks.get((int) (start / CHUNK_BYTES));
                System.arraycopy(entry.getValue(), keptNew, chunk, (int) (start % CHUNK_BYTES) + keptNew,
                        SECTOR_BYTES - keptNew);
            }
            unsynced.clear();
            truncate(survivingSize);
            sync();
        }

        /** Flips the bits of {@code mask} in the byte at {@code offset}, as a failing medium does. */
        synchronized void damage(long offset, int mask) {
            if (offset < size) {
                chunks.get((int) (offset / CHUNK_BYTES))[(int) (offset % CHUNK_BYTES)] ^= (byte) mask;
            }
        }
    }
}

package io.nokv.benchmark.engine;

import java.nio.file.Path;
import java.util.Iterator;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * H2's MVStore, all Java: for orientation. It has no log; a background thread commits once a second, so nothing here is
 * durable when it is acknowledged.
 */
final class MvStore implements Store {
    private final MVStore store;
    private final MVMap<byte[], byte[]> map;

    MvStore(Path directory, Sizing sizing) {
        store = new MVStore.Builder().fileName(directory.resolve("store.mv").toString()).compress()
                .cacheSize((int) (sizing.cacheBytes() >> 20)).autoCommitBufferSize((int) (sizing.memtableBytes() >> 10))
                .open();
        map = store.openMap("rows");
    }

    @Override
    public Session session() {
        return new Client();
    }

    @Override
    public void settle() {
        store.commit();
    }

    @Override
    public void compactAll() {
        store.compactFile(Integer.MAX_VALUE);
    }

    @Override
    public Sizes sizes() {
        return new Sizes(0, store.getFileStore().size(), 1);
    }

    @Override
    public String statistics() {
        return "cache hits " + store.getFileStore().getCacheHitRatio() + " %, filled "
                + store.getFileStore().getFillRate() + " %";
    }

    @Override
    public void close() {
        store.closeImmediately();
    }

    private final class Client implements Session {
        private long seen;

        @Override
        public void put(byte[] key, byte[] value) {
            map.put(key, value);
        }

        @Override
        public void putAll(Row[] rows) {
            for (Row row : rows) {
                map.put(row.key(), row.value());
            }
        }

        @Override
        public int get(byte[] key) {
            byte[] value = map.get(key);
            return value == null ? -1 : value.length;
        }

        @Override
        public int multiGet(byte[][] sortedKeys) {
            int found = 0;
            for (byte[] key : sortedKeys) {
                found += map.get(key) == null ? 0 : 1;
            }
            return found;
        }

        @Override
        public int scan(byte[] from, int limit) {
            int rows = 0;
            Cursor<byte[], byte[]> cursor = map.cursor(from);
            while (rows < limit && cursor.hasNext()) {
                see(cursor.next(), cursor.getValue());
                rows++;
            }
            return rows;
        }

        @Override
        public int scanPrefix(byte[] prefix) {
            int rows = 0;
            Cursor<byte[], byte[]> cursor = map.cursor(prefix);
            for (Iterator<byte[]> keys = cursor; keys.hasNext();) {
                byte[] key = keys.next();
                if (!Keys.hasPrefix(key, prefix)) {
                    break;
                }
                see(key, cursor.getValue());
                rows++;
            }
            return rows;
        }

        private void see(byte[] key, byte[] value) {
            seen += key.length + key[key.length - 1] + value.length + value[0];
        }

        @Override
        public void close() {
            Seen.add(seen);
        }
    }
}

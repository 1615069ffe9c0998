package io.nokv.fsmeta.runtime;

import io.nokv.base.codec.Bytes;
import io.nokv.fsmeta.txn.View;
import io.nokv.kv.LocalKv;
import io.nokv.kv.client.RowScan;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.store.KvStore.ReadAnswer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Reads at one version. Thread-safe; the rows of a scan are not. */
final class KvView implements View {
    private final LocalKv kv;
    private final SnapshotReader reader;

    KvView(LocalKv kv, SnapshotReader reader) {
        this.kv = kv;
        this.reader = reader;
    }

    @Override
    public long version() {
        return reader.at().value();
    }

    @Override
    public byte[] get(byte[] key) {
        kv.requireOpen();
        ReadAnswer.Row row = reader.get(key);
        return row == null ? null : row.value();
    }

    @Override
    public List<byte[]> multiGet(List<byte[]> keys) {
        Row[] rows = rows(keys);
        byte[][] values = new byte[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            values[i] = rows[i] == null ? null : rows[i].value();
        }
        return Arrays.asList(values);
    }

    @Override
    public List<Versioned> multiGetVersioned(List<byte[]> keys) {
        Versioned[] out = new Versioned[keys.size()];
        Row[] rows = rows(keys);
        for (int i = 0; i < rows.length; i++) {
            out[i] = rows[i] == null ? null : new Versioned(rows[i].value(), rows[i].version());
        }
        return Arrays.asList(out);
    }

    /** A found row, whose array belongs to the reader. */
    private record Row(byte[] value, long version) {}

    /** In the order of {@code keys}, null where absent, with one sorted read below. */
    private Row[] rows(List<byte[]> keys) {
        kv.requireOpen();
        int count = keys.size();
        if (count == 0) {
            return new Row[0];
        }
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparing(keys::get, Bytes.ORDER));
        List<byte[]> distinct = new ArrayList<>(count);
        int[] rank = new int[count];
        for (int i : order) {
            if (distinct.isEmpty() || !Arrays.equals(distinct.getLast(), keys.get(i))) {
                distinct.add(keys.get(i));
            }
            rank[i] = distinct.size() - 1;
        }
        List<ReadAnswer.Row> found = reader.multiGet(distinct);
        boolean[] taken = new boolean[distinct.size()];
        Row[] rows = new Row[count];
        for (int i = 0; i < count; i++) {
            ReadAnswer.Row row = found.get(rank[i]);
            if (row != null) {
                // A key asked for twice gets an array for each answer.
                rows[i] = new Row(taken[rank[i]] ? row.value().clone() : row.value(), row.commitTs().value());
                taken[rank[i]] = true;
            }
        }
        return rows;
    }

    @Override
    public long versionOf(byte[] key) {
        kv.requireOpen();
        ReadAnswer.Row row = reader.get(key);
        return row == null ? 0 : row.commitTs().value();
    }

    @Override
    public Versioned getVersioned(byte[] key) {
        kv.requireOpen();
        return versioned(reader.get(key));
    }

    private static Versioned versioned(ReadAnswer.Row row) {
        return row == null ? null : new Versioned(row.value(), row.commitTs().value());
    }

    @Override
    public Rows scan(byte[] from, byte[] to, boolean reverse) {
        kv.requireOpen();
        return new StoredRows(kv, reader.scan(from.clone(), to == null ? null : to.clone(), reverse));
    }

    /** Rows as they are stored. */
    static final class StoredRows implements Rows {
        private final LocalKv kv;
        private final RowScan scan;

        StoredRows(LocalKv kv, RowScan scan) {
            this.kv = kv;
            this.scan = scan;
        }

        @Override
        public boolean next() {
            kv.requireOpen();
            return scan.next();
        }

        @Override
        public byte[] key() {
            return scan.key();
        }

        @Override
        public byte[] value() {
            return scan.value();
        }

        @Override
        public long version() {
            return scan.commitTs().value();
        }

        @Override
        public void close() {
            scan.close();
        }
    }
}

package io.nokv.lsm.transfer;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableReader;
import io.nokv.lsm.table.TableStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Brings the files of an export into a store's directory and reads them whole before anybody believes them. Nothing names
 * them yet: what is not taken into use is removed by {@link #discard()}, or when the store is opened next. Used by one flow.
 */
public final class Intake {
    private static final int COPY_BYTES = 1 << 20;

    private final Vfs vfs;
    private final TableStore store;
    private final LongSupplier numbers;
    private final String source;
    private final ExportManifest manifest;
    private final List<TableMeta> tables = new ArrayList<>();
    private final List<Long> begun = new ArrayList<>();

    /**
     * FILE_NOT_FOUND when {@code source} holds no export, CORRUPTION when its description does not check.
     *
     * @param numbers hands out the file numbers of {@code store}
     */
    public Intake(Vfs vfs, String source, TableStore store, LongSupplier numbers) {
        this.vfs = vfs;
        this.source = source;
        this.store = store;
        this.numbers = numbers;
        this.manifest = ExportManifest.read(vfs, source);
    }

    /** What was exported. */
    public Set<Family> families() {
        return manifest.families();
    }

    /** What was exported of each family. */
    public Range range() {
        return manifest.range();
    }

    /** INVALID_ARGUMENT when {@code batch} does something to what the export may hold, or deletes a range. */
    public void refuseWithin(WriteBatch batch) {
        for (WriteBatch.Op op : batch.ops()) {
            if (op instanceof WriteBatch.Op.DeleteRange) {
                throw NokvException.invalid("no range is deleted beside an ingest");
            }
            if (families().contains(op.family()) && range().contains(op.key())) {
                throw NokvException.invalid("key " + Bytes.show(op.key()) + " of family " + op.family()
                        + " is written beside an ingest of its range");
            }
        }
    }

    /** Bytes of all files. */
    public long bytes() {
        return manifest.bytes();
    }

    /**
     * Takes the files in and checks every byte of them; they and their names are durable afterwards. CORRUPTION, naming the
     * file in the export, when one is not what it should be. May run on any core.
     *
     * @param link whether files get a second name instead of being copied
     * @return the tables in order; their sequence numbers are not the final ones
     */
    public List<TableMeta> take(boolean link) {
        for (ExportedTable table : manifest.tables()) {
            String path = BuiltDirectory.in(source, table.name());
            TableMeta meta = table.as(numbers.getAsLong());
            if (!vfs.exists(path)) {
                throw NokvException.corruption(path, 0, "the file is missing");
            }
            long size = vfs.size(path);
            if (size != table.bytes()) {
                throw NokvException.corruption(path, Math.min(size, table.bytes()),
                        "the file has " + size + " bytes, the export's description says " + table.bytes());
            }
            begun.add(meta.number());
            if (link) {
                try (VfsFile file = vfs.open(path, Vfs.Mode.READ_WRITE)) {
                    file.sync();
                }
                vfs.link(path, store.path(meta.number()));
            } else {
                copy(path, store.path(meta.number()), size);
            }
            check(meta, path);
            tables.add(meta);
        }
        if (!tables.isEmpty()) {
            store.syncNames();
        }
        return List.copyOf(tables);
    }

    private void copy(String from, String to, long bytes) {
        try (VfsFile in = vfs.open(from, Vfs.Mode.READ); VfsFile out = vfs.open(to, Vfs.Mode.CREATE_NEW)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(bytes, COPY_BYTES));
            for (long at = 0; at < bytes; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), bytes - at));
                VfsIo.readFully(in, at, buffer);
                VfsIo.writeFully(out, at, buffer.flip());
            }
            out.sync();
        }
    }

    private void check(TableMeta meta, String path) {
        try {
            read(meta, path);
        } catch (NokvException e) {
            boolean ours = e.getMessage().startsWith(path);
            throw ours || e.code() != FailureCode.CORRUPTION
                    ? e
                    : new NokvException(e.code(),
                            path + ": " + e.getMessage(), e);
        }
    }

    /** Every entry: order, bounds, number and kind. */
    private void read(TableMeta meta, String path) {
        TableReader reader = store.look(meta);
        byte[] first = null;
        byte[] last = null;
        long entries = 0;
        for (Family family : Family.values()) {
            EntryCursor entry = reader.cursor(family, false);
            for (entry.seekToFirst(); entry.isValid(); entry.next()) {
                byte[] key = TableKey.of(family, Arrays.copyOfRange(entry.keyArray(), entry.keyOffset(),
                        entry.keyOffset() + entry.keyLength()));
                if (last != null && Arrays.compareUnsigned(last, key) >= 0 || !manifest.holds(key)
                        || entry.kind() != EntryKind.PUT) {
                    throw NokvException.corruption(path, 0, "row " + entries + " does not belong there");
                }
                first = first == null ? key : first;
                last = key;
                entries++;
            }
        }
        if (entries != meta.entries() || !Arrays.equals(first, meta.smallest())
                || !Arrays.equals(last, meta.largest())) {
            throw NokvException.corruption(path, 0, "the file does not hold the rows that it should");
        }
        if (store.checksum(meta) != meta.checksum()) {
            throw NokvException.corruption(path, 0, "the file does not match the checksum in the export's description");
        }
    }

    /** Removes what was taken in; what cannot be removed is left to the next opening of the store. */
    public void discard() {
        for (long number : begun) {
            try {
                if (vfs.exists(store.path(number))) {
                    store.delete(number);
                }
            } catch (NokvException _) {
                return;
            }
        }
    }
}

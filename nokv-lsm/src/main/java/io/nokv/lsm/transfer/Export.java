package io.nokv.lsm.transfer;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Entropy;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.table.TableWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The rows of a range as table files that another store can ingest.
 *
 * @param directory where they are
 * @param sequence the state they show
 * @param tables how many files there are besides the description
 * @param bytes of these files
 * @param rows in them
 */
public record Export(String directory, long sequence, int tables, long bytes, long rows) {
    /** The rows of a family in order, at the state that is exported. */
    public interface Rows {
        Cursor of(Family family);
    }

    /**
     * How the files look.
     *
     * @param tableBytes stored bytes after which the next file is begun
     * @param cancelled asked once in a while; CANCELLED when it says so
     */
    public record Layout(TableStore store, Compression compression, long tableBytes, Entropy entropy,
            BooleanSupplier cancelled) {}

    private static final int ROWS_BETWEEN_CHECKS = 1024;

    /**
     * Writes the files and makes them appear at {@code target} together. Reads what cannot change; may run on any core.
     *
     * @param number makes the temporary name in {@code store} unique
     * @param rows of each family, within {@code range}
     */
    public static Export write(Vfs vfs, String store, String target, long number, Layout layout, Set<Family> families,
            Range range, long sequence, Rows rows) {
        Set<Family> ordered = families.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(families));
        try (BuiltDirectory building = new BuiltDirectory(vfs, store, target, number)) {
            Files files = new Files(building.path(), layout);
            try {
                ordered.forEach(family -> files.add(family, rows));
                files.finishTable();
            } finally {
                files.abandon();
            }
            ExportManifest manifest = new ExportManifest(ordered, range, sequence, List.copyOf(files.tables));
            manifest.write(vfs, building.path());
            building.appear();
            return new Export(target, sequence, files.tables.size(), manifest.bytes(), manifest.entries());
        }
    }

    /** The files as they are written. */
    private static final class Files {
        private final String directory;
        private final Layout layout;
        private final List<ExportedTable> tables = new ArrayList<>();
        private TableWriter writer;
        private long stamp;

        Files(String directory, Layout layout) {
            this.directory = directory;
            this.layout = layout;
        }

        void add(Family family, Rows rows) {
            long count = 0;
            try (Cursor row = rows.of(family)) {
                for (row.seekToFirst(); row.isValid(); row.next()) {
                    if (count++ % ROWS_BETWEEN_CHECKS == 0 && layout.cancelled.getAsBoolean()) {
                        throw new NokvException(FailureCode.CANCELLED, "the store is closing");
                    }
                    if (writer != null && writer.bytes() >= layout.tableBytes) {
                        finishTable();
                    }
                    if (writer == null) {
                        stamp = layout.entropy.nextLong() >>> 1 | 1;
                        writer = layout.store.createAt(
                                BuiltDirectory.in(directory, ExportManifest.tableName(tables.size())), stamp,
                                layout.compression);
                    }
                    writer.add(family, row.keyArray(), row.keyOffset(), row.keyLength(), 0, EntryKind.PUT,
                            row.valueArray(), row.valueOffset(), row.valueLength());
                }
            }
        }

        void finishTable() {
            if (writer != null) {
                TableMeta meta = writer.finish();
                tables.add(new ExportedTable(ExportManifest.tableName(tables.size()), stamp, meta.bytes(),
                        meta.entries(), meta.smallest(), meta.largest(), meta.checksum()));
                abandon();
            }
        }

        void abandon() {
            if (writer != null) {
                writer.close();
                writer = null;
            }
        }
    }
}

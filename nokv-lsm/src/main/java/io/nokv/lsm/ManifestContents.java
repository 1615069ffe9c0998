package io.nokv.lsm;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.vlog.ValueFileMeta;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a store's manifest says, read without opening the store: no table is looked at and nothing is written.
 *
 * @param number names the manifest's file
 * @param edits records in it
 * @param firstSegment the first segment of the log that is still needed
 * @param flushedSequence all batches up to here are in tables
 * @param nextNumber the lowest file number not yet used
 * @param tables by level, then by key; level 0 newest first
 * @param valueFiles by number
 */
public record ManifestContents(long number, int edits, long firstSegment, long flushedSequence, long nextNumber,
        List<Table> tables, List<ValueFile> valueFiles) {
    /**
     * @param deletions of single keys
     * @param rangeDeletions of ranges
     * @param smallest family and key, printable
     * @param largest the same, inclusive
     */
    public record Table(int level, long number, long bytes, long entries, long deletions, long rangeDeletions,
            long minSequence, long maxSequence, String smallest, String largest) {}

    /** @param generation how often its values were moved */
    public record ValueFile(long number, long bytes, Family family, int generation, long values) {}

    private static final Comparator<VersionEdit.Added> ORDER = Comparator.comparingInt(VersionEdit.Added::level)
            .thenComparing((a, b) -> a.level() == 0
                    ? Long.compare(b.table().maxSequence(), a.table().maxSequence())
                    : Bytes.ORDER.compare(a.table().smallest(), b.table().smallest()));

    /**
     * Reads the manifest of the store in {@code directory}, whose lock it holds meanwhile. LOCKED when the store is open,
     * FILE_NOT_FOUND when there is none, CORRUPTION when the manifest does not check.
     */
    public static ManifestContents read(Vfs vfs, String directory) {
        AutoCloseable lock = LsmEngine.lock(vfs, directory);
        try {
            Manifest.Recovered found = Manifest.recover(vfs, directory);
            if (found == null) {
                throw new NokvException(FailureCode.FILE_NOT_FOUND,
                        directory + " holds no store: it has no CURRENT file");
            }
            VersionEdit whole = VersionEdit.fold(found.edits());
            return new ManifestContents(found.number(), found.edits().size(), whole.log().firstSegment(),
                    whole.log().flushedSequence(), whole.nextNumber(),
                    whole.added().stream().sorted(ORDER).map(a -> table(a.level(), a.table())).toList(),
                    whole.addedValues().stream().sorted(Comparator.comparingLong(ValueFileMeta::number))
                            .map(f -> new ValueFile(f.number(), f.bytes(), f.family(), f.generation(), f.values()))
                            .toList());
        } finally {
            LsmEngine.release(lock);
        }
    }

    private static Table table(int level, TableMeta table) {
        return new Table(level, table.number(), table.bytes(), table.entries(), table.tombstones(),
                table.traits().rangeDeletions(), table.minSequence(), table.maxSequence(), key(table.smallest()),
                key(table.largest()));
    }

    private static String key(byte[] tableKey) {
        Family family = Family.ofCode(tableKey[0] & 0xFF);
        String name = family == null ? "after the last family" : family.name().toLowerCase(Locale.ROOT);
        return name + ":" + Bytes.show(Arrays.copyOfRange(tableKey, 1, tableKey.length));
    }
}

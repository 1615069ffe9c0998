package io.nokv.lsm.transfer;

import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.vlog.ValueFileMeta;
import java.util.List;

/**
 * An openable copy of a whole store that shares its tables and value files by hard links.
 *
 * @param directory where it is
 * @param sequence it holds every batch up to this one and nothing of a later one
 * @param tables how many there are
 * @param bytes their sum, and that of the value files; they take space of their own only when the store drops them
 */
public record Checkpoint(String directory, long sequence, int tables, long bytes) {
    /**
     * Makes one of {@code version}, which the caller holds. FILE_EXISTS when there is something at {@code target}.
     *
     * @param store the directory of the store
     * @param flushedSequence the tables of {@code version} hold every batch up to this one, and no other
     * @param nextNumber above the numbers of all files that {@code version} names
     */
    public static Checkpoint create(Vfs vfs, String store, String target, Version version, long flushedSequence,
            long nextNumber) {
        List<VersionEdit.Added> added = version.asAdded();
        long bytes = 0;
        try (BuiltDirectory building = new BuiltDirectory(vfs, store, target, nextNumber)) {
            for (VersionEdit.Added a : added) {
                String name = String.format("%06d.sst", a.table().number());
                vfs.link(BuiltDirectory.in(store, name), BuiltDirectory.in(building.path(), name));
                bytes += a.table().bytes();
            }
            for (ValueFileMeta file : version.values().metas()) {
                String name = String.format("%06d.vlog", file.number());
                vfs.link(BuiltDirectory.in(store, name), BuiltDirectory.in(building.path(), name));
                bytes += file.bytes();
            }
            VersionEdit whole = version.asEdit(new VersionEdit.LogMark(0, flushedSequence), nextNumber + 1);
            Manifest.create(vfs, building.path(), nextNumber, whole, Long.MAX_VALUE).close();
            building.appear();
        }
        return new Checkpoint(target, flushedSequence, added.size(), bytes);
    }

    /** Removes what interrupted calls left in the directory of a store that is being opened. */
    public static void removeLeftovers(Vfs vfs, String store) {
        BuiltDirectory.removeLeftovers(vfs, store);
    }
}

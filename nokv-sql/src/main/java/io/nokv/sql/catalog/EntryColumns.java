package io.nokv.sql.catalog;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.sql.type.SqlTypeName;

/** The columns of names and attributes, shared by tables and functions. */
final class EntryColumns {
    /** A name of 255 bytes, each escaped. */
    static final int NAME_LENGTH = 4 * FileName.MAX_BYTES;
    static final int MOUNT_LENGTH = NAME_LENGTH;
    static final int TYPE_LENGTH = 12;
    static final int PATH_LENGTH = 4 * NamespaceLimits.MAX_PATH_BYTES;

    private EntryColumns() {}

    static TableColumn mount() {
        return TableColumn.text("mount", MOUNT_LENGTH, "the mount", (mount, _) -> mount);
    }

    /** (mount, parent, name). */
    static List<TableColumn> key(Function<Object, Entry> entry) {
        return List.of(mount(),
                TableColumn.bigint("parent", "inode of the directory that has the name",
                        (_, s) -> entry.apply(s).parent()),
                TableColumn.text("name", NAME_LENGTH, "UTF-8; other bytes and the backslash as \\xNN; ordered by byte",
                        (_, s) -> entry.apply(s).name().escaped()));
    }

    static TableColumn nameBytes(Function<Object, Entry> entry) {
        return new TableColumn("name_bytes", SqlTypeName.VARBINARY, FileName.MAX_BYTES, false,
                "the name as it is stored", (_, s) -> entry.apply(s).name().bytes());
    }

    static TableColumn inode(Function<Object, Attributes> attributes) {
        return TableColumn.bigint("inode", "inode number", (_, s) -> attributes.apply(s).inode());
    }

    static TableColumn type(Function<Object, Attributes> attributes) {
        return TableColumn.text("type", TYPE_LENGTH,
                "FILE, DIRECTORY, SYMLINK, FIFO, SOCKET, CHAR_DEVICE or BLOCK_DEVICE",
                (_, s) -> attributes.apply(s).type().name());
    }

    /** type, size, mode, ... version. */
    static List<TableColumn> attributes(Function<Object, Attributes> a) {
        List<TableColumn> columns = new ArrayList<>();
        columns.add(type(a));
        columns.add(TableColumn.bigint("size", "bytes; of a symlink the length of its target",
                (_, s) -> a.apply(s).size()));
        columns.add(TableColumn.integer("mode", "permission bits, 0 to 4095 (07777)", (_, s) -> a.apply(s).mode()));
        columns.add(TableColumn.integer("uid", "owner", (_, s) -> a.apply(s).uid()));
        columns.add(TableColumn.integer("gid", "group", (_, s) -> a.apply(s).gid()));
        columns.add(TableColumn.bigint("link_count", "names of a file; 2 + subdirectories of a directory",
                (_, s) -> a.apply(s).linkCount()));
        columns.add(TableColumn.timestamp("atime", "last access, UTC", (_, s) -> millis(a.apply(s).atimeNs())));
        columns.add(TableColumn.timestamp("mtime", "last change of the content, UTC",
                (_, s) -> millis(a.apply(s).mtimeNs())));
        columns.add(TableColumn.timestamp("ctime", "last change of the inode, UTC",
                (_, s) -> millis(a.apply(s).ctimeNs())));
        columns.add(TableColumn.timestamp("created_at", "creation, UTC", (_, s) -> millis(a.apply(s).createdNs())));
        columns.add(TableColumn.bigint("atime_ns", "nanoseconds since the epoch", (_, s) -> a.apply(s).atimeNs()));
        columns.add(TableColumn.bigint("mtime_ns", "nanoseconds since the epoch", (_, s) -> a.apply(s).mtimeNs()));
        columns.add(TableColumn.bigint("ctime_ns", "nanoseconds since the epoch", (_, s) -> a.apply(s).ctimeNs()));
        columns.add(TableColumn.bigint("version", "version that last changed the inode; 0 for the own transaction's",
                (_, s) -> a.apply(s).version()));
        return columns;
    }

    static Long millis(long nanos) {
        return Math.floorDiv(nanos, 1_000_000L);
    }
}

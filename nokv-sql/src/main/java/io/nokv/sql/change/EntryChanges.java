package io.nokv.sql.change;

import io.nokv.base.port.Clock;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.parse.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Changes of names and attributes as mutations of one transaction. */
final class EntryChanges {
    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;
    private static final List<String> ATTRIBUTES = List.of("size", "mode", "uid", "gid", "atime", "mtime", "ctime",
            "atime_ns", "mtime_ns", "ctime_ns");

    private final Change change;
    private final ChangeRows rows;
    private final NamespaceTxn txn;
    private final String defaultMount;
    private final Clock clock;

    EntryChanges(Change change, ChangeRows rows, NamespaceTxn txn, String defaultMount, Clock clock) {
        this.change = change;
        this.rows = rows;
        this.txn = txn;
        this.defaultMount = defaultMount;
        this.clock = clock;
    }

    /** How many rows were changed: all, or a failure is thrown and the caller rolls back. */
    long apply() {
        List<Object[]> ordered = change.verb() == Change.Verb.DELETE ? childrenFirst() : rows.rows();
        for (Object[] row : ordered) {
            switch (change.verb()) {
                case INSERT -> insert(row);
                case UPDATE -> update(row);
                case DELETE -> delete(row);
            }
        }
        return ordered.size();
    }

    private void insert(Object[] row) {
        Object mount = rows.given(row, "mount");
        String where = mount == null ? defaultMount : (String) mount;
        long parent = ((Number) rows.required(row, "parent")).longValue();
        FileName name = name(row);
        Object inode = rows.given(row, "inode");
        if (inode != null) {
            requireNoAttributes(row);
            txn.apply(new Mutation.Link(where, ((Number) inode).longValue(), parent, name));
            return;
        }
        FileType type = type((String) rows.given(row, "type"));
        Integer mode = integer(row, "mode");
        long size = rows.given(row, "size") == null ? 0 : ((Number) rows.given(row, "size")).longValue();
        if (size < 0) {
            throw SqlState.INVALID_PARAMETER.failure("size must not be negative: " + size);
        }
        NewInode made = new NewInode(type,
                mode == null ? type == FileType.DIRECTORY ? DIRECTORY_MODE : FILE_MODE : requireMode(mode),
                orZero(integer(row, "uid")), orZero(integer(row, "gid")), size, 0, times(row), null);
        txn.apply(new Mutation.Create(where, parent, name, made));
    }

    private FileName name(Object[] row) {
        Object bytes = rows.given(row, "name_bytes");
        if (bytes == null) {
            return FileName.ofEscaped((String) rows.required(row, "name"));
        }
        FileName name = FileName.of((byte[]) bytes);
        Object text = rows.given(row, "name");
        if (text != null && !FileName.ofEscaped((String) text).equals(name)) {
            throw SqlState.INVALID_PARAMETER.failure("name and name_bytes differ: " + text + ", " + name);
        }
        return name;
    }

    private void requireNoAttributes(Object[] row) {
        for (String column : ATTRIBUTES) {
            if (rows.given(row, column) != null) {
                throw SqlState.NOT_SUPPORTED.failure("a row with an inode is a further name for it and has its "
                        + "attributes; leave out " + column);
            }
        }
    }

    private static FileType type(String text) {
        if (text == null) {
            return FileType.FILE;
        }
        for (FileType type : FileType.values()) {
            if (type.name().equals(text.toUpperCase(Locale.ROOT))) {
                if (type == FileType.SYMLINK) {
                    throw SqlState.NOT_SUPPORTED.failure("a symlink needs a target, which no table has;"
                            + " create it through the file system interface");
                }
                return type;
            }
        }
        throw SqlState.INVALID_TEXT.failure("'" + text + "' is no type of an inode");
    }

    private Integer integer(Object[] row, String column) {
        Object value = rows.given(row, column);
        return value == null ? null : (Integer) ((Number) value).intValue();
    }

    private static int requireMode(int mode) {
        if (mode < 0 || mode > 07777) {
            throw SqlState.INVALID_PARAMETER.failure("mode must be 0 to 4095 (octal 7777): " + mode);
        }
        return mode;
    }

    private static int orZero(Integer value) {
        return value == null ? 0 : value;
    }

    /** Null when the statement gives none: then all are the time of the commit. */
    private NewInode.Times times(Object[] row) {
        Long atime = nanos(row, "atime", false);
        Long mtime = nanos(row, "mtime", false);
        Long ctime = nanos(row, "ctime", false);
        if (atime == null && mtime == null && ctime == null) {
            return null;
        }
        long now = clock.wallNanos();
        return new NewInode.Times(atime == null ? now : atime, mtime == null ? now : mtime,
                ctime == null ? now : ctime);
    }

    private Long nanos(Object[] row, String column, boolean notNull) {
        Object exact = notNull ? rows.givenNotNull(row, column + "_ns") : rows.given(row, column + "_ns");
        if (exact != null) {
            return ((Number) exact).longValue();
        }
        Object millis = notNull ? rows.givenNotNull(row, column) : rows.given(row, column);
        try {
            return millis == null ? null : (Long) Math.multiplyExact((Long) millis, 1_000_000L);
        } catch (ArithmeticException _) {
            throw SqlState.NUMERIC_OUT_OF_RANGE.failure(column + " is too far from the year 1970");
        }
    }

    private void update(Object[] row) {
        String mount = (String) rows.known(row, "mount");
        long inode = rows.knownLong(row, "inode");
        if (rows.gives("parent") || rows.gives("name")) {
            rename(row, mount);
        }
        boolean attributes = ATTRIBUTES.stream().anyMatch(rows::gives);
        if (attributes) {
            Integer mode = rows.givenInt(row, "mode");
            Long size = rows.givenLong(row, "size");
            if (size != null && size < 0) {
                throw SqlState.INVALID_PARAMETER.failure("size must not be negative: " + size);
            }
            txn.apply(new Mutation.SetAttr(mount, inode, mode == null ? null : (Integer) requireMode(mode),
                    rows.givenInt(row, "uid"), rows.givenInt(row, "gid"), size, nanos(row, "atime", true),
                    nanos(row, "mtime", true), nanos(row, "ctime", true)));
        }
    }

    private void rename(Object[] row, String mount) {
        long parent = rows.knownLong(row, "parent");
        FileName name = FileName.ofEscaped((String) rows.known(row, "name"));
        Long toParent = rows.givenLong(row, "parent");
        Object toText = rows.givenNotNull(row, "name");
        FileName toName = toText == null ? name : FileName.ofEscaped((String) toText);
        long target = toParent == null ? parent : toParent;
        if (target == parent && toName.equals(name)) {
            return;
        }
        txn.apply(new Mutation.Rename(mount, parent, name, mount, target, toName, Mutation.RenameMode.NO_REPLACE));
    }

    private void delete(Object[] row) {
        String mount = (String) rows.known(row, "mount");
        long parent = rows.knownLong(row, "parent");
        FileName name = FileName.ofEscaped((String) rows.known(row, "name"));
        txn.apply(isDirectory(row)
                ? new Mutation.RemoveDir(mount, parent, name)
                : new Mutation.Unlink(mount, parent, name));
    }

    private boolean isDirectory(Object[] row) {
        return rows.known(row, "type").equals(FileType.DIRECTORY.name());
    }

    private record Place(String mount, long inode) {}

    /** A directory goes after everything below it that goes too. */
    private List<Object[]> childrenFirst() {
        Map<Place, Object[]> directories = new HashMap<>();
        for (Object[] row : rows.rows()) {
            if (isDirectory(row)) {
                directories.put(new Place((String) rows.known(row, "mount"), rows.knownLong(row, "inode")), row);
            }
        }
        record Deep(Object[] row, int depth) {}
        List<Deep> deep = new ArrayList<>();
        for (Object[] row : rows.rows()) {
            int depth = 0;
            String mount = (String) rows.known(row, "mount");
            Object[] above = directories.get(new Place(mount, rows.knownLong(row, "parent")));
            while (above != null && depth <= directories.size()) {
                depth++;
                above = directories.get(new Place(mount, rows.knownLong(above, "parent")));
            }
            deep.add(new Deep(row, depth));
        }
        deep.sort((a, b) -> Integer.compare(b.depth, a.depth));
        return deep.stream().map(Deep::row).toList();
    }
}

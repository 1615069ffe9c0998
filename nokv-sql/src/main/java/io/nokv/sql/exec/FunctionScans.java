package io.nokv.sql.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.NameEscapes;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.TreeEntry;
import io.nokv.fsmeta.api.Rows;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.sql.catalog.TableColumn;
import io.nokv.sql.catalog.TableFunction;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.expr.Expr;
import java.util.List;

/** The table functions as operators. Arguments may see outer rows: then each opening is another call. */
public final class FunctionScans {
    private FunctionScans() {}

    /**
     * @param arguments one per parameter of the function, NULL where the query gave none
     * @param constant whether no argument sees an outer row
     * @param columns of the rows
     * @param names bounds of the names that READDIRPLUS reads, as a third part of key bounds; else {@link KeyBounds#ALL}
     * @param depthLimit for SUBTREE: an upper bound of depth from a condition, or null
     * @param residual over the rows; null: none
     */
    public record Call(TableFunction function, List<Expr> arguments, boolean constant, int[] columns, KeyBounds names,
            Expr depthLimit, Expr residual) {}

    public static Operator of(Call call) {
        TableColumn.Reader[] readers = RowReader.readers(call.function.columns(), call.columns);
        return new Operator() {
            @Override
            public Cursor open(Execution x) {
                Object[] a = new Object[call.arguments.size()];
                for (int i = 0; i < a.length; i++) {
                    a[i] = call.arguments.get(i).eval(null, x);
                }
                Located located = switch (call.function) {
                    case READDIRPLUS -> readDirPlus(x, call, a);
                    case SUBTREE -> subtree(x, call, a);
                    case DU -> new Located(NamespacePath.parse(path(a[0]), x.mount()).mount(), DuScan.open(x, a));
                    case SNAPSHOT_SUBTREE -> snapshots(x.once(this, call.constant, () -> publish(x, a)));
                    case RETIRE_SNAPSHOT -> snapshots(x.once(this, call.constant, () -> retire(x, a)));
                };
                return new Scan(x, located, readers, call.residual);
            }
        };
    }

    private record Located(String mount, Source source) {}

    static String path(Object argument) {
        if (argument == null) {
            throw SqlState.NULL_NOT_ALLOWED.failure("the path is NULL");
        }
        return (String) argument;
    }

    private static long number(Object argument, String what) {
        if (argument == null) {
            throw SqlState.NULL_NOT_ALLOWED.failure("the " + what + " is NULL");
        }
        return ((Number) argument).longValue();
    }

    /** (path, mount, parent, snapshot) */
    private static Located readDirPlus(Execution x, Call call, Object[] a) {
        NamespaceView view = x.viewOf(a[3]);
        String mount = (String) a[1];
        long parent;
        if (a[0] != null) {
            NamespacePath path = NamespacePath.parse((String) a[0], x.mount());
            mount = path.mount();
            parent = path.directory(view).inode();
        } else if (mount == null && a[2] == null) {
            throw SqlState.NULL_NOT_ALLOWED.failure("READDIRPLUS of a NULL path");
        } else {
            parent = number(a[2], "parent");
            if (mount == null) {
                throw SqlState.NULL_NOT_ALLOWED.failure("the mount is NULL");
            }
            requireDirectory(view, mount, parent);
        }
        boolean attributes = RowReader.needsAttributes(call.columns);
        return new Located(mount, new EntrySource(view, mount, List.of(new KeyRanges.Longs(parent, parent)),
                KeyRanges.names(call.names, 2, null, x), attributes));
    }

    private static void requireDirectory(NamespaceView view, String mount, long inode) {
        if (!view.getAttr(mount, inode).isDirectory()) {
            throw SqlState.NOT_A_DIRECTORY.failure("not a directory: inode " + inode + " of mount " + mount);
        }
    }

    /** (path, max_depth, snapshot) */
    private static Located subtree(Execution x, Call call, Object[] a) {
        NamespaceView view = x.viewOf(a[2]);
        NamespacePath path = NamespacePath.parse(path(a[0]), x.mount());
        Entry root = path.directory(view);
        long depth = a[1] == null ? 0 : number(a[1], "max_depth");
        if (depth < 0) {
            throw SqlState.INVALID_PARAMETER.failure("max_depth must not be negative: " + depth);
        }
        Object limit = call.depthLimit == null ? null : call.depthLimit.eval(null, x);
        if (limit instanceof Number n) {
            long most = n.longValue();
            if (most < 1) {
                return new Located(path.mount(), Source.of(List.of()));
            }
            depth = depth == 0 ? most : Math.min(depth, most);
        }
        Rows<TreeEntry> walk = view.walk(path.mount(), root.inode(), (int) Math.min(depth, Integer.MAX_VALUE));
        String base = path.base();
        return new Located(path.mount(), new Source() {
            @Override
            public Object next() {
                TreeEntry entry = walk.next();
                return entry == null
                        ? null
                        : new TableFunction.TreeRow(base + "/" + NameEscapes.escape(entry.path()), entry.depth(),
                                entry.entry());
            }

            @Override
            public void close() {
                walk.close();
            }
        });
    }

    private static Located snapshots(List<SnapshotInfo> done) {
        return new Located(done.getFirst().mount(), Source.of(done));
    }

    /** (path, mount, root_inode, label) */
    private static List<SnapshotInfo> publish(Execution x, Object[] a) {
        String mount = (String) a[1];
        long root;
        if (a[0] != null) {
            NamespacePath path = NamespacePath.parse((String) a[0], x.mount());
            mount = path.mount();
            root = path.directory(x.view()).inode();
        } else {
            root = number(a[2], "root_inode");
            if (mount == null) {
                throw SqlState.NULL_NOT_ALLOWED.failure("the mount is NULL");
            }
        }
        return List.of(x.namespace().snapshotSubtree(mount, root, a[3] == null ? "" : (String) a[3]));
    }

    /** (mount, root_inode, read_version) */
    private static List<SnapshotInfo> retire(Execution x, Object[] a) {
        if (a[0] == null) {
            throw SqlState.NULL_NOT_ALLOWED.failure("the mount is NULL");
        }
        return List.of(x.namespace().retireSnapshot((String) a[0], number(a[1], "root_inode"),
                number(a[2], "read_version")));
    }

    private static final class Scan implements Cursor {
        private final Execution x;
        private final Located located;
        private final TableColumn.Reader[] readers;
        private final Expr residual;

        Scan(Execution x, Located located, TableColumn.Reader[] readers, Expr residual) {
            this.x = x;
            this.located = located;
            this.readers = readers;
            this.residual = residual;
        }

        @Override
        public Object[] next() {
            while (true) {
                x.tick();
                Object source = located.source.next();
                if (source == null) {
                    return null;
                }
                Object[] row = RowReader.read(readers, located.mount, source);
                if (residual == null || residual.holds(row, x)) {
                    return row;
                }
            }
        }

        @Override
        public void close() {
            located.source.close();
        }
    }
}

package io.nokv.sql.exec;

import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.Reason;
import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.catalog.TableColumn;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.TextOrder;
import java.util.Iterator;
import java.util.List;

/**
 * Reads a table within bounds, in key order. A table keyed by mount is read mount by mount, in the order of their names;
 * a mount that does not exist has no rows.
 */
public final class TableScan implements Operator {
    private final NamespaceTable table;
    private final KeyBounds bounds;
    private final TableColumn.Reader[] readers;
    private final Expr residual;
    private final Expr asOf;
    private final boolean attributes;

    /**
     * @param columns of the rows, as indexes into the table's columns
     * @param residual over the rows; null: none
     * @param asOf a time; null: the statement's version
     */
    public TableScan(NamespaceTable table, KeyBounds bounds, int[] columns, Expr residual, Expr asOf) {
        this.table = table;
        this.bounds = bounds;
        this.readers = RowReader.readers(table.columns(), columns);
        this.residual = residual;
        this.asOf = asOf;
        this.attributes = table == NamespaceTable.ENTRIES && RowReader.needsAttributes(columns);
    }

    @Override
    public Cursor open(Execution x) {
        NamespaceView view = asOf == null ? x.view() : x.viewAsOf(asOf.eval(null, x));
        List<String> mounts = KeyRanges.texts(bounds, 0, null, x);
        if (table == NamespaceTable.MOUNTS) {
            return new Scan(x, List.of("").iterator(), _ -> SmallTables.mounts(view, mounts));
        }
        Iterator<String> each = mounts != null
                ? mounts.iterator()
                : view.mounts().stream().map(Mount::name).sorted(TextOrder::compare).iterator();
        return new Scan(x, each, mount -> source(x, view, mount));
    }

    private Source source(Execution x, NamespaceView view, String mount) {
        return switch (table) {
            case MOUNTS -> throw new AssertionError(table);
            case DENTRIES, ENTRIES -> new EntrySource(view, mount, KeyRanges.longs(bounds, 1, null, x),
                    KeyRanges.names(bounds, 2, null, x), attributes);
            case INODES -> new InodeSource(view, mount, KeyRanges.longs(bounds, 1, null, x));
            case QUOTAS -> Source.of(view.quotas(mount).stream()
                    .sorted(java.util.Comparator.comparingLong(q -> q.scope())).toList());
            case SNAPSHOTS -> SmallTables.snapshots(view, mount);
        };
    }

    private interface MountReader {
        Source open(String mount);
    }

    private final class Scan implements Cursor {
        private final Execution x;
        private final Iterator<String> mounts;
        private final MountReader reader;
        private String mount;
        private Source source;

        Scan(Execution x, Iterator<String> mounts, MountReader reader) {
            this.x = x;
            this.mounts = mounts;
            this.reader = reader;
        }

        @Override
        public Object[] next() {
            while (true) {
                x.tick();
                if (source == null) {
                    if (!mounts.hasNext()) {
                        return null;
                    }
                    mount = mounts.next();
                    source = openOrNull();
                    continue;
                }
                Object row = nextOrNull();
                if (row == null) {
                    source.close();
                    source = null;
                    continue;
                }
                Object[] values = RowReader.read(readers, mount, row);
                if (residual == null || residual.holds(values, x)) {
                    return values;
                }
            }
        }

        private Source openOrNull() {
            try {
                return reader.open(mount);
            } catch (NamespaceException e) {
                return noMount(e);
            }
        }

        private Object nextOrNull() {
            try {
                return source.next();
            } catch (NamespaceException e) {
                return noMount(e);
            }
        }

        private <T> T noMount(NamespaceException e) {
            if (e.reason() == Reason.MOUNT_NOT_FOUND) {
                return null;
            }
            throw e;
        }

        @Override
        public void close() {
            if (source != null) {
                source.close();
                source = null;
            }
            while (mounts.hasNext()) {
                mounts.next();
            }
        }
    }
}

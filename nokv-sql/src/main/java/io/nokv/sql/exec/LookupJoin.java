package io.nokv.sql.exec;

import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.EntryKey;
import io.nokv.fsmeta.api.Reason;
import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.catalog.TableColumn;
import io.nokv.sql.expr.Expr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Joins each left row with the rows of a table whose whole key it names, 256 left rows per round: one batch of lookups
 * per mount. Keeps the order of the left side.
 */
public final class LookupJoin implements Operator {
    private static final int LEFT_ROWS_PER_BATCH = 256;
    /** The first round is small, so that a limit above does not pay for a whole batch. */
    private static final int FIRST_BATCH = 16;

    private final Operator left;
    private final NamespaceTable table;
    private final KeyBounds bounds;
    private final TableColumn.Reader[] readers;
    private final JoinKind kind;
    private final Expr condition;
    private final Expr asOf;

    /**
     * @param table entries, dentries or inodes
     * @param bounds points for the whole key, over the left row
     * @param columns of the right side
     * @param condition over left and right fields; null: none
     */
    public LookupJoin(Operator left, NamespaceTable table, KeyBounds bounds, int[] columns, JoinKind kind,
            Expr condition, Expr asOf) {
        this.left = left;
        this.table = table;
        this.bounds = bounds;
        this.readers = RowReader.readers(table.columns(), columns);
        this.kind = kind;
        this.condition = condition;
        this.asOf = asOf;
    }

    /** Whether rows of this table can be looked up by key in batches. */
    public static boolean supports(NamespaceTable table) {
        return switch (table) {
            case ENTRIES, DENTRIES, INODES -> true;
            case MOUNTS, QUOTAS, SNAPSHOTS -> false;
        };
    }

    /** What one left row asks for: where its answers will be. */
    private record Wanted(String mount, Object key) {}

    @Override
    public Cursor open(Execution x) {
        Cursor input = left.open(x);
        NamespaceView view = asOf == null ? x.view() : x.viewAsOf(asOf.eval(null, x));
        return new Cursor() {
            private final ArrayDeque<Object[]> ready = new ArrayDeque<>();
            private int batch = FIRST_BATCH;
            private boolean ended;

            @Override
            public Object[] next() {
                while (ready.isEmpty() && !ended) {
                    round();
                }
                return ready.poll();
            }

            private void round() {
                List<Object[]> leftRows = new ArrayList<>(batch);
                List<List<Wanted>> wanted = new ArrayList<>(batch);
                int keys = 0;
                while (leftRows.size() < batch && keys < EntrySource.BATCH) {
                    x.tick();
                    Object[] row = input.next();
                    if (row == null) {
                        ended = true;
                        break;
                    }
                    leftRows.add(row);
                    List<Wanted> keysOfRow = keys(row, x);
                    keys += keysOfRow.size();
                    wanted.add(keysOfRow);
                }
                batch = LEFT_ROWS_PER_BATCH;
                List<List<Object>> found = fetch(view, wanted);
                for (int i = 0; i < leftRows.size(); i++) {
                    emit(leftRows.get(i), wanted.get(i), found.get(i));
                }
            }

            private void emit(Object[] leftRow, List<Wanted> wanted, List<Object> found) {
                boolean matched = false;
                for (int i = 0; i < found.size(); i++) {
                    if (found.get(i) == null) {
                        continue;
                    }
                    Object[] right = RowReader.read(readers, wanted.get(i).mount, found.get(i));
                    Object[] row = JoinKind.concat(leftRow, right, right.length);
                    if (condition != null && !condition.holds(row, x)) {
                        continue;
                    }
                    matched = true;
                    if (!kind.showsRight()) {
                        break;
                    }
                    ready.add(row);
                }
                if (matched ? kind == JoinKind.SEMI : kind == JoinKind.ANTI) {
                    ready.add(leftRow);
                } else if (!matched && kind == JoinKind.LEFT) {
                    ready.add(JoinKind.concat(leftRow, null, readers.length));
                }
            }

            @Override
            public void close() {
                ended = true;
                ready.clear();
                input.close();
            }
        };
    }

    private List<Wanted> keys(Object[] row, Execution x) {
        List<Wanted> keys = new ArrayList<>(1);
        for (String mount : KeyRanges.texts(bounds, 0, row, x)) {
            for (KeyRanges.Longs number : KeyRanges.longs(bounds, 1, row, x)) {
                if (table == NamespaceTable.INODES) {
                    keys.add(new Wanted(mount, number.from()));
                    continue;
                }
                for (KeyRanges.Names name : KeyRanges.names(bounds, 2, row, x)) {
                    keys.add(new Wanted(mount, new EntryKey(number.from(), name.point())));
                }
            }
        }
        return keys;
    }

    /** Answers in the shape of the questions; null where there is no row. */
    private List<List<Object>> fetch(NamespaceView view, List<List<Wanted>> wanted) {
        TreeMap<String, List<Object>> keysByMount = new TreeMap<>();
        for (List<Wanted> row : wanted) {
            for (Wanted one : row) {
                keysByMount.computeIfAbsent(one.mount, _ -> new ArrayList<>()).add(one.key);
            }
        }
        TreeMap<String, java.util.Iterator<?>> answers = new TreeMap<>();
        keysByMount.forEach((mount, keys) -> answers.put(mount, lookUp(view, mount, keys).iterator()));
        List<List<Object>> found = new ArrayList<>(wanted.size());
        for (List<Wanted> row : wanted) {
            List<Object> ofRow = new ArrayList<>(row.size());
            for (Wanted one : row) {
                ofRow.add(answers.get(one.mount).next());
            }
            found.add(ofRow);
        }
        return found;
    }

    private List<?> lookUp(NamespaceView view, String mount, List<Object> keys) {
        try {
            List<Object> all = new ArrayList<>(keys.size());
            for (int from = 0; from < keys.size(); from += EntrySource.BATCH) {
                List<Object> part = keys.subList(from, Math.min(keys.size(), from + EntrySource.BATCH));
                if (table == NamespaceTable.INODES) {
                    all.addAll(view.batchGetAttr(mount, part.stream().map(k -> (Long) k).toList()));
                } else {
                    all.addAll(view.batchLookup(mount, part.stream().map(k -> (EntryKey) k).toList()));
                }
            }
            return all;
        } catch (NamespaceException e) {
            if (e.reason() == Reason.MOUNT_NOT_FOUND) {
                return java.util.Collections.nCopies(keys.size(), null);
            }
            throw e;
        }
    }
}

package io.nokv.sql.exec;

import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.catalog.TableColumn;
import java.util.List;

/** Rows from what the namespace hands out: only the columns asked for. */
final class RowReader {
    private static final Object[] NO_COLUMNS = {};

    private RowReader() {}

    /** @param wanted -1 for a place in the row that stays NULL */
    static TableColumn.Reader[] readers(List<TableColumn> columns, int[] wanted) {
        TableColumn.Reader[] readers = new TableColumn.Reader[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            readers[i] = wanted[i] < 0 ? null : columns.get(wanted[i]).reader();
        }
        return readers;
    }

    /** No columns, no row built: counting costs nothing but the scan. */
    static Object[] read(TableColumn.Reader[] readers, String mount, Object source) {
        if (readers.length == 0) {
            return NO_COLUMNS;
        }
        Object[] row = new Object[readers.length];
        for (int i = 0; i < row.length; i++) {
            if (readers[i] != null) {
                row[i] = readers[i].read(mount, source);
            }
        }
        return row;
    }

    /** Whether columns of {@code entries} need more than name, inode and type. */
    static boolean needsAttributes(int[] columns) {
        for (int column : columns) {
            if (column < 0) {
                continue;
            }
            String name = NamespaceTable.ENTRIES.columns().get(column).name();
            switch (name) {
                case "mount", "parent", "name", "name_bytes", "inode", "type" -> {
                }
                default -> {
                    return true;
                }
            }
        }
        return false;
    }
}

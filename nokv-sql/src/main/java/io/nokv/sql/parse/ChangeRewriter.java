package io.nokv.sql.parse;

import static io.nokv.sql.parse.TreeRewriter.at;

import io.nokv.sql.catalog.Catalog;
import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.catalog.TableColumn;
import io.nokv.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDelete;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUpdate;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * A change as a query that finds what to change and a {@link Change} that says what to do with each row. What the
 * namespace does not let anybody change is refused here, by the name of the column.
 */
public final class ChangeRewriter {
    private static final List<String> TIMES = List.of("atime", "mtime", "ctime", "atime_ns", "mtime_ns", "ctime_ns");
    private static final Set<String> ATTRIBUTES = Set.of("size", "mode", "uid", "gid", "atime", "mtime", "ctime",
            "atime_ns", "mtime_ns", "ctime_ns");

    private ChangeRewriter() {}

    /** @param change null for a query */
    public record Rewritten(SqlNode query, Change change) {}

    /** 0A000 for statements that are neither queries nor changes, 42501 for what cannot be changed. */
    public static Rewritten rewrite(SqlNode tree) {
        TreeRewriter rewriter = new TreeRewriter();
        return switch (tree) {
            case SqlInsert insert -> insert(insert, rewriter);
            case SqlUpdate update -> update(update, rewriter);
            case SqlDelete delete -> delete(delete, rewriter);
            default -> {
                if (!tree.isA(SqlKind.QUERY)) {
                    throw SqlState.NOT_SUPPORTED.failure(tree.getKind().sql + " is not supported");
                }
                yield new Rewritten(rewriter.rewrite(tree), null);
            }
        };
    }

    private static Rewritten insert(SqlInsert insert, TreeRewriter rewriter) {
        if (insert.isUpsert()) {
            throw SqlState.NOT_SUPPORTED.failure("UPSERT is not supported");
        }
        NamespaceTable table = table(insert.getTargetTable());
        List<TableColumn> columns = targets(table, insert.getTargetColumnList());
        for (TableColumn column : columns) {
            requireInsertable(table, column, insert.getTargetTable());
        }
        SqlNode source = insert.getSource();
        SqlNode query = source.getKind() == SqlKind.VALUES
                ? values((SqlCall) source, columns)
                : selected(source, columns);
        return new Rewritten(rewriter.rewrite(query),
                new Change(Change.Verb.INSERT, table, List.of(), names(columns)));
    }

    private static SqlNode values(SqlCall values, List<TableColumn> columns) {
        List<SqlNode> rows = new ArrayList<>();
        for (SqlNode row : values.getOperandList()) {
            List<SqlNode> operands = row.getKind() == SqlKind.ROW ? ((SqlCall) row).getOperandList() : List.of(row);
            if (operands.size() != columns.size()) {
                throw SqlState.SYNTAX_ERROR.failure("a row of " + operands.size() + " values for " + columns.size()
                        + " columns" + at(row));
            }
            List<SqlNode> typed = new ArrayList<>();
            for (int i = 0; i < operands.size(); i++) {
                typed.add(typed(operands.get(i), columns.get(i)));
            }
            rows.add(SqlStdOperatorTable.ROW.createCall(row.getParserPosition(), typed));
        }
        return SqlStdOperatorTable.VALUES.createCall(values.getParserPosition(), rows);
    }

    private static SqlNode typed(SqlNode value, TableColumn column) {
        SqlNode given = value.getKind() == SqlKind.DEFAULT ? SqlLiteral.createNull(value.getParserPosition()) : value;
        return TreeRewriter.cast(given, column.type(), 0);
    }

    /** SELECT CAST(c0 AS ...), ... FROM (source) AS source (c0, ...). */
    private static SqlNode selected(SqlNode source, List<TableColumn> columns) {
        SqlParserPos pos = source.getParserPosition();
        List<SqlNode> alias = new ArrayList<>(List.of(source, new SqlIdentifier("source", pos)));
        SqlNodeList typed = new SqlNodeList(pos);
        for (int i = 0; i < columns.size(); i++) {
            SqlIdentifier name = new SqlIdentifier("c" + i, pos);
            alias.add(name);
            typed.add(TreeRewriter.cast(name, columns.get(i).type(), 0));
        }
        return select(pos, typed, SqlStdOperatorTable.AS.createCall(pos, alias), null);
    }

    private static SqlSelect select(SqlParserPos pos, SqlNodeList list, SqlNode from, SqlNode where) {
        return new SqlSelect(pos, null, list, from, where, null, null, null, null, null, null, null, null);
    }

    private static Rewritten update(SqlUpdate update, TreeRewriter rewriter) {
        NamespaceTable table = table(update.getTargetTable());
        List<TableColumn> columns = targets(table, update.getTargetColumnList());
        for (TableColumn column : columns) {
            requireUpdatable(table, column, update.getTargetTable());
        }
        List<SqlNode> typed = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            typed.add(typed(update.getSourceExpressionList().get(i), columns.get(i)));
        }
        return found(Change.Verb.UPDATE, table, update.getTargetTable(), update.getAlias(), update.getCondition(),
                columns, typed, rewriter);
    }

    private static Rewritten delete(SqlDelete delete, TreeRewriter rewriter) {
        NamespaceTable table = table(delete.getTargetTable());
        switch (table) {
            case INODES -> throw SqlState.NOT_PERMITTED
                    .failure("rows of inodes go with their last name: DELETE FROM dentries or entries");
            case SNAPSHOTS -> throw SqlState.NOT_PERMITTED
                    .failure("snapshots are retired with the function RETIRE_SNAPSHOT");
            default -> {
            }
        }
        return found(Change.Verb.DELETE, table, delete.getTargetTable(), delete.getAlias(), delete.getCondition(),
                List.of(), List.of(), rewriter);
    }

    private static Rewritten found(Change.Verb verb, NamespaceTable table, SqlNode target, SqlIdentifier alias,
            SqlNode condition, List<TableColumn> columns, List<SqlNode> values, TreeRewriter rewriter) {
        SqlParserPos pos = target.getParserPosition();
        SqlIdentifier name = alias == null ? new SqlIdentifier(table.tableName(), pos) : alias;
        List<String> known = known(table);
        SqlNodeList list = new SqlNodeList(pos);
        for (String column : known) {
            list.add(new SqlIdentifier(List.of(name.getSimple(), column), pos));
        }
        list.addAll(values);
        SqlNode from = SqlStdOperatorTable.AS.createCall(pos, target, name);
        return new Rewritten(rewriter.rewrite(select(pos, list, from, condition)),
                new Change(verb, table, known, names(columns)));
    }

    /** The columns that tell which thing a row is. */
    private static List<String> known(NamespaceTable table) {
        return switch (table) {
            case MOUNTS -> List.of("mount", "state");
            case DENTRIES, ENTRIES -> List.of("mount", "parent", "name", "inode", "type");
            case INODES -> List.of("mount", "inode");
            case QUOTAS -> List.of("mount", "scope", "limit_bytes", "limit_inodes");
            case SNAPSHOTS -> List.of("mount", "root_inode", "read_version");
        };
    }

    private static List<String> names(List<TableColumn> columns) {
        return columns.stream().map(TableColumn::name).toList();
    }

    private static NamespaceTable table(SqlNode target) {
        SqlIdentifier name = target instanceof SqlIdentifier identifier
                ? identifier
                : (SqlIdentifier) ((SqlCall) target).operand(0);
        String table = name.names.getLast();
        boolean ourSchema = name.names.size() == 1
                || name.names.size() == 2 && name.names.getFirst().equalsIgnoreCase(Catalog.SCHEMA);
        for (NamespaceTable each : NamespaceTable.values()) {
            if (ourSchema && each.tableName().equalsIgnoreCase(table)) {
                return each;
            }
        }
        throw SqlState.UNDEFINED_TABLE.failure("Object '" + name + "' not found" + at(target));
    }

    private static List<TableColumn> targets(NamespaceTable table, SqlNodeList list) {
        if (list == null || list.isEmpty()) {
            return table.columns();
        }
        List<TableColumn> columns = new ArrayList<>();
        for (SqlNode node : list) {
            String name = ((SqlIdentifier) node).names.getLast();
            int index = table.column(name.toLowerCase(Locale.ROOT));
            if (index < 0) {
                throw SqlState.UNDEFINED_COLUMN.failure("Column '" + name + "' not found in table '"
                        + table.tableName() + "'" + at(node));
            }
            TableColumn column = table.columns().get(index);
            if (columns.contains(column)) {
                throw SqlState.DUPLICATE_COLUMN.failure("column " + name + " is assigned more than once" + at(node));
            }
            columns.add(column);
        }
        requireOneTime(columns, list);
        return columns;
    }

    /** mtime and mtime_ns are one thing. */
    private static void requireOneTime(List<TableColumn> columns, SqlNodeList list) {
        List<String> names = names(columns);
        for (String time : TIMES.subList(0, 3)) {
            if (names.contains(time) && names.contains(time + "_ns")) {
                throw SqlState.DUPLICATE_COLUMN.failure("columns " + time + " and " + time
                        + "_ns are the same thing; set one of them" + at(list));
            }
        }
    }

    private static void requireInsertable(NamespaceTable table, TableColumn column, SqlNode target) {
        boolean allowed = switch (table) {
            case MOUNTS -> column.name().equals("mount");
            case DENTRIES -> true;
            case ENTRIES -> ATTRIBUTES.contains(column.name())
                    || Set.of("mount", "parent", "name", "name_bytes", "inode", "type").contains(column.name());
            case QUOTAS -> Set.of("mount", "scope", "limit_bytes", "limit_inodes").contains(column.name());
            case INODES -> throw SqlState.NOT_PERMITTED
                    .failure("inodes come with their first name: INSERT INTO entries" + at(target));
            case SNAPSHOTS -> throw SqlState.NOT_PERMITTED
                    .failure("snapshots are published with the function SNAPSHOT_SUBTREE" + at(target));
        };
        if (!allowed) {
            throw SqlState.NOT_PERMITTED.failure("column " + column.name() + " of " + table.tableName()
                    + " cannot be set; name the columns to insert" + at(target));
        }
    }

    private static void requireUpdatable(NamespaceTable table, TableColumn column, SqlNode target) {
        boolean allowed = switch (table) {
            case MOUNTS -> column.name().equals("state");
            case DENTRIES -> Set.of("parent", "name").contains(column.name());
            case ENTRIES -> ATTRIBUTES.contains(column.name()) || Set.of("parent", "name").contains(column.name());
            case INODES -> ATTRIBUTES.contains(column.name());
            case QUOTAS -> Set.of("limit_bytes", "limit_inodes").contains(column.name());
            case SNAPSHOTS -> false;
        };
        if (!allowed) {
            throw SqlState.NOT_PERMITTED.failure("column " + column.name() + " of " + table.tableName()
                    + " cannot be changed" + at(target));
        }
    }
}

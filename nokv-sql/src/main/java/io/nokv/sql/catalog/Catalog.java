package io.nokv.sql.catalog;

import io.nokv.sql.api.Column;
import io.nokv.sql.api.SqlCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Statistic;
import org.apache.calcite.schema.Statistics;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.TemporalTable;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.util.ImmutableBitSet;

/** The catalog in the two forms that others want. */
public final class Catalog {
    /** The only schema, and the default one. */
    public static final String SCHEMA = "NOKV";

    /** Part of every plan's key: plans made for another catalog are never used. */
    public static final int VERSION = 1;

    private Catalog() {}

    /** For Calcite: a root with one schema; no functions, no views, nothing that could load a class by name. */
    public static CalciteSchema forCalcite() {
        Map<String, Table> tables = new TreeMap<>();
        for (NamespaceTable table : NamespaceTable.values()) {
            tables.put(table.tableName(), new CatalogTable(table));
        }
        CalciteSchema root = CalciteSchema.createRootSchema(false, false);
        root.add(SCHEMA, new AbstractSchema() {
            @Override
            protected Map<String, Table> getTableMap() {
                return tables;
            }
        });
        return root;
    }

    /** For DatabaseMetaData. */
    public static SqlCatalog forMetaData() {
        List<SqlCatalog.Table> tables = new ArrayList<>();
        for (NamespaceTable table : NamespaceTable.values()) {
            List<Column> columns = new ArrayList<>();
            for (TableColumn column : table.columns()) {
                columns.add(column.shown(table.tableName()));
            }
            List<String> key = columns.stream().limit(table.keyColumns()).map(Column::label).toList();
            tables.add(new SqlCatalog.Table(table.tableName(), "TABLE", table.remarks(), List.copyOf(columns), key));
        }
        List<SqlCatalog.Function> functions = new ArrayList<>();
        for (TableFunction function : TableFunction.values()) {
            functions.add(new SqlCatalog.Function(function.name(), true, function.signature(), function.remarks()));
        }
        functions.add(new SqlCatalog.Function("PATH_OF", false, "PATH_OF(mount, inode)",
                "path of one name of the inode; NULL when there is none"));
        functions.add(new SqlCatalog.Function("INODE_OF", false, "INODE_OF(path)",
                "inode that the path leads to; NULL when there is none"));
        return new SqlCatalog(SCHEMA, List.copyOf(tables), List.copyOf(functions));
    }

    /** A table as Calcite sees it; every table can be read AS OF. */
    public static final class CatalogTable extends AbstractTable implements TemporalTable {
        private final NamespaceTable table;

        CatalogTable(NamespaceTable table) {
            this.table = table;
        }

        public NamespaceTable table() {
            return table;
        }

        @Override
        public RelDataType getRowType(RelDataTypeFactory types) {
            RelDataTypeFactory.Builder row = types.builder();
            for (TableColumn column : table.columns()) {
                row.add(column.name(), column.type(types));
            }
            return row.build();
        }

        @Override
        public Statistic getStatistic() {
            return Statistics.of(table.estimatedRows(), List.of(ImmutableBitSet.range(table.keyColumns())));
        }

        @Override
        public String getSysStartFieldName() {
            return "version";
        }

        @Override
        public String getSysEndFieldName() {
            return "version";
        }
    }
}

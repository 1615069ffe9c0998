package io.nokv.sql.api;

import java.util.List;

/** What DatabaseMetaData tells. Immutable. */
public record SqlCatalog(String schema, List<Table> tables, List<Function> functions) {
    /** @param primaryKey column names in key order; empty for views */
    public record Table(String name, String type, String remarks, List<Column> columns, List<String> primaryKey) {}

    /** @param signature for people */
    public record Function(String name, boolean table, String signature, String remarks) {}
}

package io.nokv.sql.parse;

import io.nokv.sql.catalog.NamespaceTable;
import java.util.List;

/**
 * What a change does with each row of its query. The first columns of the query are those in {@link #known}, then one
 * per name in {@link #given}.
 *
 * @param known columns of the row as it is, which tell what to change; empty for an insert
 * @param given columns that the statement sets
 */
public record Change(Verb verb, NamespaceTable table, List<String> known, List<String> given) {
    public enum Verb {
        INSERT, UPDATE, DELETE
    }
}

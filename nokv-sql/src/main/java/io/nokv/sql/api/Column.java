package io.nokv.sql.api;

/**
 * A column of a result or of a table.
 *
 * @param label as the query names it
 * @param table table it comes from, or empty
 * @param precision length for VARCHAR and VARBINARY, fraction digits for TIMESTAMP, digits for DECIMAL, else 0
 */
public record Column(String label, String table, Type type, int precision, int scale, boolean nullable,
        String remarks) {
    /** How values travel in rows and parameters. */
    public enum Type {
        /** Boolean */
        BOOLEAN,
        /** Integer */
        INTEGER,
        /** Long */
        BIGINT,
        /** Double */
        DOUBLE,
        /** java.math.BigDecimal */
        DECIMAL,
        /** String */
        VARCHAR,
        /** byte[] */
        VARBINARY,
        /** Long: milliseconds since the epoch, UTC */
        TIMESTAMP,
        /** Integer: days since the epoch */
        DATE,
        /** Integer: milliseconds of the day */
        TIME,
        /** always null */
        NULL
    }
}

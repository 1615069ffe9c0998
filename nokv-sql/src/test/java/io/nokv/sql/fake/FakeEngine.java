package io.nokv.sql.fake;

import io.nokv.sql.api.Column;
import io.nokv.sql.api.SqlCatalog;
import io.nokv.sql.api.SqlEngine;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlSession;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Statements it knows ({@code kv} is a table of text to number, shared by all sessions):
 *
 * <pre>
 * SELECT * FROM kv                 ordered by key
 * SELECT v FROM kv WHERE k = ?
 * INSERT INTO kv VALUES (?, ?)     also with literals: ('a', 1); 23505 when the key exists
 * UPDATE kv SET v = v + 1 WHERE k = ?   also with a literal
 * UPDATE kv SET v = v + 5000000000      counts 5,000,000,000 rows, to test large counts
 * DELETE FROM kv
 * SELECT * FROM every_type         three rows: values, extremes, nulls
 * SELECT * FROM numbers(N)         N rows of six columns
 * SELECT * FROM wide(N)            N rows of 100,000 characters
 * SELECT * FROM blocked            returns no row until cancelled or timed out
 * SELECT * FROM endless
 * SELECT * FROM fails(N)           22012 after N rows
 * ECHO TYPE                        one row, one column of the type: the value of parameter 1
 * COMMIT, ROLLBACK, BEGIN
 * </pre>
 */
public final class FakeEngine implements SqlEngine {
    /** Committed content, guarded by the engine's monitor. */
    final TreeMap<String, Long> kv = new TreeMap<>();
    long version;

    /** Executions of changes, failed ones excluded. */
    public final AtomicLong changes = new AtomicLong();
    /** Results that were opened and not yet closed. */
    public final AtomicInteger openResults = new AtomicInteger();
    public final AtomicInteger openSessions = new AtomicInteger();
    /** Rows handed out by all results. */
    public final AtomicLong rowsRead = new AtomicLong();
    /** Calls of blocked results that wait. */
    public final AtomicInteger blocked = new AtomicInteger();

    static final SqlCatalog CATALOG = new SqlCatalog("NOKV",
            List.of(new SqlCatalog.Table("kv", "TABLE", "keys and values",
                    List.of(new Column("k", "kv", Column.Type.VARCHAR, 255, 0, false, "the key"),
                            new Column("v", "kv", Column.Type.BIGINT, 0, 0, false, "the value")),
                    List.of("k")),
                    new SqlCatalog.Table("every_type", "TABLE", "one column per type", Statements.EVERY_TYPE,
                            List.of("c_varchar", "c_bigint")),
                    new SqlCatalog.Table("a_view", "VIEW", "",
                            List.of(new Column("x", "a_view", Column.Type.INTEGER, 0, 0, true, "")), List.of())),
            List.of(new SqlCatalog.Function("DU", true, "DU(path [, depth])", "sizes below a path"),
                    new SqlCatalog.Function("PATH_OF", false, "PATH_OF(mount, inode)", "path of an inode")));

    @Override
    public SqlSession open(SessionOptions options) {
        if (options.mount().equals("nowhere")) {
            throw new SqlFailure("3F000", "MOUNT_NOT_FOUND", "mount 'nowhere' does not exist", null);
        }
        openSessions.incrementAndGet();
        return new FakeSession(this, options.mount());
    }

    @Override
    public void warmUp() {
        // Nothing to warm.
    }

    @Override
    public void close() {
        // Nothing to close.
    }

    public synchronized long valueOf(String key) {
        return kv.getOrDefault(key, -1L);
    }

    public synchronized int size() {
        return kv.size();
    }
}

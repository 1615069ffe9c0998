package io.nokv.sql.engine;

import io.nokv.base.port.Ports;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.sql.api.SqlCatalog;
import io.nokv.sql.api.SqlEngine;
import io.nokv.sql.api.SqlSession;
import io.nokv.sql.catalog.Catalog;
import io.nokv.sql.error.SqlErrors;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.parse.SqlGrammar;
import io.nokv.sql.plan.PlannedStatement;
import io.nokv.sql.plan.SqlPlanner;
import java.util.List;

/** SQL over a namespace in the same process. Thread-safe. Closing it leaves the namespace open. */
public final class NokvSqlEngine implements SqlEngine {
    private static final List<String> TYPICAL = List.of(
            "SELECT inode, size FROM entries WHERE mount = ? AND parent = ? AND name = ?",
            "SELECT e.name, i.size FROM entries e JOIN inodes i ON i.mount = e.mount AND i.inode = e.inode"
                    + " WHERE e.mount = 'm' AND e.parent = 1 AND e.name LIKE 'a%' ORDER BY i.size DESC LIMIT 10",
            "SELECT type, count(*), sum(size) FROM entries WHERE size > 10 GROUP BY type ORDER BY 2 DESC",
            "SELECT path FROM TABLE(SUBTREE('/', 3)) WHERE type = 'DIRECTORY' LIMIT 5",
            "SELECT name FROM entries WHERE inode IN (SELECT inode FROM inodes WHERE uid = 5)",
            "UPDATE entries SET mode = 420 WHERE mount = ? AND parent = ? AND name = ?");

    private final LocalNamespace namespace;
    private final Ports ports;
    private final SqlCatalog catalog = Catalog.forMetaData();
    private final PlanCache plans;
    private volatile boolean closed;

    private NokvSqlEngine(LocalNamespace namespace, Ports ports) {
        this.namespace = namespace;
        this.ports = ports;
        this.plans = new PlanCache(new SqlPlanner(new SqlGrammar(), ports.clock()));
    }

    /** The first engine of a process loads Calcite's classes; {@link #warmUp} brings that forward. */
    public static NokvSqlEngine open(LocalNamespace namespace, Ports ports) {
        return new NokvSqlEngine(namespace, ports);
    }

    @Override
    public SqlSession open(SessionOptions options) {
        requireOpen();
        try {
            namespace.mount(options.mount());
        } catch (NamespaceException e) {
            throw SqlErrors.of(e);
        }
        return new Session(this, options);
    }

    @Override
    public void warmUp() {
        TYPICAL.forEach(plans::get);
    }

    PlannedStatement plan(String sql) {
        requireOpen();
        return plans.get(sql);
    }

    LocalNamespace namespace() {
        return namespace;
    }

    Ports ports() {
        return ports;
    }

    SqlCatalog catalog() {
        return catalog;
    }

    private void requireOpen() {
        if (closed) {
            throw SqlState.SHUTDOWN.failure("the database is shutting down");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}

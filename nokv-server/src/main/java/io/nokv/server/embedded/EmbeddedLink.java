package io.nokv.server.embedded;

import io.nokv.jdbc.CallOptions;
import io.nokv.jdbc.DatabaseLink;
import io.nokv.server.database.Database;
import io.nokv.server.database.SharedDatabases.Lease;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.avatica.NokvMeta;
import io.nokv.sql.avatica.RequestContext;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.calcite.avatica.remote.LocalService;
import org.apache.calcite.avatica.remote.Service;

/** One JDBC connection to a database of this process. */
final class EmbeddedLink implements DatabaseLink {
    private final Lease lease;
    private final String mount;
    private final NokvMeta meta;
    private final Service service;
    private final ReentrantLock turn = new ReentrantLock();

    EmbeddedLink(Lease lease, String mount) {
        Database database = lease.database();
        this.lease = lease;
        this.mount = mount;
        // A connection of this process ends when its owner closes it, not by idleness.
        this.meta = new NokvMeta(database.sql(),
                MetaOptions.defaults().withDefaultMount(mount).withIdleNanos(Long.MAX_VALUE / 4),
                database.ports().clock(), database.ports().scheduler());
        this.service = new LocalService(meta);
    }

    @Override
    public <T> T call(CallOptions options, Function<Service, T> request) {
        turn.lock();
        try {
            return context(options).run(() -> request.apply(service));
        } finally {
            turn.unlock();
        }
    }

    @Override
    public boolean cancel(String connectionId, int statementId) {
        return context(CallOptions.NONE).run(() -> meta.cancel(connectionId, statementId));
    }

    private RequestContext context(CallOptions options) {
        return new RequestContext("", mount, options.timeoutMillis(), options.maxRows());
    }

    @Override
    public void close() {
        try {
            meta.close();
        } finally {
            lease.close();
        }
    }
}

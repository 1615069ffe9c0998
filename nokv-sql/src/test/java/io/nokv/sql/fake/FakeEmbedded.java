package io.nokv.sql.fake;

import io.nokv.base.system.SystemClock;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.jdbc.CallOptions;
import io.nokv.jdbc.DatabaseLink;
import io.nokv.jdbc.EmbeddedProvider;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.avatica.NokvMeta;
import io.nokv.sql.avatica.RequestContext;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.calcite.avatica.remote.LocalService;
import org.apache.calcite.avatica.remote.Service;

/** The fake as {@code jdbc:nokv:mem:}: the driver straight on the Meta, without codec or socket. */
public final class FakeEmbedded implements EmbeddedProvider {
    private static final ThreadScheduler SCHEDULER = new ThreadScheduler(1);
    private static final ConcurrentHashMap<String, FakeEngine> ENGINES = new ConcurrentHashMap<>();

    /** Forgets the content of a database. */
    public static void reset(String name) {
        ENGINES.remove(name);
    }

    @Override
    public boolean accepts(String kind) {
        return kind.equals("mem");
    }

    @Override
    public DatabaseLink open(String kind, String target, Map<String, String> properties) throws SQLException {
        NokvMeta meta = new NokvMeta(ENGINES.computeIfAbsent(target, _ -> new FakeEngine()),
                MetaOptions.defaults().withIdleNanos(0), new SystemClock(), SCHEDULER);
        Service service = new LocalService(meta);
        return new DatabaseLink() {
            @Override
            public <T> T call(CallOptions options, Function<Service, T> request) {
                return new RequestContext("", "", options.timeoutMillis(), options.maxRows())
                        .run(() -> request.apply(service));
            }

            @Override
            public boolean cancel(String connectionId, int statementId) {
                return meta.cancel(connectionId, statementId);
            }

            @Override
            public void close() {
                meta.close();
            }
        };
    }
}

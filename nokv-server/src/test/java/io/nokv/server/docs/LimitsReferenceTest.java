package io.nokv.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.GrpcServerOptions;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.change.Changes;
import io.nokv.sql.exec.MemoryBudget;
import io.nokv.sql.http.EndpointOptions;
import io.nokv.sql.parse.StatementText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every number that the pages give for a limit is the constant that refuses. */
class LimitsReferenceTest {
    @Test
    void theReadme() {
        String limits = String.join(" ", Page.of("README.md").section("Limits").lines()).replaceAll("\\s+", " ");
        for (String sentence : List.of("A name has 1 to " + count(FileName.MAX_BYTES) + " bytes",
                "a path " + count(NamespaceLimits.MAX_PATH_BYTES),
                "a symlink target " + count(NamespaceLimits.MAX_TARGET_BYTES),
                "a transaction has at most " + count(NamespaceLimits.MAX_STEPS) + " steps",
                "a gRPC message " + mib(GrpcServerOptions.defaults().maxRequestBytes()),
                "a JDBC request " + mib(EndpointOptions.defaults().maxRequestBytes()),
                "a SQL text " + mib(StatementText.MAX_BYTES))) {
            assertTrue(limits.contains(sentence), "README.md does not say: " + sentence);
        }
        assertEquals(3_600_000, KvOptions.defaults().retentionMillis());
        assertTrue(limits.contains("the retention (an hour)"), limits);
        String example = String.join(" ", Page.of("README.md").lines());
        for (String field : List.of("\"memtableBytes\": " + EngineOptions.defaults().memtableBytes(),
                "\"blockCacheBytes\": " + EngineOptions.defaults().blockCacheBytes())) {
            assertTrue(example.contains(field), "the example of README.md does not have the default " + field);
        }
    }

    @Test
    void theLimitsOfSql() {
        MetaOptions sessions = MetaOptions.defaults();
        EndpointOptions endpoint = EndpointOptions.defaults();
        Map<String, String> expected = new TreeMap<>();
        expected.put("a statement", mib(StatementText.MAX_BYTES) + " of UTF-8");
        expected.put("rows that a statement changes", count(Changes.MAX_ROWS));
        expected.put("memory of a statement for sorting, grouping, joining", mib(MemoryBudget.DEFAULT_BYTES));
        expected.put("request to the server", "jdbc.maxRequestBytes, " + mib(endpoint.maxRequestBytes()));
        expected.put("connections of the server", "jdbc.maxConnections, " + count(sessions.maxConnections()));
        expected.put("statements, open results of a connection",
                count(sessions.maxStatementsPerConnection()) + ", " + count(sessions.maxCursorsPerConnection()));
        expected.put("requests in progress at the server", count(endpoint.maxInFlight()));
        expected.put("a connection of the server without requests",
                sessions.idleNanos() / 60_000_000_000L + " minutes; then it is closed and rolled back");
        Map<String, String> described = Page.of("docs/sql.md").map(0, 1, "what", "limit", "refused with");
        described.keySet().retainAll(expected.keySet());
        assertEquals(expected, described);
    }

    @Test
    void theBoundsOfTheNamespaceStandBesideTheirReasons() {
        Map<Reason, String> bounds = Map.of(Reason.NAME_TOO_LONG, "more than " + FileName.MAX_BYTES + " bytes",
                Reason.PATH_TOO_LONG,
                "more than " + count(NamespaceLimits.MAX_PATH_BYTES) + " bytes or "
                        + NamespaceLimits.MAX_PATH_COMPONENTS
                        + " components",
                Reason.TOO_MANY_LINKS, "more than " + count(NamespaceLimits.MAX_LINKS) + " names of",
                Reason.TOO_MANY_SYMLINKS, "more than " + NamespaceLimits.MAX_SYMLINKS + " ");
        Map<String, String> overGrpc = Page.of("docs/grpc.md").map(0, 4, "reason", "gRPC status", "SQLSTATE",
                "retryable", "when");
        Map<String, String> overSql = Page.of("docs/sql.md").map(1, 2, "SQLSTATE", "reason", "when");
        bounds.forEach((reason, bound) -> {
            assertTrue(overGrpc.get(reason.name()).startsWith(bound), "docs/grpc.md, " + reason);
            assertTrue(overSql.get(reason.name()).startsWith(bound), "docs/sql.md, " + reason);
        });
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String mib(long bytes) {
        assertEquals(0, bytes % (1 << 20), "not a whole number of MiB");
        return (bytes >> 20) + " MiB";
    }
}

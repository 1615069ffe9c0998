package io.nokv.sql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import io.nokv.sql.api.SqlSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions on threads of their own share plans and the namespace. */
@ParameterizedClass
@EnumSource(TestStore.class)
final class ManySessionsTest {
    @Parameter
    private TestStore store;

    private static final int SESSIONS = 4;
    private static final int ROUNDS = 60;

    /** {@link SqlUnderTest} is for one thread; here every thread brings its own statement numbers. */
    private static List<List<Object>> rows(SqlSession session, long number, String sql, Object... parameters) {
        List<List<Object>> rows = new ArrayList<>();
        try (var result = session.execute(session.prepare(sql), List.of(parameters), number, 0, 0)) {
            for (Object[] row = result.next(); row != null; row = result.next()) {
                rows.add(List.of(row));
            }
        }
        return rows;
    }

    private static void everywhere(Callable<Void> work, int threads) throws Exception {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(work));
            }
            for (Future<Void> each : all) {
                try {
                    each.get();
                } catch (ExecutionException e) {
                    throw new AssertionError(e.getCause());
                }
            }
        }
    }

    @Test
    void onePlanServesAllAtOnce() throws Exception {
        try (SqlUnderTest sql = SqlUnderTest.open(store)) {
            long directory = sql.fs.mkdir(NamespaceUnderTest.ROOT, "d");
            for (int i = 0; i < 100; i++) {
                sql.fs.file(directory, String.format("f%02d", i), i);
            }
            everywhere(() -> {
                try (SqlSession session = sql.openSession()) {
                    for (int i = 0; i < ROUNDS; i++) {
                        String name = String.format("f%02d", i);
                        assertEquals(List.of(List.of((long) i)), rows(session, i,
                                "SELECT size FROM entries WHERE mount = 'm' AND parent = ? AND name = ?", directory,
                                name));
                        assertEquals(i + 1, rows(session, i, "SELECT d.name, i.size FROM dentries d JOIN inodes i ON"
                                + " i.mount = d.mount AND i.inode = d.inode WHERE d.mount = 'm' AND d.parent = ?"
                                + " AND d.name <= ? ORDER BY i.size DESC", directory, name).size());
                        assertEquals(List.of(List.of(100L, 4950L)),
                                rows(session, i, "SELECT count(*), sum(size) FROM SUBTREE('/d')"));
                    }
                }
                return null;
            }, SESSIONS);
        }
    }

    @Test
    void autocommittedChangesOfTheSameRowAllHappen() throws Exception {
        try (SqlUnderTest sql = SqlUnderTest.open(store)) {
            sql.fs.file(NamespaceUnderTest.ROOT, "counter", 0);
            everywhere(() -> {
                try (SqlSession session = sql.openSession()) {
                    for (int done = 0; done < ROUNDS;) {
                        try {
                            rows(session, done, "UPDATE entries SET size = size + 1 WHERE mount = 'm'"
                                    + " AND parent = 16777216 AND name = 'counter'");
                            done++;
                        } catch (io.nokv.sql.api.SqlFailure lost) {
                            // Ten others came first; a client tries again.
                            assertEquals("40001", lost.sqlState());
                        }
                    }
                }
                return null;
            }, SESSIONS);
            assertEquals((long) SESSIONS * ROUNDS, sql.value("SELECT size FROM entries WHERE name = 'counter'"));
        }
    }
}

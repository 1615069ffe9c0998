package io.nokv.sql.fake;

import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.api.SqlCatalog;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlResult;
import io.nokv.sql.api.SqlSession;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/** A session with snapshot transactions over the engine's map. */
final class FakeSession implements SqlSession {
    private final FakeEngine engine;
    private final String mount;
    private final ConcurrentHashMap<Long, FakeResult> running = new ConcurrentHashMap<>();
    private boolean autoCommit = true;
    private boolean readOnly;
    private TreeMap<String, Long> mine;
    private long base;
    private boolean dirty;

    FakeSession(FakeEngine engine, String mount) {
        this.engine = engine;
        this.mount = mount;
    }

    @Override
    public PreparedSql prepare(String sql) {
        return Statements.parse(sql);
    }

    @Override
    public SqlResult execute(PreparedSql statement, List<Object> parameters, long statementId, long maxRows,
            long timeoutMillis) {
        Statements.Prepared p = (Statements.Prepared) statement;
        return switch (p.kind()) {
            case CONTROL -> {
                switch (p.verb()) {
                    case "commit" -> commit();
                    case "rollback" -> rollback();
                    default -> autoCommit = false;
                }
                yield FakeResult.count(engine, 0);
            }
            case CHANGE -> FakeResult.count(engine, change(p, parameters));
            case QUERY -> {
                FakeResult result = query(p, parameters, maxRows, timeoutMillis);
                running.put(statementId, result);
                result.onClose(() -> running.remove(statementId, result));
                yield result;
            }
        };
    }

    private TreeMap<String, Long> view() {
        synchronized (engine) {
            if (autoCommit) {
                return new TreeMap<>(engine.kv);
            }
            if (mine == null) {
                mine = new TreeMap<>(engine.kv);
                base = engine.version;
            }
            return mine;
        }
    }

    private long change(Statements.Prepared p, List<Object> parameters) {
        if (readOnly) {
            throw new SqlFailure("25006", "READ_ONLY", "the connection is read-only", null);
        }
        TreeMap<String, Long> view = view();
        long count = switch (p.verb()) {
            case "insert" -> {
                String[] literals = p.argument().split(",");
                String key = p.argument().isEmpty() ? (String) parameters.get(0) : literals[0];
                Long value = p.argument().isEmpty() ? (Long) parameters.get(1) : Long.valueOf(literals[1]);
                if (view.putIfAbsent(key, value) != null) {
                    throw new SqlFailure("23505", "ALREADY_EXISTS", "key '" + key + "' exists", null);
                }
                yield 1;
            }
            case "increment" -> {
                String key = p.argument().isEmpty() ? (String) parameters.get(0) : p.argument();
                yield view.computeIfPresent(key, (_, v) -> v + 1) == null ? 0 : 1;
            }
            case "large" -> 5_000_000_000L;
            default -> {
                long size = view.size();
                view.clear();
                yield size;
            }
        };
        engine.changes.incrementAndGet();
        if (autoCommit) {
            synchronized (engine) {
                engine.kv.clear();
                engine.kv.putAll(view);
                engine.version++;
            }
        } else {
            dirty = true;
        }
        return count;
    }

    private FakeResult query(Statements.Prepared p, List<Object> parameters, long maxRows, long timeoutMillis) {
        long n = p.argument().isEmpty() ? 0 : Long.parseLong(p.argument());
        LongFunction<Object[]> rows = switch (p.verb()) {
            case "all" -> listed(view().entrySet().stream().map(e -> new Object[]{e.getKey(), e.getValue()}).toList());
            case "get" -> {
                Long value = view().get((String) parameters.get(0));
                yield listed(value == null ? List.of() : List.<Object[]>of(new Object[]{value}));
            }
            case "types" -> listed(everyType());
            case "numbers" -> i -> i >= n
                    ? null
                    : new Object[]{i, "file-" + i, i * 4096, 1_700_000_000_000L + i, (int) (i % 100),
                            i % 3 == 0 ? null : (Object) (int) (i % 7)};
            case "wide" -> i -> i >= n ? null : new Object[]{"x".repeat(100_000)};
            case "endless" -> i -> new Object[]{i};
            case "fails" -> i -> {
                if (i >= n) {
                    throw new SqlFailure("22012", "DIVISION_BY_ZERO", "division by zero", null);
                }
                return new Object[]{i};
            };
            case "blocked" -> null;
            default -> listed(List.<Object[]>of(new Object[]{parameters.get(0)}));
        };
        return new FakeResult(engine, rows, maxRows, timeoutMillis);
    }

    private static LongFunction<Object[]> listed(List<Object[]> rows) {
        return i -> i < rows.size() ? rows.get((int) i).clone() : null;
    }

    private static List<Object[]> everyType() {
        return Arrays.asList(
                new Object[]{"héllo wörld ✓ 日本", 42L, 7, 1.5, new BigDecimal("12345.678"), true,
                        new byte[]{0, 1, -1, 127},
                        1_700_000_000_123L, 19_675, 45_296_789},
                new Object[]{"", Long.MAX_VALUE, Integer.MIN_VALUE, 1.0, new BigDecimal("-0.001"), false, new byte[0],
                        -1L, -1, 0},
                new Object[10]);
    }

    @Override
    public boolean cancel(long statementId) {
        FakeResult result = running.get(statementId);
        return result != null && result.cancel();
    }

    @Override
    public boolean autoCommit() {
        return autoCommit;
    }

    @Override
    public void setAutoCommit(boolean on) {
        if (on && !autoCommit) {
            finish();
        }
        autoCommit = on;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public void setReadOnly(boolean on) {
        readOnly = on;
    }

    @Override
    public void commit() {
        if (autoCommit) {
            throw new SqlFailure("25000", "NO_TRANSACTION", "commit in autocommit mode", null);
        }
        finish();
    }

    private void finish() {
        try {
            if (dirty) {
                synchronized (engine) {
                    if (engine.version != base) {
                        throw new SqlFailure("40001", "CONFLICT", "somebody else changed kv; try again", null);
                    }
                    engine.kv.clear();
                    engine.kv.putAll(mine);
                    engine.version++;
                }
            }
        } finally {
            rollback();
        }
    }

    @Override
    public void rollback() {
        mine = null;
        dirty = false;
    }

    @Override
    public boolean inTransaction() {
        return dirty;
    }

    @Override
    public String mount() {
        return mount;
    }

    @Override
    public SqlCatalog catalog() {
        return FakeEngine.CATALOG;
    }

    @Override
    public void close() {
        rollback();
        for (FakeResult result : List.copyOf(running.values())) {
            result.close();
        }
        engine.openSessions.decrementAndGet();
    }
}

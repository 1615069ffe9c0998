package io.nokv.sql.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.nokv.sql.catalog.Catalog;
import io.nokv.sql.plan.PlannedStatement;
import io.nokv.sql.plan.SqlPlanner;

/** Plans by text and catalog version, 64 MiB at most. Plans depend on nothing of a session. Thread-safe. */
final class PlanCache {
    private static final long MAX_WEIGHT_BYTES = 64L << 20;
    /** What the operators of a plan weigh, roughly. */
    private static final int PLAN_BYTES = 8192;

    private record Key(String sql, int catalogVersion) {}

    private final SqlPlanner planner;
    private final Cache<Key, PlannedStatement> plans = Caffeine.newBuilder().executor(Runnable::run)
            .maximumWeight(MAX_WEIGHT_BYTES)
            .weigher((Key key, PlannedStatement plan) -> PLAN_BYTES + 4 * key.sql.length()).build();

    PlanCache(SqlPlanner planner) {
        this.planner = planner;
    }

    /** Plans on a miss, without holding anything: two sessions may plan the same text once each. */
    PlannedStatement get(String sql) {
        Key key = new Key(sql, Catalog.VERSION);
        PlannedStatement plan = plans.getIfPresent(key);
        if (plan == null) {
            plan = planner.plan(sql);
            plans.put(key, plan);
        }
        return plan;
    }
}

package io.nokv.sql.engine;

import io.nokv.base.system.SystemClock;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.EntryKey;
import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.api.SqlResult;
import io.nokv.sql.parse.SqlGrammar;
import io.nokv.sql.plan.SqlPlanner;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * What statements cost above the namespace, in CPU time of the thread (so a busy machine hurts less): run it by hand.
 * The point query is shown beside the same lookup without SQL.
 */
public final class StatementCosts {
    private static final int SAMPLES = 400;

    private StatementCosts() {}

    public static void main(String[] args) {
        try (SqlUnderTest sql = SqlUnderTest.open(TestStore.KV)) {
            for (int i = 0; i < 1000; i++) {
                sql.fs.file(NamespaceUnderTest.ROOT, "f" + i, i);
            }
            FileName name = FileName.of("f500");
            report("lookup without SQL (view, batchLookup of one)", 1000, () -> {
                try (NamespaceView view = sql.fs.namespace().view(0)) {
                    view.batchLookup("m", List.of(new EntryKey(NamespaceUnderTest.ROOT, name)));
                }
            });
            String point = "SELECT inode, size FROM entries WHERE mount = ? AND parent = ? AND name = ?";
            PreparedSql prepared = sql.session.prepare(point);
            List<Object> values = List.of("m", NamespaceUnderTest.ROOT, "f500");
            report("prepared point query", 1000, () -> drain(sql.session.execute(prepared, values, 1, 0, 0)));
            String literal = "SELECT inode, size FROM entries WHERE mount = 'm' AND parent = 16777216 AND name = 'f500'";
            report("point query by text, plan cached", 1000,
                    () -> drain(sql.session.execute(sql.session.prepare(literal), List.of(), 1, 0, 0)));
            report("directory without SQL (1,000 entries)", 10, () -> {
                try (NamespaceView view = sql.fs.namespace().view(0);
                        var rows = view.scanEntries("m", NamespaceView.EntryRange.of(NamespaceUnderTest.ROOT), true)) {
                    while (rows.next() != null) {
                        // Nothing: the scan itself is what costs.
                    }
                }
            });
            PreparedSql listing = sql.session.prepare("SELECT name, size FROM READDIRPLUS('/')");
            report("READDIRPLUS (1,000 entries)", 10, () -> drain(sql.session.execute(listing, List.of(), 1, 0, 0)));
            PreparedSql join = sql.session
                    .prepare("SELECT d.name, i.size FROM dentries d JOIN inodes i ON i.mount = d.mount"
                            + " AND i.inode = d.inode WHERE d.mount = 'm' AND d.parent = 16777216");
            report("lookup join (1,000 rows)", 10, () -> drain(sql.session.execute(join, List.of(), 1, 0, 0)));
            SqlPlanner planner = new SqlPlanner(new SqlGrammar(), new SystemClock());
            report("plan: point", 1, () -> planner.plan(literal));
            report("plan: join of two", 1, () -> planner.plan("SELECT d.name, i.size FROM dentries d JOIN inodes i"
                    + " ON i.mount = d.mount AND i.inode = d.inode WHERE d.mount = 'm' AND d.parent = 16777216"));
            report("plan: aggregate", 1,
                    () -> planner.plan("SELECT type, count(*), sum(size) FROM entries WHERE size > 10"
                            + " GROUP BY type ORDER BY 2 DESC LIMIT 10"));
        }
    }

    private static void drain(SqlResult result) {
        try (result) {
            while (result.next() != null) {
                // Nothing: rows are what costs.
            }
        }
    }

    /** Half of the samples warm up. */
    private static void report(String what, int perSample, Runnable action) {
        var threads = ManagementFactory.getThreadMXBean();
        double[] micros = new double[SAMPLES];
        for (int s = -SAMPLES; s < SAMPLES; s++) {
            long before = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < perSample; i++) {
                action.run();
            }
            if (s >= 0) {
                micros[s] = (threads.getCurrentThreadCpuTime() - before) / 1000.0 / perSample;
            }
        }
        Arrays.sort(micros);
        System.out.printf("%-50s p50 %10.3f us   p99 %10.3f us%n", what, micros[SAMPLES / 2],
                micros[SAMPLES * 99 / 100]);
    }
}

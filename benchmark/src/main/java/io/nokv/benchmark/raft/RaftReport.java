package io.nokv.benchmark.raft;

import io.nokv.benchmark.group.ClosedLoop.Cell;
import io.nokv.benchmark.raft.RaftBenchmark.System;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, as a table: a row for each workload and number of clients, ratios to the best of the others. */
final class RaftReport {
    private final Map<String, Map<System, List<Cell>>> rows = new LinkedHashMap<>();

    void add(System system, Cell cell) {
        rows.computeIfAbsent(cell.workload() + ", " + cell.clients() + " clients", _ -> new LinkedHashMap<>())
                .computeIfAbsent(system, _ -> new ArrayList<>()).add(cell);
    }

    static String line(System system, Cell cell) {
        return String.format(Locale.ROOT,
                "%-7s %-6s %4d clients %,10.0f/s  p50 %,.0f us  p99 %,.0f us  max %,.0f us  cpu %.1f us",
                system.name().toLowerCase(Locale.ROOT), cell.workload(), cell.clients(), cell.perSecond(),
                cell.p50Micros(),
                cell.p99Micros(), cell.maxMicros(), cell.cpuMicros());
    }

    String markdown(List<System> systems) {
        StringBuilder out = new StringBuilder("| workload |");
        systems.forEach(s -> out.append(' ').append(s.name().toLowerCase(Locale.ROOT)).append(" |"));
        out.append("\n|---|").append("---|".repeat(systems.size())).append('\n');
        rows.forEach((row, bySystem) -> {
            double best = bySystem.entrySet().stream().filter(e -> !isOurs(e.getKey()))
                    .mapToDouble(e -> median(e.getValue()).perSecond()).max().orElse(0);
            out.append("| ").append(row).append(" |");
            for (System system : systems) {
                List<Cell> cells = bySystem.get(system);
                out.append(' ').append(cells == null ? "" : text(system, median(cells), best)).append(" |");
            }
            out.append('\n');
        });
        return out.toString();
    }

    private static boolean isOurs(System system) {
        return system == System.NOKV || system == System.NOKV_64 || system == System.NOKV_3;
    }

    private static Cell median(List<Cell> cells) {
        return cells.stream().sorted(Comparator.comparingDouble(Cell::perSecond)).toList().get(cells.size() / 2);
    }

    private static String text(System system, Cell cell, double best) {
        String text = String.format(Locale.ROOT, "%,.0f/s, p99 %,.2f ms", cell.perSecond(), cell.p99Micros() / 1e3);
        return !isOurs(system) || best == 0
                ? text
                : text + String.format(Locale.ROOT, " **%.2fx**", cell.perSecond() / best);
    }
}

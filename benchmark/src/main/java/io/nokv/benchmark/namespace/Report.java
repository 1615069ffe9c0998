package io.nokv.benchmark.namespace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cells as one Markdown table: operations per second, p99 in milliseconds, and the ratio to PostgreSQL of the same run. */
final class Report {
    private static final String PEER = "postgresql";

    private final List<Cell> cells = new ArrayList<>();

    void add(Cell cell) {
        cells.add(cell);
    }

    String markdown() {
        LinkedHashSet<String> targets = new LinkedHashSet<>();
        Map<String, Map<String, Cell>> rows = new LinkedHashMap<>();
        for (Cell cell : cells) {
            targets.add(cell.target());
            rows.computeIfAbsent(cell.workload() + " | " + cell.clients(), _ -> new LinkedHashMap<>())
                    .put(cell.target(), cell);
        }
        StringBuilder out = new StringBuilder("| workload | clients |");
        targets.forEach(t -> out.append(' ').append(t).append(" |"));
        out.append("\n|---|---|").append("---|".repeat(targets.size())).append('\n');
        rows.forEach((row, byTarget) -> {
            out.append("| ").append(row).append(" |");
            Cell peer = byTarget.get(PEER);
            for (String target : targets) {
                Cell cell = byTarget.get(target);
                out.append(' ');
                if (cell != null) {
                    out.append(String.format(Locale.ROOT, "%,.0f/s p99 %.2f ms", cell.perSecond(),
                            cell.p99Micros() / 1e3));
                    if (peer != null && cell != peer) {
                        out.append(String.format(Locale.ROOT, " **%.2fx**", cell.perSecond() / peer.perSecond()));
                    }
                }
                out.append(" |");
            }
            out.append('\n');
        });
        return out.toString();
    }

    String raw() {
        StringBuilder out = new StringBuilder(
                "workload\tclients\ttarget\toperations\tseconds\tper_second\tp50_us\tp99_us\tmax_us\n");
        for (Cell c : cells) {
            out.append(String.format(Locale.ROOT, "%s\t%d\t%s\t%d\t%.3f\t%.1f\t%.1f\t%.1f\t%.1f%n", c.workload(),
                    c.clients(),
                    c.target(), c.operations(), c.seconds(), c.perSecond(), c.p50Micros(), c.p99Micros(),
                    c.maxMicros()));
        }
        return out.toString();
    }
}

package io.nokv.benchmark.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cells as a Markdown table with the ratio to RocksDB of the same run, and figures that are not rates as a second one. */
final class Report {
    private static final String PEER = "rocksdb";

    /** A figure of one target that is not a rate. */
    record Figure(String what, String target, double value, String unit) {}

    private final List<Cell> cells = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();

    void add(Cell cell) {
        cells.add(cell);
    }

    static String line(Cell cell) {
        return String.format(Locale.ROOT,
                "%-28s %-8s %,12.0f %s/s  p50 %,.1f us  p99 %,.1f us  max %,.0f us  cpu %.2f us",
                cell.workload(), cell.target(), cell.perSecond(), cell.unit(), cell.p50Micros(), cell.p99Micros(),
                cell.maxMicros(), cell.cpuMicros());
    }

    void add(Figure figure) {
        figures.add(figure);
        System.err.printf(Locale.ROOT, "%-44s %-8s %,.2f %s%n", figure.what, figure.target, figure.value, figure.unit);
    }

    String markdown() {
        LinkedHashSet<String> targets = new LinkedHashSet<>();
        Map<String, Map<String, Cell>> rows = new LinkedHashMap<>();
        for (Cell cell : cells) {
            targets.add(cell.target());
            rows.computeIfAbsent(cell.workload() + ", " + cell.unit() + "/s", _ -> new LinkedHashMap<>())
                    .put(cell.target(), cell);
        }
        StringBuilder out = new StringBuilder();
        if (!cells.isEmpty()) {
            head(out, targets);
            rows.forEach((row, byTarget) -> {
                out.append("| ").append(row).append(" |");
                Cell peer = byTarget.get(PEER);
                for (String target : targets) {
                    Cell cell = byTarget.get(target);
                    out.append(' ').append(cell == null ? "" : text(cell, peer)).append(" |");
                }
                out.append('\n');
            });
        }
        Map<String, Map<String, Figure>> others = new LinkedHashMap<>();
        LinkedHashSet<String> otherTargets = new LinkedHashSet<>();
        for (Figure figure : figures) {
            otherTargets.add(figure.target);
            others.computeIfAbsent(figure.what + ", " + figure.unit, _ -> new LinkedHashMap<>())
                    .put(figure.target, figure);
        }
        if (!figures.isEmpty()) {
            out.append('\n');
            head(out, otherTargets);
            others.forEach((row, byTarget) -> {
                out.append("| ").append(row).append(" |");
                for (String target : otherTargets) {
                    Figure figure = byTarget.get(target);
                    out.append(' ').append(figure == null ? "" : String.format(Locale.ROOT, "%,.2f", figure.value))
                            .append(" |");
                }
                out.append('\n');
            });
        }
        return out.toString();
    }

    private static void head(StringBuilder out, LinkedHashSet<String> targets) {
        out.append("| workload |");
        targets.forEach(t -> out.append(' ').append(t).append(" |"));
        out.append("\n|---|").append("---|".repeat(targets.size())).append('\n');
    }

    private static String text(Cell cell, Cell peer) {
        String text = String.format(Locale.ROOT, "%,.0f, p99 %,.2f ms, cpu %,.2f us", cell.perSecond(),
                cell.p99Micros() / 1e3,
                cell.cpuMicros());
        return peer == null || cell == peer
                ? text
                : text + String.format(Locale.ROOT, " **%.2fx**", cell.perSecond() / peer.perSecond());
    }

    static String rawHead() {
        return "workload\ttarget\tunit\tcount\tseconds\tper_second\tp50_us\tp99_us\tmax_us\tcpu_us\n";
    }

    static String raw(Cell c) {
        return String.format(Locale.ROOT, "%s\t%s\t%s\t%d\t%.3f\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f%n", c.workload(),
                c.target(),
                c.unit(), c.count(), c.seconds(), c.perSecond(), c.p50Micros(), c.p99Micros(), c.maxMicros(),
                c.cpuMicros());
    }

    static String raw(Figure f) {
        return String.format(Locale.ROOT, "%s\t%s\t%s\t\t\t%.3f%n", f.what, f.target, f.unit, f.value);
    }
}

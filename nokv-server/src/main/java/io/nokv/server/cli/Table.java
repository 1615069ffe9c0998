package io.nokv.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows for people (aligned columns) and for programs (a JSON array of objects with the same names). */
final class Table {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    Table(String... columns) {
        this.columns = List.of(columns);
    }

    /** Numbers, texts or null, one per column. */
    void row(Object... values) {
        List<Object> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value);
        }
        rows.add(row);
    }

    void print(PrintStream out, boolean json) {
        if (json) {
            out.println(json());
            return;
        }
        int[] widths = new int[columns.size()];
        for (int c = 0; c < widths.length; c++) {
            widths[c] = columns.get(c).length();
            for (List<Object> row : rows) {
                widths[c] = Math.max(widths[c], text(row.get(c)).length());
            }
        }
        line(out, new ArrayList<>(columns), widths);
        rows.forEach(row -> line(out, row, widths));
    }

    private static void line(PrintStream out, List<Object> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String text = text(cells.get(c));
            String padding = " ".repeat(widths[c] - text.length());
            line.append(c == 0 ? "" : "  ")
                    .append(cells.get(c) instanceof Number ? padding + text : text + padding);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }

    private String json() {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (List<Object> row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int c = 0; c < columns.size(); c++) {
                object.put(columns.get(c), row.get(c));
            }
            objects.add(object);
        }
        try {
            return JSON.writeValueAsString(objects);
        } catch (JsonProcessingException e) {
            throw new AssertionError("numbers and texts have a JSON form", e);
        }
    }
}

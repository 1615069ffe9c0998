package io.nokv.server.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of Markdown, as far as the pages here use it: headings, tables, fenced blocks, code spans. */
record Page(String name, List<String> lines) {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** @param info what stands behind the opening fence, for example {@code sql error=42601} */
    record Block(int line, String info, String text) {}

    static Page of(String name) {
        try {
            return new Page(name, Files.readAllLines(root().resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directory above the modules, wherever in it the test was started. */
    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("nokv")) || !Files.exists(at.resolve("pom.xml"))) {
            at = at.getParent();
            if (at == null) {
                throw new IllegalStateException("not inside the source tree: " + Path.of("").toAbsolutePath());
            }
        }
        return at;
    }

    /** Headings of this level, without the marks and without back quotes. */
    List<String> headings(int level) {
        String mark = "#".repeat(level) + " ";
        return prose().stream().filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()).replace("`", "")).toList();
    }

    /** From the heading of this text to the next one of its level or above. */
    Page section(String heading) {
        List<String> section = new ArrayList<>();
        int level = 0;
        boolean fenced = false;
        for (String line : lines) {
            fenced ^= line.startsWith("```");
            int marks = fenced ? 0 : line.length() - line.replaceFirst("^#+ ", " ").length();
            if (level > 0 && marks > 0 && marks <= level) {
                break;
            }
            if (level == 0 && marks > 0 && line.substring(marks).strip().replace("`", "").equals(heading)) {
                level = marks;
            } else if (level > 0) {
                section.add(line);
            }
        }
        if (level == 0) {
            throw new AssertionError(name + " has no section \"" + heading + "\"");
        }
        return new Page(name + ", section " + heading, section);
    }

    /** The rows of the only table with these columns, cells stripped. */
    List<List<String>> table(String... columns) {
        List<List<String>> rows = null;
        boolean inside = false;
        for (String line : prose()) {
            if (!line.startsWith("|")) {
                inside = false;
            } else if (cells(line).equals(List.of(columns))) {
                if (rows != null) {
                    throw new AssertionError(name + " has two tables " + String.join(", ", columns));
                }
                rows = new ArrayList<>();
                inside = true;
            } else if (inside && !line.startsWith("|---")) {
                rows.add(cells(line));
            }
        }
        if (rows == null) {
            throw new AssertionError(name + " has no table " + String.join(", ", columns));
        }
        return rows;
    }

    /** Two columns of that table as a sorted map of their code or text. */
    TreeMap<String, String> map(int key, int value, String... columns) {
        TreeMap<String, String> map = new TreeMap<>();
        for (List<String> row : table(columns)) {
            String before = map.put(plain(row.get(key)), plain(row.get(value)));
            if (before != null) {
                throw new AssertionError(name + " lists " + row.get(key) + " twice");
            }
        }
        return map;
    }

    /** The text behind {@code prefix} in the only line that begins with it. */
    String line(String prefix) {
        List<String> found = prose().stream().filter(line -> line.startsWith(prefix)).toList();
        if (found.size() != 1) {
            throw new AssertionError(name + " has " + found.size() + " lines that begin with " + prefix);
        }
        return found.getFirst().substring(prefix.length()).strip();
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        String info = null;
        int start = 0;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.startsWith("```")) {
                if (info != null) {
                    text.append(line).append('\n');
                }
            } else if (info == null) {
                info = line.substring(3).strip();
                start = i + 1;
                text.setLength(0);
            } else {
                blocks.add(new Block(start, info, text.toString()));
                info = null;
            }
        }
        return blocks;
    }

    /** What stands in back quotes, in order. */
    static List<String> code(String text) {
        List<String> spans = new ArrayList<>();
        Matcher matcher = CODE.matcher(text);
        while (matcher.find()) {
            spans.add(matcher.group(1));
        }
        return spans;
    }

    static String plain(String cell) {
        return cell.replace("`", "");
    }

    /** The lines outside of fenced blocks. */
    private List<String> prose() {
        List<String> prose = new ArrayList<>();
        boolean fenced = false;
        for (String line : lines) {
            boolean fence = line.startsWith("```");
            fenced ^= fence;
            if (!fenced && !fence) {
                prose.add(line);
            }
        }
        return prose;
    }

    private static List<String> cells(String line) {
        String inner = line.strip();
        inner = inner.substring(1, inner.endsWith("|") ? inner.length() - 1 : inner.length());
        List<String> cells = new ArrayList<>();
        for (String cell : inner.split("(?<!\\\\)\\|", -1)) {
            cells.add(cell.strip().replace("\\|", "|"));
        }
        return cells;
    }
}

package io.nokv.server.ways;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.server.ways.Script.Part;
import io.nokv.sqlline.Shell;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same script through the shell, in all its formats, embedded and over the network. */
class SameShellTest {
    private static final List<String> FORMATS = List.of("table", "csv", "vertical", "json", "tsv", "xmlattr");

    @TempDir
    Path directory;

    /** What one way printed: results, and of each failing statement the complaint. */
    private record Printed(String out, List<String> complaints) {}

    @Test
    void itPrintsTheSameEmbeddedAndRemote() throws Exception {
        Script script = Script.parse(Files.readString(SameScriptTest.FILE));
        List<Part> failing = outsideTransactions(script).stream().filter(Part::fails).toList();
        Printed embedded = print(Way.FILE, script);
        assertEquals(failing.size(), embedded.complaints.size());
        assertTrue(embedded.out.contains("😀.png"), embedded.out);
        assertTrue(embedded.out.contains("2026-01-02 03:04:05.678"), embedded.out);
        assertTrue(failing.size() > 40 && embedded.out.length() > 5_000, () -> failing.size() + "\n" + embedded.out);
        for (int i = 0; i < failing.size(); i++) {
            String answer = failing.get(i).answer();
            String message = answer.substring("! 42601 ".length()).strip();
            String state = answer.substring("! ".length(), "! 42601".length());
            String complaint = embedded.complaints.get(i);
            assertTrue(complaint.startsWith("Error: " + message + " (state=" + state + ",code=0)\n"), complaint);
        }
        Printed ours = print(Way.OURS, script);
        assertEquals(embedded.out, ours.out);
        assertEquals(embedded.complaints, ours.complaints);
    }

    /**
     * A failure ends the shell, and so the transaction: within one, statements that fail are left out. So are two
     * statements at once, which the shell takes apart.
     */
    private static List<Part> outsideTransactions(Script script) {
        List<Part> parts = new ArrayList<>();
        boolean inTransaction = false;
        for (Part part : script.statements()) {
            String sql = part.sql();
            if (!part.fails()) {
                inTransaction = sql.startsWith("BEGIN") || sql.startsWith("START TRANSACTION")
                        || inTransaction && !sql.startsWith("COMMIT") && !sql.startsWith("ROLLBACK");
                parts.add(part);
            } else if (!inTransaction && !sql.contains("; ")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private Printed print(Way way, Script script) {
        StringBuilder out = new StringBuilder();
        List<String> complaints = new ArrayList<>();
        try (OpenWay open = way.open(directory.resolve(way.toString()))) {
            List<String> fine = new ArrayList<>();
            for (Part part : outsideTransactions(script)) {
                if (part.fails()) {
                    shell(open, fine, Shell.OK, out);
                    complaints.add(shell(open, List.of(part.sql()), Shell.FAILED, out));
                    fine.clear();
                } else {
                    fine.add("!outputformat " + FORMATS.get(fine.size() / 2 % FORMATS.size()));
                    fine.add(part.sql());
                }
            }
            shell(open, fine, Shell.OK, out);
        }
        return new Printed(out.toString(), complaints);
    }

    /** What it printed on the error stream. */
    private static String shell(OpenWay open, List<String> statements, int code, StringBuilder out) {
        if (statements.isEmpty()) {
            return "";
        }
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int actual = Shell.run(open.url(), statements, null,
                new Shell.Streams(InputStream.nullInputStream(), printed, errors, false));
        String complaint = errors.toString(StandardCharsets.UTF_8);
        out.append(printed.toString(StandardCharsets.UTF_8));
        assertEquals(code, actual, () -> statements + "\n" + complaint);
        return complaint;
    }
}

package io.nokv.sql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import io.nokv.fsmeta.txn.ManualClock;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripts in {@code src/test/resources/sql}: a statement that ends with ';', then what it answers: rows behind "> ", the
 * count of a change behind "= ", a failure behind "! ". EXPLAIN makes plans part of the scripts. Every script begins with
 * the tree of {@link #plantTree}. {@code -Drewrite=true} writes the present answers into the scripts; read the diff.
 */
@ParameterizedClass
@EnumSource(TestStore.class)
final class SqlScriptTest {
    @Parameter
    private TestStore store;

    private static final Path SCRIPTS = Path.of("src/test/resources/sql");
    /** Versions count the milliseconds of the tests' clock, which stands, in their upper bits; the rest is the store's own. */
    private static final Pattern VERSION = Pattern
            .compile("\\b" + (ManualClock.START_MILLIS << 18) / 100_000_000 + "\\d{8}\\b");

    @ParameterizedTest
    @ValueSource(strings = {"access.iq", "queries.iq", "joins.iq", "expressions.iq", "functions.iq", "changes.iq",
            "errors.iq", "names.iq", "windows.iq"})
    void answersAsWritten(String script) throws IOException {
        String wanted = Files.readString(SCRIPTS.resolve(script));
        StringBuilder actual = new StringBuilder();
        try (SqlUnderTest sql = SqlUnderTest.open(store)) {
            plantTree(sql.fs);
            StringBuilder statement = new StringBuilder();
            for (String line : wanted.lines().toList()) {
                if (line.startsWith("> ") || line.equals(">") || line.startsWith("! ") || line.startsWith("= ")) {
                    continue;
                }
                actual.append(line).append('\n');
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                statement.append(line).append('\n');
                if (line.stripTrailing().endsWith(";")) {
                    answer(sql, statement.toString(), actual);
                    statement.setLength(0);
                }
            }
        }
        String answered = VERSION.matcher(actual).replaceAll("VERSION");
        if (Boolean.getBoolean("rewrite")) {
            Files.writeString(SCRIPTS.resolve(script), answered);
        }
        assertEquals(wanted, answered, script + "; -Drewrite=true writes what it answers now");
    }

    private static void answer(SqlUnderTest sql, String statement, StringBuilder out) {
        try (SqlResult result = sql.run(sql.session, statement)) {
            if (result.updateCount() >= 0) {
                out.append("= ").append(result.updateCount()).append('\n');
                return;
            }
            List<String> lines = new ArrayList<>();
            for (Object[] row = result.next(); row != null; row = result.next()) {
                lines.add("> " + SqlUnderTest.line(java.util.Arrays.asList(row)));
            }
            lines.forEach(line -> out.append(line).append('\n'));
        } catch (SqlFailure failure) {
            out.append("! ").append(failure.sqlState()).append(' ').append(failure.getMessage()).append('\n');
        }
    }

    /**
     * <pre>
     * /a/            33554432
     *   b/           50331648: deep0..deep4 of 0, 10, .. 40 bytes
     *   file0..4     of 0, 100, .. 400 bytes
     *   link         -> b
     * /empty/        67108864
     * /odd/          83886080: a name of bytes FF FE, "back\slash", "日本", "ÿ", "z"
     * /top           7 bytes, uid 5; its second name is /a/twin
     * </pre>
     */
    static void plantTree(NamespaceUnderTest fs) {
        long a = fs.mkdir(NamespaceUnderTest.ROOT, "a");
        long b = fs.mkdir(a, "b");
        fs.mkdir(NamespaceUnderTest.ROOT, "empty");
        long odd = fs.mkdir(NamespaceUnderTest.ROOT, "odd");
        for (int i = 0; i < 5; i++) {
            fs.file(a, "file" + i, 100 * i);
            fs.file(b, "deep" + i, 10 * i);
        }
        fs.symlink(a, "link", "b");
        long top = fs.file(NamespaceUnderTest.ROOT, "top", 7);
        fs.apply(new Mutation.SetAttr(NamespaceUnderTest.MOUNT, top, null, 5, null, null, null, null, null));
        fs.link(top, a, "twin");
        for (byte[] name : List.of(new byte[]{-1, -2}, "back\\slash".getBytes(StandardCharsets.UTF_8),
                "日本".getBytes(StandardCharsets.UTF_8), "ÿ".getBytes(StandardCharsets.UTF_8), new byte[]{'z'})) {
            fs.apply(new Mutation.Create(NamespaceUnderTest.MOUNT, odd, FileName.of(name), NewInode.file(0600)));
        }
    }
}

package io.nokv.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.server.database.DatabaseOptions;
import io.nokv.server.database.SharedDatabases;
import io.nokv.sql.api.Column;
import io.nokv.sql.api.SqlCatalog;
import io.nokv.sql.api.SqlEngine.SessionOptions;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlSession;
import io.nokv.sql.avatica.Failures;
import io.nokv.sql.catalog.TableColumn;
import io.nokv.sql.catalog.TableFunction;
import io.nokv.sql.error.SqlErrors;
import io.nokv.sql.error.SqlState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.junit.jupiter.api.Test;

/** {@code docs/sql.md} against a real database: its lists are the catalog's, its statements do what it says. */
class SqlReferenceTest {
    private final Page page = Page.of("docs/sql.md");

    @Test
    void everyTableIsDescribedWithEveryColumn() {
        SqlCatalog catalog = catalog();
        List<String> names = catalog.tables().stream().map(SqlCatalog.Table::name).toList();
        assertEquals(names, page.section("Tables").headings(3));
        for (SqlCatalog.Table table : catalog.tables()) {
            Page section = page.section(table.name());
            List<List<String>> expected = table.columns().stream()
                    .map(c -> List.of(c.label(), type(c), c.nullable() ? "yes" : "no")).toList();
            List<List<String>> described = section.table("column", "type", "NULL", "meaning").stream()
                    .map(row -> List.of(Page.plain(row.get(0)), row.get(1), row.get(2))).toList();
            assertEquals(expected, described, table.name());
            assertEquals(table.primaryKey(), Page.code(section.line("Primary key:")), table.name());
        }
    }

    @Test
    void everyFunctionIsDescribedWithItsSignatureAndColumns() {
        Map<String, String> signatures = new TreeMap<>();
        for (SqlCatalog.Function function : catalog().functions()) {
            signatures.put(function.signature(), function.table() ? "table" : "scalar");
        }
        assertEquals(signatures, page.map(0, 1, "function", "kind", "what it gives"));
        for (TableFunction function : TableFunction.values()) {
            assertEquals(function.columns().stream().map(TableColumn::name).toList(),
                    Page.code(page.line("Columns of `" + function.name() + "`:")), function.name());
        }
    }

    @Test
    void everySqlStateOfTheEngineIsListed() {
        Map<String, String> expected = new TreeMap<>();
        for (SqlState state : SqlState.values()) {
            expected.put(state.name(), state.code());
        }
        assertEquals(expected, page.map(1, 0, "SQLSTATE", "reason", "when"));
    }

    /** Whatever call meets a failure of the store, of a statement or of the connection, it shows as this page says. */
    @Test
    void everyFailureOfTheStoreHasOneSqlState() {
        Map<String, String> listed = page.map(1, 0, "SQLSTATE", "reason", "when");
        for (FailureCode code : FailureCode.values()) {
            NokvException failure = new NokvException(code, "what happened");
            SqlFailure ofStatement = SqlErrors.of(failure);
            AvaticaRuntimeException ofFront = Failures.translate(failure);
            assertEquals(ofStatement.sqlState(), ofFront.getSqlState(), code.name());
            assertEquals("what happened [" + ofStatement.reason() + "]", ofFront.getErrorMessage(), code.name());
            assertEquals(listed.get(ofStatement.reason()), ofStatement.sqlState(), code.name());
        }
        for (Reason reason : Reason.values()) {
            AvaticaRuntimeException ofFront = Failures.translate(new NamespaceException(reason, "no"));
            assertEquals(SqlState.of(reason).code(), ofFront.getSqlState(), reason.name());
            assertEquals(listed.get(SqlState.of(reason).name()), ofFront.getSqlState(), reason.name());
        }
    }

    @Test
    void everySqlStateOfTheFrontIsListed() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        Pattern refusal = Pattern.compile("\\b(?:Failures\\.)?of\\(\"([0-9A-Z]{5})\",\\s*\"([A-Z_]+)\"");
        Path front = Page.root().resolve("nokv-sql/src/main/java/io/nokv/sql");
        for (String part : List.of("avatica", "http")) {
            try (Stream<Path> files = Files.walk(front.resolve(part))) {
                for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
                    Matcher matcher = refusal.matcher(Files.readString(file));
                    while (matcher.find()) {
                        expected.put(matcher.group(2), matcher.group(1));
                    }
                }
            }
        }
        assertFalse(expected.isEmpty(), "the front refuses nothing?");
        expected.keySet().removeIf(reason -> isEngines(reason, expected.get(reason)));
        assertEquals(expected, page.map(1, 0, "SQLSTATE of the front", "reason", "when"));
    }

    private static boolean isEngines(String reason, String code) {
        return Stream.of(SqlState.values()).anyMatch(s -> s.name().equals(reason) && s.code().equals(code));
    }

    /** In the order of the page, on one connection, so that later examples see what earlier ones made. */
    @Test
    void everyStatementRuns() throws SQLException {
        List<Page.Block> blocks = page.blocks();
        List<String> failures = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:nokv:mem:documentation")) {
            for (int i = 0; i < blocks.size(); i++) {
                Page.Block block = blocks.get(i);
                if (!block.info().equals("sql") && !block.info().startsWith("sql ")) {
                    continue;
                }
                Page.Block next = i + 1 < blocks.size() ? blocks.get(i + 1) : null;
                String result = next != null && next.info().equals("text result") ? next.text() : null;
                String problem = run(connection, block, result);
                if (problem != null) {
                    failures.add("docs/sql.md:" + block.line() + ": " + problem);
                }
            }
        }
        assertEquals(List.of(), failures);
    }

    /** Null when all went as the page says. */
    private static String run(Connection connection, Page.Block block, String expectedResult) {
        String expectedState = block.info().startsWith("sql error=")
                ? block.info().substring("sql error=".length())
                : null;
        List<String> statements = Stream.of(block.text().split(";\\s*(?:\n|$)")).filter(s -> !s.isBlank()).toList();
        String result = "";
        for (int i = 0; i < statements.size(); i++) {
            boolean shouldFail = expectedState != null && i == statements.size() - 1;
            try {
                result = execute(connection, statements.get(i));
                if (shouldFail) {
                    return "should fail with " + expectedState + ": " + statements.get(i);
                }
            } catch (SQLException e) {
                if (!shouldFail || !expectedState.equals(e.getSQLState())) {
                    return statements.get(i) + "\n  failed: " + e.getSQLState() + " " + e.getMessage();
                }
            }
        }
        return expectedResult == null || expectedResult.strip().equals(result.strip())
                ? null
                : "gives\n" + result + "\n  and not\n" + expectedResult;
    }

    private static String execute(Connection connection, String sql) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        for (int c = 1; c <= columns; c++) {
                            text.append(c == 1 ? "" : " | ").append(rows.getString(c));
                        }
                        text.append('\n');
                    }
                }
            }
        }
        return text.toString();
    }

    private static String type(Column column) {
        return column.precision() > 0 ? column.type() + "(" + column.precision() + ")" : column.type().toString();
    }

    private static SqlCatalog catalog() {
        DatabaseOptions options = DatabaseOptions.defaults();
        try (SharedDatabases.Lease lease = SharedDatabases.inMemory("catalog of the documentation", options);
                SqlSession session = lease.database().sql().open(new SessionOptions(options.mount(), ""))) {
            return session.catalog();
        }
    }
}

package io.nokv.sql.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sql.fake.FakeEmbedded;
import io.nokv.sql.http.EndpointFixture.Way;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One script, every way in, the same bytes. */
class SameScriptTest {
    private static final List<String> SCRIPT = List.of("INSERT INTO kv VALUES ('ä ✓', 1)", "SELECT * FROM kv",
            "INSERT INTO kv VALUES ('b', -2)", "INSERT INTO kv VALUES ('b', 3)", "SELECT * FROM kv", "SELEKT",
            "SELEKT", "SELECT * FROM every_type", "SELECT * FROM every_type", "SELECT * FROM numbers(1234)",
            "SELECT * FROM numbers(1234)", "SELECT * FROM numbers(0)", "UPDATE kv SET v = v + 5000000000",
            "UPDATE kv SET v = v + 1 WHERE k = 'b'", "BEGIN", "DELETE FROM kv", "ROLLBACK", "SELECT * FROM kv");

    @Test
    void embeddedOursAndStockPrintTheSame() throws SQLException {
        FakeEmbedded.reset("script");
        String embedded;
        try (Connection c = DriverManager.getConnection("jdbc:nokv:mem:script;mount=main")) {
            embedded = ScriptOutput.run(c, SCRIPT);
        }
        assertTrue(embedded.contains("'ä ✓' | '1'"), embedded);
        assertTrue(embedded.contains("error 42601"), embedded);
        for (Way way : Way.values()) {
            try (EndpointFixture fixture = new EndpointFixture(); Connection c = fixture.connect(way)) {
                assertEquals(embedded, ScriptOutput.run(c, SCRIPT), way.toString());
            }
        }
    }
}

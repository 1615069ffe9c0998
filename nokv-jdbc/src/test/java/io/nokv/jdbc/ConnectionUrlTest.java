package io.nokv.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ConnectionUrlTest {
    private static ConnectionUrl parse(String url) throws SQLException {
        return ConnectionUrl.parse(url, new Properties());
    }

    @Test
    void everyFormIsRead() throws SQLException {
        assertEquals(new ConnectionUrl("remote", "host", 8765, "", Map.of("mount", "main")),
                parse("jdbc:nokv://host/main"));
        assertEquals(new ConnectionUrl("remote", "::1", 99, "", Map.of("user", "a b")),
                parse("jdbc:nokv://[::1]:99?user=a%20b"));
        assertEquals(new ConnectionUrl("remote", "::1", 8765, "", Map.of()), parse("jdbc:nokv://[::1]"));
        assertEquals(new ConnectionUrl("remote", "h", 1, "", Map.of("mount", "a+b", "fetchSize", "5")),
                parse("jdbc:nokv://h:1/a+b?fetchSize=5"));
        assertEquals(new ConnectionUrl("file", "", 0, "/data/x y", Map.of("mount", "m")),
                parse("jdbc:nokv:file:/data/x y;mount=m"));
        assertEquals(new ConnectionUrl("mem", "", 0, "test", Map.of()), parse("jdbc:nokv:mem:test"));
    }

    @Test
    void theCallersPropertiesWinAndAnEmptyPasswordIsNone() throws SQLException {
        Properties info = new Properties();
        info.setProperty("mount", "b");
        info.setProperty("password", "");
        assertEquals(Map.of("mount", "b"), ConnectionUrl.parse("jdbc:nokv://h/a", info).properties());
    }

    @Test
    void wireNamesAreChangedAtTheStartOfAMessageOnly() {
        byte[] from = "moved.proto.".getBytes(StandardCharsets.US_ASCII);
        byte[] to = "wire.".getBytes(StandardCharsets.US_ASCII);
        byte[] message = "\n\u0010moved.proto.Abcd\u0012\u0001x".getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals("\n\u0009wire.Abcd\u0012\u0001x".getBytes(StandardCharsets.US_ASCII),
                WireNames.rename(message, from, to));
        assertArrayEquals(message, WireNames.rename(WireNames.rename(message, from, to), to, from));
        byte[] other = {1, 2, 3};
        assertSame(other, WireNames.rename(other, from, to));
    }
}

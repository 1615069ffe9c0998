package io.nokv.server.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server executes a change, is killed before its answer arrives, and comes back where it was. The driver sends the
 * request again: it is not executed twice, and the program is not told that nothing happened.
 */
class AnswerLostTest {
    @TempDir
    Path directory;
    private ServerProcess server;
    private ServerSocket door;
    /** Set when the next answer shall meet a killed server. */
    private volatile boolean killAtAnswer;

    @AfterEach
    void close() throws IOException {
        if (door != null) {
            door.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private void start() throws IOException {
        server = ServerProcess.server(directory.resolve("data"), directory.resolve("log"));
    }

    /** The address of the server whichever process it is at the moment. */
    private String url() throws IOException {
        door = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket client = door.accept();
                    String address = server.address("jdbc");
                    Socket upstream = new Socket(InetAddress.getLoopbackAddress(),
                            Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
                    Thread.ofVirtual().start(() -> pass(client, upstream, false));
                    Thread.ofVirtual().start(() -> pass(upstream, client, true));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return "jdbc:nokv://127.0.0.1:" + door.getLocalPort();
    }

    private void pass(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[64 << 10];
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (answers && killAtAnswer) {
                    killAtAnswer = false;
                    server.kill();
                    start();
                    return;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException | InterruptedException e) {
            // One side hung up; closing both tells the other.
        }
    }

    private interface Change {
        void run(Connection connection) throws SQLException;
    }

    private static void outcomeUnknown(Connection connection, Change change) {
        SQLException e = assertThrows(SQLException.class, () -> change.run(connection));
        assertEquals("08007", e.getSQLState(), e.getMessage());
        assertTrue(e.getMessage().contains("whether the request took effect is not known"), e.getMessage());
    }

    private static long count(String url, String prefix) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*) FROM entries WHERE parent = INODE_OF('/') AND name LIKE '" + prefix + "%'")) {
            assertTrue(rows.next());
            return rows.getLong(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String insert(String name) {
        return "INSERT INTO entries (parent, name, type) VALUES (INODE_OF('/'), '" + name + "', 'FILE')";
    }

    @Test
    void aChangeIsMadeOnceAndItsOutcomeCalledUnknown() throws Exception {
        start();
        String url = url();
        try (Connection connection = DriverManager.getConnection(url)) {
            execute(connection, insert("before"));
            killAtAnswer = true;
            outcomeUnknown(connection, c -> execute(c, insert("alone")));
        }
        assertEquals(1, count(url, "alone"));
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            execute(connection, insert("within-1"));
            execute(connection, insert("within-2"));
            killAtAnswer = true;
            outcomeUnknown(connection, Connection::commit);
        }
        assertEquals(2, count(url, "within"));
        assertEquals(1, count(url, "before"));
    }

    /** What was not committed before the restart is gone, and the driver says that the connection is. */
    @Test
    void aTransactionThatWasNotEndedIsLost() throws Exception {
        start();
        String url = url();
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            execute(connection, insert("lost"));
            server.kill();
            start();
            SQLException e = assertThrows(SQLException.class, connection::commit);
            assertTrue(e.getSQLState().startsWith("08"), e.getSQLState() + " " + e.getMessage());
        }
        assertEquals(0, count(url, "lost"));
    }
}

package io.nokv.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.junit.jupiter.api.Test;

/** The driver in one file, alone in a class loader, against a server that speaks unmoved Avatica. */
class DriverJarTest {
    private static final Path JAR = Path.of(System.getProperty("driver.jar", "missing"));
    private static final int JAVA_17 = 61;

    private static Driver load(URLClassLoader loader) {
        List<Driver> drivers = new ArrayList<>();
        for (Driver d : ServiceLoader.load(Driver.class, loader)) {
            if (d.getClass().getClassLoader() == loader) {
                drivers.add(d);
            }
        }
        assertEquals(1, drivers.size(), "one driver is registered: " + drivers);
        return drivers.get(0);
    }

    private static URLClassLoader alone() throws IOException {
        return new URLClassLoader(new URL[]{JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    @Test
    void itHasNothingThatCouldClashAndNothingNewerThanJava17() throws IOException {
        TreeSet<String> foreign = new TreeSet<>();
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (JarEntry e : jar.stream().toList()) {
                String name = e.getName();
                if (!name.endsWith(".class") || name.startsWith("META-INF/versions/")) {
                    continue;
                }
                if (!name.startsWith("io/nokv/jdbc/")) {
                    foreign.add(name.substring(0, name.lastIndexOf('/')));
                }
                try (DataInputStream in = new DataInputStream(jar.getInputStream(e))) {
                    in.readInt();
                    in.readUnsignedShort();
                    assertTrue(in.readUnsignedShort() <= JAVA_17, name);
                }
            }
        }
        assertEquals(new TreeSet<>(), foreign);
    }

    @Test
    void itQueriesAServerWithItsMovedClasses() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> asked = new ArrayList<>();
        server.createContext("/", exchange -> answer(exchange, asked));
        server.start();
        try (URLClassLoader loader = alone()) {
            Driver driver = load(loader);
            assertNotSame(NokvDriver.class, driver.getClass());
            String url = "jdbc:nokv://127.0.0.1:" + server.getAddress().getPort() + "/main";
            assertTrue(driver.acceptsURL(url));
            try (Connection c = driver.connect(url, new Properties());
                    Statement s = c.createStatement();
                    ResultSet r = s.executeQuery("SELECT x")) {
                assertTrue(r.next());
                assertEquals("ünïcode", r.getString("x"));
                assertFalse(r.next());
                SQLException e = assertThrows(SQLException.class, () -> c.prepareStatement("broken"));
                assertEquals("42601", e.getSQLState());
                assertEquals("it is broken", e.getMessage());
            }
            assertEquals(List.of("OpenConnectionRequest", "PrepareAndExecuteRequest", "PrepareRequest",
                    "CloseConnectionRequest"), asked);
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, List<String> asked) throws IOException {
        ProtobufTranslationImpl translation = new ProtobufTranslationImpl();
        Service.Request request = translation.parseRequest(exchange.getRequestBody().readAllBytes());
        asked.add(request.getClass().getSimpleName());
        Service.Response response;
        if (request instanceof Service.PrepareAndExecuteRequest r) {
            Meta.Signature signature = new Meta.Signature(List.of(MetaImpl.columnMetaData("x", 0, String.class, true)),
                    r.sql, List.of(), Map.of(), Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
            response = new Service.ExecuteResponse(List.of(new Service.ResultSetResponse(r.connectionId, r.statementId,
                    false, signature, new Meta.Frame(0, true, List.of(List.of("ünïcode"))), -1, null)), false, null);
        } else if (request instanceof Service.PrepareRequest) {
            response = new Service.ErrorResponse(List.of(), "it is broken", 0, "42601",
                    org.apache.calcite.avatica.AvaticaSeverity.ERROR, null);
        } else if (request instanceof Service.OpenConnectionRequest) {
            response = new Service.OpenConnectionResponse(null);
        } else {
            response = new Service.CloseConnectionResponse(null);
        }
        byte[] body = translation.serializeResponse(response);
        exchange.sendResponseHeaders(response instanceof Service.ErrorResponse ? 500 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void theEmbeddedDatabaseIsMissedInPlainWords() throws Exception {
        try (URLClassLoader loader = alone()) {
            Driver driver = load(loader);
            SQLException e = assertThrows(SQLException.class,
                    () -> driver.connect("jdbc:nokv:mem:x", new Properties()));
            assertTrue(e.getMessage().contains("needs the embedded database on the class path"), e.getMessage());
        }
    }
}

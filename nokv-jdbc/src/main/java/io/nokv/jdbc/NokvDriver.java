package io.nokv.jdbc;

import java.sql.Connection;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaFactory;
import org.apache.calcite.avatica.DriverVersion;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.UnregisteredDriver;

/**
 * The driver of {@code jdbc:nokv:} URLs. Thread-safe; registered by ServiceLoader and on loading.
 *
 * <ul>
 * <li>{@code jdbc:nokv://HOST[:8765][/MOUNT][?NAME=VALUE&NAME=VALUE]}: a server. Values are percent-encoded.
 * <li>{@code jdbc:nokv:file:DIR[;mount=M][;NAME=VALUE]}: a data directory, opened in this process.
 * <li>{@code jdbc:nokv:mem:NAME[;mount=M][;NAME=VALUE]}: an in-memory database of this process.
 * </ul>
 *
 * <p>
 * Properties, in the URL or in the Properties object (which wins); any other name is refused:
 * <ul>
 * <li>{@code mount}: mount of paths that name none
 * <li>{@code user}: shown in lists of statements
 * <li>{@code password}: must be empty; there is no authentication
 * <li>{@code timeZone}: UTC and nothing else; for tools that set it. A TIMESTAMP is an instant, and its text is UTC
 * <li>{@code statementTimeoutMillis}: limit of statements that set none with setQueryTimeout; 0, the default, for none
 * <li>{@code fetchSize}: rows per round trip, 1 to 5,000; 1,000 unless given
 * <li>{@code connectTimeoutMillis}: 10,000 unless given
 * <li>{@code networkTimeoutMillis}: longest wait for an answer; 0, the default, for no limit
 * </ul>
 */
public final class NokvDriver extends UnregisteredDriver {
    static final String NAME = "NoKV JDBC Driver";
    static final String VERSION = "0.1.0";
    static final int MAJOR = 0;
    static final int MINOR = 1;

    private static final int DEFAULT_FETCH_ROWS = 1_000;
    private static final int DEFAULT_CONNECT_MILLIS = 10_000;

    static {
        new NokvDriver().register();
    }

    @Override
    protected String getConnectStringPrefix() {
        return ConnectionUrl.PREFIX;
    }

    @Override
    protected DriverVersion createDriverVersion() {
        return new DriverVersion(NAME, VERSION, "NoKV", VERSION, false, MAJOR, MINOR, MAJOR, MINOR);
    }

    @Override
    protected AvaticaFactory createFactory() {
        return new NokvFactory();
    }

    @Override
    public Meta createMeta(AvaticaConnection connection) {
        return new ClientMeta(connection);
    }

    @Override
    public boolean acceptsURL(String url) {
        return ConnectionUrl.accepts(url);
    }

    /** Null when the URL is not ours. 08001 when it is malformed, names an unknown property, or nobody answers. */
    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        ConnectionUrl parsed = ConnectionUrl.parse(url, info);
        DatabaseLink link = open(parsed);
        boolean opened = false;
        try {
            NokvConnection connection = new NokvConnection(this, (NokvFactory) factory, url, avatica(parsed), link,
                    parsed);
            connection.open(forServer(parsed.properties()));
            opened = true;
            return connection;
        } catch (RuntimeException e) {
            throw Errors.translate(e);
        } finally {
            if (!opened) {
                link.close();
            }
        }
    }

    private static DatabaseLink open(ConnectionUrl url) throws SQLException {
        if (url.kind().equals("remote")) {
            return new HttpLink(url.host(), url.port(),
                    ConnectionUrl.number(url.properties(), "connectTimeoutMillis", DEFAULT_CONNECT_MILLIS));
        }
        for (ClassLoader loader : new ClassLoader[]{Thread.currentThread().getContextClassLoader(),
                NokvDriver.class.getClassLoader()}) {
            try {
                for (EmbeddedProvider provider : ServiceLoader.load(EmbeddedProvider.class, loader)) {
                    if (provider.accepts(url.kind())) {
                        return provider.open(url.kind(), url.target(), url.properties());
                    }
                }
            } catch (ServiceConfigurationError e) {
                throw new SQLException("the embedded database cannot be loaded: " + e.getMessage(), "08001", e);
            }
        }
        throw new SQLException("jdbc:nokv:" + url.kind() + ": needs the embedded database on the class path "
                + "(artifact io.nokv:nokv-server); this driver alone connects to servers, jdbc:nokv://HOST", "08001");
    }

    /** What the server is told when the connection opens. */
    private static Map<String, String> forServer(Map<String, String> properties) {
        Map<String, String> out = new HashMap<>();
        for (String name : new String[]{"user", "password", "mount", "timeZone", "statementTimeoutMillis"}) {
            if (properties.containsKey(name)) {
                out.put(name, properties.get(name));
            }
        }
        return out;
    }

    /** What Avatica's classes look up in this process. */
    private static Properties avatica(ConnectionUrl url) throws SQLException {
        Properties out = new Properties();
        out.setProperty("timeZone", "UTC");
        out.setProperty("fetch_size",
                Integer.toString(ConnectionUrl.number(url.properties(), "fetchSize", DEFAULT_FETCH_ROWS)));
        if (url.properties().containsKey("user")) {
            out.setProperty("user", url.properties().get("user"));
        }
        return out;
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
        Map<String, String> given = accepts(url) ? ConnectionUrl.parse(url, info).properties() : Map.of();
        return ConnectionUrl.NAMES.stream().sorted()
                .map(name -> new DriverPropertyInfo(name, given.get(name))).toArray(DriverPropertyInfo[]::new);
    }

    private static boolean accepts(String url) {
        return ConnectionUrl.accepts(url);
    }
}

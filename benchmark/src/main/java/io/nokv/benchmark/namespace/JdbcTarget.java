package io.nokv.benchmark.namespace;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Our database over JDBC. */
final class JdbcTarget implements Target {
    private final String name;
    private final String url;
    private final String mount;

    /** @param url of a database where {@code mount} is registered */
    JdbcTarget(String name, String url, String mount) {
        this.name = name;
        this.url = url;
        this.mount = mount;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Session open() {
        try {
            Connection connection = DriverManager.getConnection(url);
            return new JdbcSession(connection, mount);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {}
}

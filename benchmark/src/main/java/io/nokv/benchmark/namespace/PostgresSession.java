package io.nokv.benchmark.namespace;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** One PostgreSQL connection in autocommit mode: one call, one round trip, one durable transaction. */
final class PostgresSession implements Session {
    private static final int FILE_TYPE = 1;
    private static final int DIRECTORY_TYPE = 2;

    private final JdbcCalls calls;

    PostgresSession(Connection connection) {
        calls = new JdbcCalls(connection);
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public long root() {
        return 1;
    }

    @Override
    public long mkdir(long parent, String name) {
        return calls.one(-1, "SELECT make(?, ?, ?::smallint, ?)", parent, bytes(name), DIRECTORY_TYPE, 0755);
    }

    @Override
    public void create(long parent, String name) {
        calls.one(-1, "SELECT make(?, ?, ?::smallint, ?)", parent, bytes(name), FILE_TYPE, 0644);
    }

    @Override
    public long find(long parent, String name) {
        return calls.one(-1, "SELECT inode FROM dentries WHERE parent = ? AND name = ?", parent, bytes(name));
    }

    @Override
    public void createMany(long parent, List<String> names) {
        try {
            calls.connection().setAutoCommit(false);
            PreparedStatement insert = calls
                    .prepared("WITH i AS (INSERT INTO inodes (type, mode, uid, gid, link_count, size,"
                            + " atime, mtime, ctime) VALUES (1, 420, 0, 0, 1, 0, 0, 0, 0) RETURNING inode)"
                            + " INSERT INTO dentries (parent, name, inode, type) SELECT ?, ?, inode, 1 FROM i");
            for (String name : names) {
                insert.setLong(1, parent);
                insert.setBytes(2, bytes(name));
                insert.addBatch();
            }
            insert.executeBatch();
            calls.connection().commit();
            calls.connection().setAutoCommit(true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean statPath(String path) {
        String[] parts = path.substring(1).split("/");
        Object[] arguments = new Object[parts.length];
        // The joins come before the WHERE clause: components 2..n first, component 1 last.
        for (int i = 1; i < parts.length; i++) {
            arguments[i - 1] = bytes(parts[i]);
        }
        arguments[parts.length - 1] = bytes(parts[0]);
        return calls.drain(PostgresSchema.statPath(parts.length), arguments) == 1;
    }

    @Override
    public boolean stat(long parent, String name) {
        return calls.drain(PostgresSchema.STAT, parent, bytes(name)) == 1;
    }

    @Override
    public boolean getAttr(long inode) {
        return calls.drain(PostgresSchema.GET_ATTR, inode) == 1;
    }

    @Override
    public int readDirPlus(long directory) {
        return calls.drain(PostgresSchema.READ_DIR_PLUS, directory);
    }

    @Override
    public void rename(long fromParent, String fromName, long toParent, String toName) {
        calls.drain("SELECT move(?, ?, ?, ?)", fromParent, bytes(fromName), toParent, bytes(toName));
    }

    @Override
    public void link(long inode, long parent, String name) {
        calls.drain("SELECT hard_link(?, ?, ?)", inode, parent, bytes(name));
    }

    @Override
    public void unlink(long parent, String name) {
        calls.drain("SELECT remove_file(?, ?)", parent, bytes(name));
    }

    private long resolve(String path) {
        long at = 1;
        for (String part : path.substring(1).split("/")) {
            at = calls.one(-1, "SELECT inode FROM dentries WHERE parent = ? AND name = ?", at, bytes(part));
        }
        return at;
    }

    @Override
    public long walk(String path) {
        return calls.drain(PostgresSchema.WALK + "SELECT i.* FROM t JOIN inodes i ON i.inode = t.inode", resolve(path));
    }

    @Override
    public long du(String path) {
        return calls.one(-1,
                PostgresSchema.WALK
                        + "SELECT coalesce(sum(i.size), 0) FROM inodes i WHERE i.inode IN (SELECT inode FROM t)",
                resolve(path));
    }

    @Override
    public void close() {
        calls.close();
    }
}

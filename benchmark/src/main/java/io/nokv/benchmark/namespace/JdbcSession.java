package io.nokv.benchmark.namespace;

import io.nokv.fsmeta.api.Namespace;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** One connection of our driver; every call but mkdir is one statement in autocommit mode. */
final class JdbcSession implements Session {
    private static final int LOAD_BATCH = 1_000;
    private static final String ATTRIBUTES = "inode, type, mode, uid, gid, link_count, size, atime_ns, mtime_ns, ctime_ns";
    private static final String MAKE = "INSERT INTO entries (mount, parent, name, type, mode) VALUES (?, ?, ?, ?, ?)";
    private static final String INODE_OF = "SELECT inode FROM dentries WHERE mount = ? AND parent = ? AND name = ?";

    private final JdbcCalls calls;
    private final String mount;

    JdbcSession(Connection connection, String mount) {
        calls = new JdbcCalls(connection);
        this.mount = mount;
    }

    @Override
    public long root() {
        return Namespace.ROOT_INODE;
    }

    @Override
    public long mkdir(long parent, String name) {
        calls.update(MAKE, mount, parent, name, "DIRECTORY", 0755);
        return find(parent, name);
    }

    @Override
    public long find(long parent, String name) {
        return calls.one(-1, INODE_OF, mount, parent, name);
    }

    @Override
    public void create(long parent, String name) {
        calls.update(MAKE, mount, parent, name, "FILE", 0644);
    }

    @Override
    public void createMany(long parent, List<String> names) {
        try {
            calls.connection().setAutoCommit(false);
            int pending = 0;
            PreparedStatement insert = calls.prepared(MAKE);
            for (String name : names) {
                calls.prepared(MAKE, mount, parent, name, "FILE", 0644);
                insert.addBatch();
                if (++pending % LOAD_BATCH == 0) {
                    insert.executeBatch();
                    calls.connection().commit();
                }
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
        return calls.drain("SELECT " + ATTRIBUTES + " FROM inodes WHERE mount = ? AND inode = INODE_OF(?)", mount,
                path) == 1;
    }

    @Override
    public boolean stat(long parent, String name) {
        return calls.drain("SELECT " + ATTRIBUTES + " FROM entries WHERE mount = ? AND parent = ? AND name = ?", mount,
                parent,
                name) == 1;
    }

    @Override
    public boolean getAttr(long inode) {
        return calls.drain("SELECT " + ATTRIBUTES + " FROM inodes WHERE mount = ? AND inode = ?", mount, inode) == 1;
    }

    @Override
    public int readDirPlus(long directory) {
        return calls.drain("SELECT name, " + ATTRIBUTES + " FROM entries WHERE mount = ? AND parent = ?", mount,
                directory);
    }

    @Override
    public void rename(long fromParent, String fromName, long toParent, String toName) {
        calls.update("UPDATE dentries SET parent = ?, name = ? WHERE mount = ? AND parent = ? AND name = ?", toParent,
                toName,
                mount, fromParent, fromName);
    }

    @Override
    public void link(long inode, long parent, String name) {
        calls.update("INSERT INTO dentries (mount, parent, name, inode) VALUES (?, ?, ?, ?)", mount, parent, name,
                inode);
    }

    @Override
    public void unlink(long parent, String name) {
        calls.update("DELETE FROM dentries WHERE mount = ? AND parent = ? AND name = ?", mount, parent, name);
    }

    @Override
    public long walk(String path) {
        return calls.drain("SELECT path, " + ATTRIBUTES + " FROM TABLE(SUBTREE(?))", path);
    }

    @Override
    public long du(String path) {
        return calls.one(-1, "SELECT bytes FROM TABLE(DU(?, 0))", path);
    }

    @Override
    public void close() {
        calls.close();
    }
}

package io.nokv.server.ways;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NewInode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** A way that is open: the URL to connect to, until it is closed. */
record OpenWay(String url, Runnable behind) implements AutoCloseable {
    /** What SQL cannot make: {@code /ln}, a symlink to {@code data/run-1}. Its times stand still. */
    static OpenWay planted(String url, LocalNamespace namespace, Runnable behind) {
        NewInode link = NewInode.symlink("data/run-1".getBytes(StandardCharsets.UTF_8));
        namespace.apply(new Mutation.Create("default", Namespace.ROOT_INODE, FileName.of("ln"), link), null);
        return new OpenWay(url, behind);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, new Properties());
    }

    @Override
    public void close() {
        behind.run();
    }
}

package io.nokv.sql.http;

import io.nokv.base.system.SystemClock;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.fake.FakeEngine;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** The fake engine behind a real endpoint on a free port, with one way in per driver. */
public final class EndpointFixture implements AutoCloseable {
    /** A driver and a codec. */
    public enum Way {
        OURS, STOCK_JSON, STOCK_PROTOBUF
    }

    public final FakeEngine engine = new FakeEngine();
    public final ThreadScheduler scheduler = new ThreadScheduler(1);
    public final AvaticaEndpoint endpoint;

    public EndpointFixture() {
        this(MetaOptions.defaults().withDefaultMount("main"), EndpointOptions.defaults(), Authenticator.NONE);
    }

    public EndpointFixture(MetaOptions meta, EndpointOptions options, Authenticator authenticator) {
        endpoint = AvaticaEndpoint.start(engine, meta, options.withAddress(new InetSocketAddress("127.0.0.1", 0)),
                authenticator, new SystemClock(), scheduler);
    }

    public int port() {
        return endpoint.address().getPort();
    }

    public String url(Way way, int port) {
        return switch (way) {
            case OURS -> "jdbc:nokv://127.0.0.1:" + port + "/main";
            case STOCK_JSON -> "jdbc:avatica:remote:url=http://127.0.0.1:" + port + "/main;timeZone=UTC";
            case STOCK_PROTOBUF -> "jdbc:avatica:remote:url=http://127.0.0.1:" + port
                    + "/main;serialization=protobuf;timeZone=UTC";
        };
    }

    public Connection connect(Way way) throws SQLException {
        return DriverManager.getConnection(url(way, port()), new Properties());
    }

    @Override
    public void close() {
        endpoint.close();
        scheduler.close();
    }
}

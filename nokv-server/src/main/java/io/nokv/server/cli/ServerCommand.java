package io.nokv.server.cli;

import io.nokv.server.config.NokvConfig;
import io.nokv.server.standalone.StandaloneServer;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nokv server}. */
@Command(name = "server", description = {
        "Serves one database: SQL over JDBC, namespace calls over gRPC, health and metrics over HTTP. Listens "
                + "on loopback unless told otherwise; there is no authentication.",
        "Prints one line that begins with \"ready\" and names the ports once all three answer. SIGTERM and SIGINT let "
                + "requests in progress end, close the database and end the process (exit code 143 or 130)."}, footer = {
                        "", "Example: nokv server --data /var/lib/nokv --jdbc-port 0 --grpc-port 0 --http-port 0"})
final class ServerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--listen", paramLabel = "ADDRESS", description = "Default: 127.0.0.1.")
    private String listen;

    @Option(names = "--jdbc-port", paramLabel = "PORT", description = "Default: 8765; 0: any free one.")
    private Integer jdbcPort;

    @Option(names = "--grpc-port", paramLabel = "PORT", description = "Default: 8090; 0: any free one.")
    private Integer grpcPort;

    @Option(names = "--http-port", paramLabel = "PORT", description = "Default: 9101; 0: any free one.")
    private Integer httpPort;

    @Mixin
    private ConfigArguments where;

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        NokvConfig config = where.config().withPorts(listen, jdbcPort, grpcPort, httpPort);
        CountDownLatch closed = new CountDownLatch(1);
        StandaloneServer server = StandaloneServer.start(where.dataDirectory(), config);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("nokv-shutdown").unstarted(() -> {
            terminal.err().println("closing");
            server.close();
            terminal.err().println("closed");
            closed.countDown();
        }));
        terminal.out().println("ready jdbc=" + server.jdbcAddress() + " grpc=" + server.grpcAddress() + " http="
                + server.httpAddress() + " data=" + where.dataDirectory());
        terminal.out().flush();
        closed.await();
        return ExitCode.OK;
    }
}

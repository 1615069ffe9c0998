package io.nokv.server.process;

import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.server.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real {@code nokv} process with the class path of this test. Ended at the latest when closed. */
public final class ServerProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final BufferedReader out;
    private final Path log;
    private String ready;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts {@code nokv ARGUMENTS}; its error stream goes to {@code log}. */
    static ServerProcess command(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                        Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
        return new ServerProcess(process, log);
    }

    /** Starts a server on free ports and waits until it is ready. */
    public static ServerProcess server(Path data, Path log) throws IOException {
        ServerProcess server = command(log, "server", "--data", data.toString(), "--jdbc-port", "0", "--grpc-port", "0",
                "--http-port", "0");
        server.ready = server.out.readLine();
        if (server.ready == null || !server.ready.startsWith("ready ")) {
            server.close();
            throw new AssertionError("the server did not get ready: " + server.ready + "\n" + server.errors());
        }
        return server;
    }

    /** "host:port" of "jdbc", "grpc" or "http". */
    public String address(String door) {
        for (String word : ready.split(" ")) {
            if (word.startsWith(door + "=")) {
                return word.substring(door.length() + 1);
            }
        }
        throw new AssertionError("no " + door + " in: " + ready);
    }

    NamespaceClient connect() {
        String address = address("grpc");
        int colon = address.lastIndexOf(':');
        return NamespaceClient.connect(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** SIGKILL, and waits until the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        await();
    }

    /** SIGTERM, and waits; returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return await();
    }

    /** Waits for the end; returns the exit code. */
    int await() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the process did not end:\n" + errors());
        }
        return process.exitValue();
    }

    /** What it printed after the ready line. */
    String output() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    String errors() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

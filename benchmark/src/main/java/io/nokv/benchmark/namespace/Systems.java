package io.nokv.benchmark.namespace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** The systems under test of one run, each started once, in processes of their own but for the embedded one. */
final class Systems implements AutoCloseable {
    private final List<Target> targets = new ArrayList<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private PostgresTarget postgres;
    private int echoPort;

    private Systems() {}

    static Systems start(List<String> names, Path directory) throws IOException {
        empty(directory);
        Systems systems = new Systems();
        try {
            for (String name : names) {
                systems.add(name, directory);
            }
        } catch (IOException | RuntimeException e) {
            systems.close();
            throw e;
        }
        return systems;
    }

    private void add(String name, Path directory) throws IOException {
        switch (name) {
            case "postgresql" -> {
                postgres = new PostgresTarget(directory.resolve("postgresql"));
                add(postgres);
            }
            case "echo" -> {
                ChildProcess child = ChildProcess.start(NamespaceBenchmark.class.getName(), List.of("-Xmx512m"),
                        List.of("--serve-echo"), line -> line.startsWith("port "));
                open.push(child);
                echoPort = Integer.parseInt(child.heard().getLast().substring("port ".length()));
            }
            default -> throw new IllegalArgumentException("no target named " + name);
        }
    }

    private void add(Target target) {
        targets.add(target);
        open.push(target);
    }

    List<Target> targets() {
        return targets;
    }

    /** 0 when no echo was asked for. */
    int echoPort() {
        return echoPort;
    }

    /** Every target holds its data: let them settle. */
    void loaded() {
        if (postgres != null) {
            postgres.analyze();
        }
    }

    private static void empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> paths = Files.walk(directory)) {
                paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                    try {
                        Files.delete(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        Files.createDirectories(directory);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("closing: " + e);
            }
        }
    }
}

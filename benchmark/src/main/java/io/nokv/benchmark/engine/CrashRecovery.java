package io.nokv.benchmark.engine;

import io.nokv.benchmark.engine.CrashChild.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kills a process that writes (SIGKILL) and measures how long opening what it left takes, until the first answer. */
final class CrashRecovery {
    private final EngineBenchmark run;

    CrashRecovery(EngineBenchmark run) {
        this.run = run;
    }

    void run() throws Exception {
        for (Kind kind : Kind.values()) {
            for (Target target : run.targets) {
                if (target != Target.MVSTORE) {
                    on(target, kind);
                }
            }
        }
    }

    private void on(Target target, Kind kind) throws Exception {
        Path directory = run.directory(target, "crash");
        long amount = kind == Kind.LOG ? run.walMib << 20 : run.tableCount;
        long written = writeAndKill(target, kind, directory, amount);
        long from = System.nanoTime();
        try (Store store = target.open(directory, kind.sizing(run.sizing(), amount));
                Store.Session session = store.session()) {
            if (session.get(Keys.user(written - 1)) < 0) {
                throw new IllegalStateException(target + " lost a write that was with the operating system");
            }
            double seconds = (System.nanoTime() - from) / 1e9;
            run.report(kind.title, target, seconds, "s");
            if (kind == Kind.TABLES) {
                run.report("tables found", target, store.sizes().tables(), "tables");
            }
        }
        Directories.clear(directory);
    }

    /** Answers how many rows were acknowledged at least. */
    private long writeAndKill(Target target, Kind kind, Path directory, long amount) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseCompactObjectHeaders", "-Xmx3g", "-cp",
                System.getProperty("java.class.path"),
                CrashChild.class.getName(), target.name(), kind.name(), directory.toString(), Long.toString(amount)));
        Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("the writing process ended by itself");
            }
            return Long.parseLong(line);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}

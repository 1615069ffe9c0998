package io.nokv.benchmark.namespace;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process that the benchmark starts and ends. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final List<String> heard = new ArrayList<>();

    private ChildProcess(Process process) {
        this.process = process;
    }

    /** Starts {@code command} and returns when a line of its output satisfies {@code ready}. */
    static ChildProcess start(List<String> command, Map<String, String> environment, Predicate<String> ready)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().putAll(environment);
        Process process = builder.start();
        ChildProcess child = new ChildProcess(process);
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            child.heard.add(line);
            if (ready.test(line)) {
                // A read of a pipe pins the carrier of a virtual thread, and the embedded database needs those.
                Thread.ofPlatform().daemon().name("child-output").start(() -> out.lines().forEach(_ -> {}));
                return child;
            }
        }
        throw new IOException(command + " ended before it was ready: " + child.heard);
    }

    /** What it printed up to being ready. */
    List<String> heard() {
        return heard;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

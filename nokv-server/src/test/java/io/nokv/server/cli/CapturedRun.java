package io.nokv.server.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One run of the command inside this process: its exit code and what it printed. */
public record CapturedRun(int code, String out, String err) {
    /** Runs with an empty standard input that is no terminal. */
    public static CapturedRun of(String... arguments) {
        return withInput("", arguments);
    }

    public static CapturedRun withInput(String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
                PrintStream errStream = new PrintStream(err, false, StandardCharsets.UTF_8)) {
            Terminal terminal = new Terminal(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                    outStream, errStream, false, false);
            int code = CommandLineRun.run(terminal, arguments);
            outStream.flush();
            errStream.flush();
            return new CapturedRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }

    /** Fails with what the command printed unless it ended with {@code expected}. */
    public CapturedRun expect(int expected) {
        if (code != expected) {
            throw new AssertionError(
                    "exit code " + code + " instead of " + expected + "\nout: " + out + "\nerr: " + err);
        }
        return this;
    }
}

package io.nokv.server.cli;

import io.nokv.server.posix.Tty;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What a command reads and prints to. Output is UTF-8 whatever the locale says.
 *
 * @param interactiveInput whether a person types the input
 * @param interactiveOutput whether a person reads the error stream, where progress goes
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactiveInput,
        boolean interactiveOutput) {
    public Terminal {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(err, "err");
    }

    /** The streams of this process. */
    public static Terminal ofProcess() {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new Terminal(System.in, out, err, Tty.isTerminal(0), Tty.isTerminal(2));
    }
}

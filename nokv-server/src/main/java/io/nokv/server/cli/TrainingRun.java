package io.nokv.server.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/** A run that does a bit of everything, so that the launcher's ahead-of-time cache holds the classes that commands use. */
public final class TrainingRun {
    private TrainingRun() {}

    public static void main(String[] arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false);
        CommandLineRun.run(terminal, "version");
        CommandLineRun.run(terminal, "--help");
    }
}

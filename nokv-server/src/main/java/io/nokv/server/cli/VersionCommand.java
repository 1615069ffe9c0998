package io.nokv.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "version", description = "Prints the version of NoKV and of the Java it runs on.")
final class VersionCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private HelpOption help;

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        terminal.out().println("nokv " + (version == null ? "of an unpackaged build" : version) + ", Java "
                + Runtime.version());
        return ExitCode.OK;
    }
}

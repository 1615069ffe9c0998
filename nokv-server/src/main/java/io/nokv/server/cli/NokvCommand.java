package io.nokv.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nokv} without a command: explains itself. */
@Command(name = "nokv", synopsisSubcommandLabel = "COMMAND", sortOptions = false, description = "A namespace metadata database: SQL over JDBC and namespace calls over gRPC on the metadata of "
        + "file trees.", footerHeading = "%nExit codes: 0 done; 1 refused or failed; 2 wrong usage or configuration; 3 the database is "
                + "locked by another process or cannot be reached.%n%n", footer = {"Start here:",
                        "  nokv quickstart            imports /usr/share and opens the SQL shell",
                        "  nokv COMMAND --help        explains a command, with an example"}, subcommands = {
                                QuickstartCommand.class, SqlCommand.class, ServerCommand.class, ImportCommand.class,
                                MountCommand.class, QuotaCommand.class, SnapshotCommand.class, StatsCommand.class,
                                FsckCommand.class, ManifestCommand.class, VlogCommand.class, VersionCommand.class,
                                HelpCommand.class})
final class NokvCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}

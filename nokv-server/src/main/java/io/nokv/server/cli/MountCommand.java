package io.nokv.server.cli;

import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Namespace;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nokv mount}: the life of namespace trees. */
@Command(name = "mount", description = "Registers, retires and lists mounts: the namespace trees of a database.", subcommands = {
        MountCommand.Register.class, MountCommand.Retire.class, MountCommand.ListMounts.class})
final class MountCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about mounts: register, retire or list?");
    }

    private static Table table(List<Mount> mounts) {
        Table table = new Table("mount", "root_inode", "schema_version", "state", "registered_at", "retired_at");
        for (Mount mount : mounts) {
            table.row(mount.name(), mount.rootInode(), mount.schemaVersion(),
                    mount.state().name().toLowerCase(Locale.ROOT), Times.ofMillis(mount.registeredAtMillis()),
                    Times.ofMillis(mount.retiredAtMillis()));
        }
        return table;
    }

    @Command(name = "register", description = "Makes a mount with an empty root directory. One that exists stays as it is.", footer = {
            "", "Example: nokv mount register datasets"})
    static final class Register extends NamespaceCommand {
        @Parameters(paramLabel = "MOUNT", description = "Its name.")
        private String name;

        Register(Terminal terminal) {
            super(terminal);
        }

        @Override
        boolean makesDatabase() {
            return true;
        }

        @Override
        Table ask(Namespace namespace) {
            return table(List.of(namespace.registerMount(name)));
        }
    }

    @Command(name = "retire", description = "Ends a mount for good: reads go on, every change is refused, the name is not used again.", footer = {
            "", "Example: nokv mount retire datasets"})
    static final class Retire extends NamespaceCommand {
        @Parameters(paramLabel = "MOUNT", description = "Its name.")
        private String name;

        Retire(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            return table(List.of(namespace.retireMount(name)));
        }
    }

    @Command(name = "list", description = "Lists all mounts, retired ones included.", footer = {"",
            "Example: nokv mount list --json"})
    static final class ListMounts extends NamespaceCommand {
        ListMounts(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            return table(namespace.mounts());
        }
    }
}

package io.nokv.server.cli;

import io.nokv.fsmeta.api.Namespace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks a namespace something, embedded or remote, and prints a {@link Table}. */
abstract class NamespaceCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "Prints JSON instead of columns.")
    private boolean json;

    @Mixin
    private NamespaceArguments where;

    NamespaceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    abstract Table ask(Namespace namespace);

    /** Whether a data directory that does not exist is made rather than refused. */
    boolean makesDatabase() {
        return false;
    }

    final NamespaceArguments where() {
        return where;
    }

    @Override
    public final Integer call() {
        try (OpenNamespace open = makesDatabase() ? where.openOrCreate() : where.openExisting()) {
            ask(open.namespace()).print(terminal.out(), json);
        }
        return ExitCode.OK;
    }

    /** One that concerns a mount. */
    abstract static class InMount extends NamespaceCommand {
        @Option(names = "--mount", paramLabel = "MOUNT", description = "Default: the mount of the configuration, else \"default\".")
        private String mount;

        InMount(Terminal terminal) {
            super(terminal);
        }

        final String mount() {
            return mount == null ? where().config().mount() : mount;
        }
    }
}

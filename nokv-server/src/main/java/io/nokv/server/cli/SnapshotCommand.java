package io.nokv.server.cli;

import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.SnapshotInfo;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nokv snapshot}: published versions of subtrees. */
@Command(name = "snapshot", description = "Publishes versions of subtrees whose reads never change, lists and retires them.", subcommands = {
        SnapshotCommand.Create.class, SnapshotCommand.ListSnapshots.class, SnapshotCommand.Retire.class})
final class SnapshotCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about snapshots: create, list or retire?");
    }

    private static Table table(List<SnapshotInfo> snapshots) {
        Table table = new Table("mount", "root_inode", "read_version", "label", "created_at");
        for (SnapshotInfo snapshot : snapshots) {
            table.row(snapshot.mount(), snapshot.rootInode(), snapshot.readVersion(), snapshot.label(),
                    Times.ofMillis(snapshot.createdAtMillis()));
        }
        return table;
    }

    @Command(name = "create", description = "Publishes the present version of a directory and everything below; it can be read until retired.", footer = {
            "", "Example: nokv snapshot create /datasets/imagenet --label run-42"})
    static final class Create extends NamespaceCommand.InMount {
        @Parameters(paramLabel = "PATH", description = "The directory in the mount.")
        private String path;

        @Option(names = "--label", paramLabel = "TEXT", description = "For people; default: empty.")
        private String label = "";

        Create(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            long root = NamespacePath.find(namespace, mount(), path).inode();
            return table(List.of(namespace.snapshotSubtree(mount(), root, label)));
        }
    }

    @Command(name = "list", description = "Lists the snapshots of a mount.", footer = {"",
            "Example: nokv snapshot list --json"})
    static final class ListSnapshots extends NamespaceCommand.InMount {
        ListSnapshots(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            return table(namespace.snapshots(mount()));
        }
    }

    @Command(name = "retire", description = "Gives a snapshot up, so that what only it holds can be collected.", footer = {
            "", "Example: nokv snapshot retire 16777216 120943872903217152"})
    static final class Retire extends NamespaceCommand.InMount {
        @Parameters(index = "0", paramLabel = "ROOT_INODE", description = "As listed.")
        private long rootInode;

        @Parameters(index = "1", paramLabel = "READ_VERSION", description = "As listed.")
        private long readVersion;

        Retire(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            return table(List.of(namespace.retireSnapshot(mount(), rootInode, readVersion)));
        }
    }
}

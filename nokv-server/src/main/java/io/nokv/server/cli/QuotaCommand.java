package io.nokv.server.cli;

import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.Quota;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nokv quota}: limits and usage of directories. */
@Command(name = "quota", description = "Sets and shows limits on bytes and inodes of a directory and everything below it.", subcommands = {
        QuotaCommand.Set.class, QuotaCommand.Get.class, QuotaCommand.ListQuotas.class})
final class QuotaCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about quotas: set, get or list?");
    }

    private static Table table(List<Quota> quotas) {
        Table table = new Table("mount", "scope", "limit_bytes", "limit_inodes", "used_bytes", "used_inodes");
        for (Quota quota : quotas) {
            table.row(quota.mount(), quota.scope(), quota.limitBytes(), quota.limitInodes(), quota.usedBytes(),
                    quota.usedInodes());
        }
        return table;
    }

    @Command(name = "set", description = {
            "Sets the limits of a directory; a limit of 0, or one that is not given, means none.",
            "Usage already above a limit stays; growth is refused."}, footer = {"",
                    "Example: nokv quota set /home/ada --bytes 10737418240 --inodes 100000"})
    static final class Set extends NamespaceCommand.InMount {
        @Parameters(paramLabel = "PATH", description = "The directory in the mount; / is the whole mount.")
        private String path;

        @Option(names = "--bytes", paramLabel = "N", description = "Limit on the sum of sizes.")
        private long bytes;

        @Option(names = "--inodes", paramLabel = "N", description = "Limit on the number of inodes.")
        private long inodes;

        Set(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            if (bytes < 0 || inodes < 0) {
                throw new CommandFailure(ExitCode.USAGE, "a limit is not negative; 0 means none");
            }
            long scope = NamespacePath.find(namespace, mount(), path).inode();
            return table(List.of(namespace.setQuota(mount(), scope, bytes, inodes)));
        }
    }

    @Command(name = "get", description = "Shows limits and exact usage of a directory with a quota, or of a whole mount.", footer = {
            "", "Example: nokv quota get /"})
    static final class Get extends NamespaceCommand.InMount {
        @Parameters(paramLabel = "PATH", description = "The directory in the mount; / is the whole mount.")
        private String path;

        Get(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            long scope = NamespacePath.find(namespace, mount(), path).inode();
            return table(List.of(namespace.quota(mount(), scope)));
        }
    }

    @Command(name = "list", description = "Lists the quotas of a mount.", footer = {"",
            "Example: nokv quota list --json"})
    static final class ListQuotas extends NamespaceCommand.InMount {
        ListQuotas(Terminal terminal) {
            super(terminal);
        }

        @Override
        Table ask(Namespace namespace) {
            return table(namespace.quotas(mount()));
        }
    }
}

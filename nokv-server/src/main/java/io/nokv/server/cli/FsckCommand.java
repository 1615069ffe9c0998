package io.nokv.server.cli;

import io.nokv.fsmeta.fsck.Finding;
import io.nokv.fsmeta.fsck.FsckReport;
import io.nokv.server.database.Database;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nokv fsck}. */
@Command(name = "fsck", description = {
        "Checks every mount of a data directory that nobody has open: that every inode can be reached, that "
                + "names and inodes agree, that link counts, directory counters and usage are what a recount gives.",
        "Lists what it finds and ends with 1, or finds nothing and ends with 0. It repairs nothing."}, footer = {"",
                "Example: nokv fsck --data /var/lib/nokv"})
final class FsckCommand implements Callable<Integer> {
    private static final int MAX_LISTED = 1_000;

    private final Terminal terminal;

    @Option(names = "--json", description = "Prints the findings as JSON.")
    private boolean json;

    @Mixin
    private ConfigArguments where;

    FsckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Database database = where.openExistingDatabase()) {
            Table table = new Table("kind", "mount", "inode", "name", "detail");
            long[] listed = {0};
            FsckReport report = database.check(finding -> {
                if (listed[0]++ < MAX_LISTED) {
                    row(table, finding);
                }
            });
            if (json || !report.clean()) {
                table.print(terminal.out(), json);
            }
            if (!json) {
                terminal.out().println(String.format(Locale.ROOT,
                        "%,d mounts, %,d directories, %,d inodes, %,d entries, %,d bytes: %s", report.mounts(),
                        report.directories(), report.inodes(), report.entries(), report.bytes(),
                        report.clean() ? "clean" : String.format(Locale.ROOT, "%,d findings", report.findings())));
            }
            return report.clean() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static void row(Table table, Finding finding) {
        table.row(finding.kind().name().toLowerCase(Locale.ROOT), finding.mount(), finding.inode(),
                finding.name() == null ? null : finding.name().escaped(), finding.detail());
    }
}

package io.nokv.server.cli;

import io.nokv.lsm.EngineStats.ValueFile;
import io.nokv.server.database.Database;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nokv vlog}. */
@Command(name = "vlog", description = {
        "Shows the value files of a data directory that nobody has open: what is in them, and how much of it is garbage that "
                + "tables know of.",
        "With --gc tables are rewritten first, so that they know of all garbage, and then values are moved out of every file "
                + "that has any."}, footer = {"", "Example: nokv vlog --data /var/lib/nokv --gc"})
final class VlogCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--gc", description = "Collects all garbage before it shows what is there.")
    private boolean collect;

    @Option(names = "--json", description = "Prints the files as JSON.")
    private boolean json;

    @Mixin
    private ConfigArguments where;

    VlogCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Database database = where.openExistingDatabase()) {
            if (collect) {
                database.collectValues();
            }
            List<ValueFile> files = database.valueFiles();
            Table table = new Table("file", "family", "generation", "bytes", "values", "live_values", "live_bytes",
                    "garbage_bytes");
            files.forEach(file -> table.row(file.number(), file.family().name().toLowerCase(Locale.ROOT),
                    file.generation(), file.bytes(), file.values(), file.liveValues(), file.liveBytes(),
                    file.garbageBytes()));
            if (json || !files.isEmpty()) {
                table.print(terminal.out(), json);
            }
            if (!json) {
                terminal.out()
                        .println(String.format(Locale.ROOT, "%,d files, %,d bytes, %,d bytes live, %,d bytes garbage",
                                files.size(), files.stream().mapToLong(ValueFile::bytes).sum(),
                                files.stream().mapToLong(ValueFile::liveBytes).sum(),
                                files.stream().mapToLong(ValueFile::garbageBytes).sum()));
            }
            return ExitCode.OK;
        }
    }
}

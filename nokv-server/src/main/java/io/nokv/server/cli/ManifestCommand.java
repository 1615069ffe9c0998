package io.nokv.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nokv.lsm.ManifestContents;
import io.nokv.server.database.Database;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nokv manifest}. */
@Command(name = "manifest", description = {
        "Shows what the manifest of a data directory that nobody has open says: the tables by level, the value files, and "
                + "from where on the log is needed. It opens nothing else, so it also works where the database does not open."}, footer = {
                        "", "Example: nokv manifest --data /var/lib/nokv --json"})
final class ManifestCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Terminal terminal;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Mixin
    private ConfigArguments where;

    ManifestCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        where.requireDatabase();
        ManifestContents contents = Database.manifest(where.dataDirectory());
        if (json) {
            terminal.out().println(JSON.writeValueAsString(contents));
        } else {
            print(contents);
        }
        return ExitCode.OK;
    }

    private void print(ManifestContents contents) {
        terminal.out().println(String.format(Locale.ROOT,
                "manifest %d: %,d edits, log from segment %d on, flushed up to sequence %d, next file %d",
                contents.number(), contents.edits(), contents.firstSegment(), contents.flushedSequence(),
                contents.nextNumber()));
        if (!contents.tables().isEmpty()) {
            Table tables = new Table("level", "table", "bytes", "entries", "deletions", "ranges", "from_sequence",
                    "to_sequence", "smallest", "largest");
            contents.tables().forEach(t -> tables.row(t.level(), t.number(), t.bytes(), t.entries(), t.deletions(),
                    t.rangeDeletions(), t.minSequence(), t.maxSequence(), t.smallest(), t.largest()));
            tables.print(terminal.out(), false);
        }
        if (!contents.valueFiles().isEmpty()) {
            Table files = new Table("value_file", "bytes", "family", "generation", "values");
            contents.valueFiles().forEach(f -> files.row(f.number(), f.bytes(),
                    f.family().name().toLowerCase(Locale.ROOT), f.generation(), f.values()));
            files.print(terminal.out(), false);
        }
    }
}

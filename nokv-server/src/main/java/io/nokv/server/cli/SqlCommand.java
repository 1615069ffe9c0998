package io.nokv.server.cli;

import io.nokv.sqlline.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nokv sql}. */
@Command(name = "sql", description = {
        "The SQL shell (sqlline). Without a URL on the database of the data directory, which is made when it "
                + "does not exist.",
        "With -e or -f, or when the input is no terminal, runs the statements and ends: with 1 at the first that fails."}, footer = {
                "", "Example: nokv sql -e \"SELECT type, count(*) FROM entries GROUP BY type\"",
                "         nokv sql jdbc:nokv://127.0.0.1:8765/default -f report.sql --format csv"})
final class SqlCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "URL", description = "jdbc:nokv://HOST:PORT/MOUNT, jdbc:nokv:file:DIR;mount=M or jdbc:nokv:mem:NAME.")
    private String url;

    @Option(names = {"-e", "--execute"}, paramLabel = "SQL", description = "Runs this; may be given several times.")
    private List<String> statements = List.of();

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Runs the statements of a UTF-8 file.")
    private Path file;

    @Option(names = "--format", paramLabel = "FORMAT", description = "How results look: table (default), vertical, csv, tsv, json or xmlattr.")
    private String format;

    @Option(names = "--mount", paramLabel = "MOUNT", description = "Default: the mount of the configuration.")
    private String mount;

    @Mixin
    private ConfigArguments where;

    SqlCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (url != null && where.dataGiven()) {
            throw new CommandFailure(ExitCode.USAGE, "either a URL or --data, not both");
        }
        Map<String, String> settings = new TreeMap<>();
        if (format != null) {
            settings.put("outputFormat", format);
        }
        String at = url != null ? url : url(where.dataDirectory(), mount == null ? where.config().mount() : mount);
        return Shell.run(at, statements, file, settings, streams(terminal));
    }

    static String url(Path directory, String mount) {
        return "jdbc:nokv:file:" + directory + ";mount=" + mount;
    }

    static Shell.Streams streams(Terminal terminal) {
        return new Shell.Streams(terminal.in(), terminal.out(), terminal.err(), terminal.interactiveInput());
    }
}

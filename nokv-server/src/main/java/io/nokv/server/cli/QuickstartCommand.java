package io.nokv.server.cli;

import io.nokv.server.database.DataDirectory;
import io.nokv.server.database.DatabaseOptions;
import io.nokv.server.database.SharedDatabases;
import io.nokv.server.database.SharedDatabases.Lease;
import io.nokv.server.imports.ImportOptions;
import io.nokv.server.imports.ImportOptions.FileId;
import io.nokv.server.imports.ImportReport;
import io.nokv.server.posix.Posix;
import io.nokv.server.posix.PosixException;
import io.nokv.sqlline.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nokv quickstart}. */
@Command(name = "quickstart", description = {
        "Imports the metadata of a directory tree into an embedded database under ./nokv-data, asks it a few "
                + "questions, and opens the SQL shell. When the input is no terminal it ends after the answers.",
        "Again on the same database it brings the namespace up to date first."}, footer = {"",
                "Example: nokv quickstart /usr/share"})
final class QuickstartCommand implements Callable<Integer> {
    /** What is asked, with what it asks for people. */
    private record Question(String about, String sql) {}

    private static final List<Question> QUESTIONS = List.of(
            new Question("How many entries are there?", "SELECT count(*) AS entries FROM entries WHERE mount = '%s'"),
            new Question("What kinds of things?",
                    "SELECT type, count(*) AS entries, sum(size) AS bytes FROM entries WHERE mount = '%s' "
                            + "GROUP BY type ORDER BY entries DESC, type"),
            new Question("Which directories fill the tree?",
                    "SELECT path, files, directories, bytes FROM TABLE(DU('%s:/', 1)) ORDER BY bytes DESC LIMIT 5"),
            new Question("Which files are the largest?",
                    "SELECT path, size FROM TABLE(SUBTREE('%s:/')) WHERE type = 'FILE' ORDER BY size DESC, path LIMIT 5"),
            new Question("How is one name looked up? By its key, and nothing else is read:",
                    "EXPLAIN PLAN FOR SELECT type, size FROM entries WHERE mount = '%s' AND parent = INODE_OF('%1$s:/') "
                            + "AND name = 'doc'"));

    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The tree to import; default: /usr/share.")
    private String source = "/usr/share";

    @Mixin
    private ConfigArguments where;

    QuickstartCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path directory = where.dataDirectory();
        String mount = where.config().mount();
        ImportCommand.requireDirectory(source);
        terminal.out().println("Importing the metadata of " + source + " into " + directory);
        try (Lease lease = SharedDatabases.ofDirectory(directory, DatabaseOptions.of(where.config()))) {
            ImportOptions options = new ImportOptions(NativePath.bytes(source), mount, new byte[]{'/'}, false,
                    Set.of(itself(directory)), 1_000, 4);
            ImportReport report = ImportCommand.run(terminal, lease.database().namespace(), options);
            ImportSummary.print(terminal, report, DataDirectory.bytes(directory));
            int code = ask(directory, mount);
            if (code != ExitCode.OK || !terminal.interactiveInput()) {
                return code;
            }
            terminal.out().println("The prompt is yours: !quit leaves, !help explains, !tables lists.");
            terminal.out().flush();
            return Shell.run(SqlCommand.url(directory, mount), List.of(), null, SqlCommand.streams(terminal));
        } catch (PosixException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage());
        }
    }

    private int ask(Path directory, String mount) {
        String quoted = mount.replace("'", "''");
        for (Question question : QUESTIONS) {
            String sql = question.sql().formatted(quoted);
            terminal.out().println();
            terminal.out().println(question.about());
            terminal.out().println("nokv:" + mount + "> " + sql + ";");
            terminal.out().flush();
            int code = Shell.run(SqlCommand.url(directory, mount), List.of(sql), null, SqlCommand.streams(terminal));
            if (code != Shell.OK) {
                return code;
            }
        }
        terminal.out().println();
        return ExitCode.OK;
    }

    private static FileId itself(Path directory) {
        try (Posix posix = Posix.open()) {
            return FileId.of(posix.status(NativePath.bytes(directory.toString()), true));
        }
    }
}

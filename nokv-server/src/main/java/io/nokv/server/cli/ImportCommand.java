package io.nokv.server.cli;

import io.nokv.fsmeta.api.Namespace;
import io.nokv.server.database.DataDirectory;
import io.nokv.server.imports.ImportOptions;
import io.nokv.server.imports.ImportOptions.FileId;
import io.nokv.server.imports.ImportReport;
import io.nokv.server.imports.TreeImport;
import io.nokv.server.posix.Posix;
import io.nokv.server.posix.PosixException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nokv import}. */
@Command(name = "import", description = {
        "Loads the metadata of a directory tree: every name with type, mode, owner, size, times, device "
                + "number, link target and hard links. No file content is read.",
        "The same command again brings the namespace up to date, also after a crash in the middle. What the source no "
                + "longer has stays in the namespace. Ends with 1 when something could not be read."}, footer = {"",
                        "Example: nokv import /usr --mount usr",
                        "         nokv import /data/sets --path /datasets --addr 127.0.0.1:8090"})
final class ImportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "SRC", description = "The directory to import.")
    private String source;

    @Option(names = "--mount", paramLabel = "MOUNT", description = "Registered when it does not exist; default: the mount of the configuration, else \"default\".")
    private String mount;

    @Option(names = "--path", paramLabel = "P", description = "The directory of the mount that takes the entries; default: /.")
    private String path = "/";

    @Option(names = {"-x", "--one-file-system"}, description = "Leaves out what lies on other file systems.")
    private boolean oneFileSystem;

    @Option(names = "--exclude", paramLabel = "DIR", description = "Leaves out this directory of the source; may be given several times.")
    private List<String> excluded = List.of();

    @Option(names = "--batch", paramLabel = "N", description = "Steps per transaction, 1 to 5000; default: 1000.")
    private int batch = 1_000;

    @Option(names = "--in-flight", paramLabel = "N", description = "Transactions at once, 1 to 64; default: 4.")
    private int inFlight = 4;

    @Option(names = "--json", description = "Prints what was done as JSON.")
    private boolean json;

    @Mixin
    private NamespaceArguments where;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (batch < 1 || batch > 5_000 || inFlight < 1 || inFlight > 64) {
            throw new CommandFailure(ExitCode.USAGE, "--batch is 1 to 5000 and --in-flight 1 to 64");
        }
        boolean embedded = where.address() == null;
        requireDirectory(source);
        try (OpenNamespace open = where.openOrCreate()) {
            ImportOptions options = new ImportOptions(NativePath.bytes(source),
                    mount == null ? where.config().mount() : mount, NamespacePath.bytes(path), oneFileSystem,
                    leftOut(embedded ? where.dataDirectory() : null), batch, inFlight);
            ImportReport report = run(terminal, open.namespace(), options);
            long databaseBytes = embedded ? DataDirectory.bytes(where.dataDirectory()) : -1;
            if (json) {
                ImportSummary.table(report, databaseBytes).print(terminal.out(), true);
            } else {
                ImportSummary.print(terminal, report, databaseBytes);
            }
            return report.complete() ? ExitCode.OK : ExitCode.FAILED;
        } catch (PosixException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage());
        }
    }

    /** Before a database is opened or made for nothing. */
    static void requireDirectory(String source) {
        try (Posix posix = Posix.open()) {
            posix.openDirectory(NativePath.bytes(source), true).close();
        } catch (PosixException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage());
        }
    }

    /** With progress on the error stream. */
    static ImportReport run(Terminal terminal, Namespace namespace, ImportOptions options) {
        TreeImport work = new TreeImport(namespace, options);
        try (ImportProgress _ = new ImportProgress(terminal, work, options.source())) {
            return work.run();
        }
    }

    private Set<FileId> leftOut(Path dataDirectory) {
        Set<FileId> ids = new HashSet<>();
        try (Posix posix = Posix.open()) {
            for (String directory : excluded) {
                ids.add(FileId.of(posix.status(NativePath.bytes(directory), true)));
            }
            if (dataDirectory != null && Files.exists(dataDirectory)) {
                ids.add(FileId.of(posix.status(NativePath.bytes(dataDirectory.toString()), true)));
            }
        }
        return ids;
    }
}

package io.nokv.server.cli;

import io.nokv.server.config.ConfigException;
import io.nokv.server.config.ConfigFile;
import io.nokv.server.config.NokvConfig;
import io.nokv.server.database.DataDirectory;
import io.nokv.server.database.Database;
import io.nokv.server.database.DatabaseOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --config}, {@code --data} and {@code --help}: for every command that works on a database. */
class ConfigArguments {
    @Option(names = "--config", paramLabel = "FILE", description = "JSON configuration; default: nokv.json in the working directory, if it exists.")
    private Path configFile;

    @Option(names = "--data", paramLabel = "DIR", description = "The data directory; default: nokv-data.")
    private Path data;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this text.")
    private boolean help;

    private NokvConfig config;

    /** Read once. CommandFailure with {@link ExitCode#USAGE} when it cannot be used. */
    final NokvConfig config() {
        if (config == null) {
            try {
                config = ConfigFile.find(configFile, Path.of(""));
            } catch (ConfigException e) {
                throw new CommandFailure(ExitCode.USAGE, e.getMessage());
            }
        }
        return config;
    }

    /** The command line wins over the configuration. Absolute. */
    final Path dataDirectory() {
        return (data == null ? Path.of(config().data()) : data).toAbsolutePath().normalize();
    }

    /** CommandFailure naming the directory when it holds no database. */
    final void requireDatabase() {
        if (!DataDirectory.holdsDatabase(dataDirectory())) {
            throw new CommandFailure(ExitCode.FAILED, "no database in " + dataDirectory()
                    + "; make one with nokv quickstart, nokv import or nokv server");
        }
    }

    /** CommandFailure naming the directory when it holds no database. Close it. */
    final Database openExistingDatabase() {
        requireDatabase();
        return openOrCreateDatabase();
    }

    /** Close it. */
    final Database openOrCreateDatabase() {
        return Database.open(dataDirectory(), DatabaseOptions.of(config()));
    }

    final boolean dataGiven() {
        return data != null;
    }
}

package io.nokv.sqlline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import sqlline.BuiltInProperty;
import sqlline.DispatchCallback;
import sqlline.SqlLine;

/** Runs the shell, once per call. Not for several threads at once: it borrows the process's default time zone. */
public final class Shell {
    /** Every statement succeeded. */
    public static final int OK = 0;
    /** A statement failed; the ones after it were not executed. */
    public static final int FAILED = 1;
    /** The arguments make no sense, such as an unknown setting or a missing script. */
    public static final int USAGE = 2;
    /** The database cannot be opened. */
    public static final int UNAVAILABLE = 3;

    /**
     * @param in read for statements when neither statements nor a file are given and it is no terminal
     * @param terminal whether to be interactive in that case
     */
    public record Streams(InputStream in, OutputStream out, OutputStream err, boolean terminal) {
        /** Those of the process. */
        public static Streams ofProcess() {
            return new Streams(System.in, System.out, System.err, isTerminal());
        }

        private static boolean isTerminal() {
            return System.console() != null && System.console().isTerminal();
        }
    }

    private Shell() {}

    /** {@link #run(String, List, Path, Map, Streams)} with sqlline's settings as they are. */
    public static int run(String url, List<String> statements, Path file, Streams streams) {
        return run(url, statements, file, Map.of(), streams);
    }

    /**
     * Executes {@code statements}, then {@code file}; without either, reads the input or talks to the terminal.
     *
     * @param url of a database
     * @param statements each may hold several, separated by semicolons; sqlline's commands begin with '!'
     * @param file a script in UTF-8, or null
     * @param settings sqlline's, such as {@code outputFormat} to {@code csv}
     * @return one of the codes above
     */
    public static int run(String url, List<String> statements, Path file, Map<String, String> settings,
            Streams streams) {
        PrintStream err = new PrintStream(streams.err, true, StandardCharsets.UTF_8);
        List<String> commands = new ArrayList<>();
        boolean interactive = statements.isEmpty() && file == null && streams.terminal;
        if (!interactive) {
            try {
                statements.forEach(text -> commands.addAll(Script.split(text)));
                if (file != null) {
                    commands.addAll(Script.split(Files.readString(file)));
                } else if (statements.isEmpty()) {
                    commands.addAll(
                            Script.split(new String(streams.in.readAllBytes(), StandardCharsets.UTF_8)));
                }
            } catch (NoSuchFileException e) {
                err.println("script " + file + " does not exist");
                return USAGE;
            } catch (IOException e) {
                err.println("the script cannot be read: " + e.getMessage());
                return USAGE;
            }
        }
        Home.prepare();
        TimeZone zone = TimeZone.getDefault();
        // sqlline shows times by Timestamp.toString, which uses the default zone.
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        try {
            // Kept open meanwhile, so that an embedded database is opened once.
            Connection probe = DriverManager.getConnection(url);
            try {
                return interactive
                        ? talk(url, settings, streams, err)
                        : execute(url, commands, settings, streams, err);
            } finally {
                probe.close();
            }
        } catch (SQLException e) {
            err.println(e.getMessage());
            return UNAVAILABLE;
        } finally {
            TimeZone.setDefault(zone);
            flush(streams);
        }
    }

    private static int execute(String url, List<String> commands, Map<String, String> settings, Streams streams,
            PrintStream err) {
        SqlLine line = new SqlLine();
        // What the terminal library says while starting is for nobody.
        line.setOutputStream(OutputStream.nullOutputStream());
        line.setErrorStream(streams.err);
        try {
            NokvApplication.installForScripts(line);
            line.setOutputStream(streams.out);
            if (!set(line, settings, err)) {
                return USAGE;
            }
            if (!succeeds(line, connect(url))) {
                return UNAVAILABLE;
            }
            for (String command : commands) {
                if (line.isExit()) {
                    break;
                }
                if (!succeeds(line, command)) {
                    return FAILED;
                }
            }
            return OK;
        } catch (IOException e) {
            err.println("the shell cannot start: " + e.getMessage());
            return FAILED;
        } finally {
            // The command says that it failed when no connection is left to be closed.
            line.setErrorStream(OutputStream.nullOutputStream());
            line.runCommands(List.of("!closeall"), new DispatchCallback());
        }
    }

    private static boolean succeeds(SqlLine line, String command) {
        DispatchCallback callback = new DispatchCallback();
        line.runCommands(List.of(command), callback);
        return callback.isSuccess();
    }

    private static String connect(String url) {
        return "!connect \"" + url.replace("\\", "\\\\").replace("\"", "\\\"") + "\" \"\" \"\"";
    }

    private static boolean set(SqlLine line, Map<String, String> settings, PrintStream err) {
        for (Map.Entry<String, String> e : settings.entrySet()) {
            if (BuiltInProperty.valueOf(e.getKey(), true) == null
                    || !line.getOpts().set(e.getKey(), e.getValue(), true)) {
                err.println("unknown setting of the shell: " + e.getKey() + "=" + e.getValue());
                return false;
            }
        }
        return true;
    }

    private static int talk(String url, Map<String, String> settings, Streams streams, PrintStream err) {
        SqlLine line = new SqlLine();
        line.setOutputStream(streams.out);
        line.setErrorStream(streams.err);
        NokvApplication.install(line);
        if (!set(line, settings, err)) {
            return USAGE;
        }
        try {
            line.begin(new String[]{"-u", url, "-n", "", "-p", ""}, null, true);
            return OK;
        } catch (IOException e) {
            err.println("the shell cannot start: " + e.getMessage());
            return FAILED;
        }
    }

    private static void flush(Streams streams) {
        try {
            streams.out.flush();
            streams.err.flush();
        } catch (IOException e) {
            // Whoever reads the other end has gone.
        }
    }
}

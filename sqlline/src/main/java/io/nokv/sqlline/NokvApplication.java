package io.nokv.sqlline;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import sqlline.Application;
import sqlline.BuiltInProperty;
import sqlline.DispatchCallback;
import sqlline.PromptHandler;
import sqlline.SqlLine;
import sqlline.SqlLineOpts;

/** What we change about sqlline. Made by sqlline from its class name, so it and its constructor are public. */
public final class NokvApplication extends Application {
    /** A table as wide as its rows: cut off at a width, columns and the ends of values would be gone without a word. */
    static final int NO_MAX_WIDTH = 1 << 20;

    private static final String TIMESTAMP = "yyyy-MM-dd HH:mm:ss.SSS";

    /** Makes {@code line} ours, before it loads its user's settings. */
    static void install(SqlLine line) {
        line.getOpts().set(BuiltInProperty.SILENT, true);
        line.runCommands(List.of("!appconfig " + NokvApplication.class.getName()), new DispatchCallback());
    }

    /**
     * Makes {@code line} ours for commands from elsewhere, without its user's settings. sqlline believes itself to be
     * starting, and prints stack traces, until its loop has run; so it runs over an empty input.
     */
    static void installForScripts(SqlLine line) throws IOException {
        install(line);
        line.begin(new String[]{"--silent=true"}, InputStream.nullInputStream(), false);
        line.setExit(false);
        SqlLineOpts opts = new NokvApplication().getOpts(line);
        opts.set(BuiltInProperty.SILENT, true);
        opts.set(BuiltInProperty.HEADER_INTERVAL, -1);
        line.setOpts(opts);
    }

    @Override
    public String getInfoMessage() {
        return "NoKV SQL shell. !help lists commands, !tables the tables, !quit ends.";
    }

    @Override
    public Collection<String> getConnectionUrlExamples() {
        return List.of("jdbc:nokv://localhost:8765/default", "jdbc:nokv:file:./nokv-data;mount=default",
                "jdbc:nokv:mem:test");
    }

    @Override
    public String getDefaultInteractiveMode() {
        return "notAskCredentials";
    }

    @Override
    public SqlLineOpts getOpts(SqlLine line) {
        SqlLineOpts opts = super.getOpts(line);
        opts.set(BuiltInProperty.CONNECT_INTERACTION_MODE, "notAskCredentials");
        opts.set(BuiltInProperty.TIMESTAMP_FORMAT, TIMESTAMP);
        opts.set(BuiltInProperty.MAX_WIDTH, NO_MAX_WIDTH);
        opts.set(BuiltInProperty.ISOLATION, "TRANSACTION_REPEATABLE_READ");
        return opts;
    }

    @Override
    public PromptHandler getPromptHandler(SqlLine line) {
        return new MountPrompt(line);
    }
}

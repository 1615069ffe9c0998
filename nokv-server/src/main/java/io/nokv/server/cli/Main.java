package io.nokv.server.cli;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        int code = CommandLineRun.run(terminal, arguments);
        terminal.out().flush();
        terminal.err().flush();
        System.exit(code);
    }
}

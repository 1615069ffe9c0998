package io.nokv.server.cli;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.sql.api.SqlFailure;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** One run of the command: parses the arguments, runs the command they name, turns failures into a sentence and an exit code. */
public final class CommandLineRun {
    private CommandLineRun() {}

    /** Returns the exit code; prints to {@code terminal} only. */
    public static int run(Terminal terminal, String... arguments) {
        CommandLine line = new CommandLine(new NokvCommand(), new TerminalFactory(terminal));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpWidth(110);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.setParameterExceptionHandler(usageErrors(terminal));
        line.setExecutionExceptionHandler(failures(terminal));
        return line.execute(arguments);
    }

    private static IParameterExceptionHandler usageErrors(Terminal terminal) {
        return (ParameterException e, String[] _) -> {
            terminal.err().println("nokv: " + e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, terminal.err());
            terminal.err().println("Try: nokv " + path(e.getCommandLine()) + "--help");
            return ExitCode.USAGE;
        };
    }

    private static String path(CommandLine line) {
        String name = line.getCommandSpec().qualifiedName(" ");
        return name.equals("nokv") ? "" : name.substring("nokv ".length()) + " ";
    }

    private static IExecutionExceptionHandler failures(Terminal terminal) {
        return (Exception e, CommandLine _, CommandLine.ParseResult _) -> {
            terminal.out().flush();
            terminal.err().println("nokv: " + sentence(e));
            return code(e);
        };
    }

    private static String sentence(Throwable failure) {
        return switch (failure) {
            case NamespaceException e -> e.reason() + ": " + e.getMessage();
            case NokvException e -> e.code() + ": " + e.getMessage();
            case SqlFailure e -> e.sqlState() + " " + e.reason() + ": " + e.getMessage();
            case CommandFailure e -> e.getMessage();
            default -> {
                StringBuilder text = new StringBuilder("unexpected failure, please report it: ").append(failure);
                for (StackTraceElement frame : failure.getStackTrace()) {
                    text.append(System.lineSeparator()).append("    at ").append(frame);
                }
                yield text.toString();
            }
        };
    }

    private static int code(Throwable failure) {
        return switch (failure) {
            case CommandFailure e -> e.exitCode();
            case NokvException e when e.code() == FailureCode.LOCKED -> ExitCode.UNAVAILABLE;
            case NamespaceException e when e.reason() == Reason.LOCKED || e.reason() == Reason.OVERLOADED
                    || e.reason() == Reason.TIMEOUT ->
                ExitCode.UNAVAILABLE;
            default -> ExitCode.FAILED;
        };
    }
}

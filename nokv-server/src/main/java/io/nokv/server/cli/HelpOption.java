package io.nokv.server.cli;

import picocli.CommandLine.Option;

/** {@code --help}, for every command. */
final class HelpOption {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this text.")
    private boolean help;
}

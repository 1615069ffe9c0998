package io.nokv.benchmark;

import io.nokv.benchmark.engine.EngineBenchmark;
import io.nokv.benchmark.fetch.BulkFetch;
import io.nokv.benchmark.jmh.JmhBenchmark;
import io.nokv.benchmark.namespace.NamespaceBenchmark;
import io.nokv.benchmark.raft.RaftBenchmark;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code ./nokv benchmark} runs: one subcommand per benchmark. */
@Command(name = "benchmark", mixinStandardHelpOptions = true, subcommands = {NamespaceBenchmark.class,
        BulkFetch.class,
        EngineBenchmark.class, JmhBenchmark.class,
        RaftBenchmark.class}, description = "Benchmarks against peers, side by side in one run on this machine.", synopsisSubcommandLabel = "BENCHMARK")
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }
}

package io.nokv.benchmark.jmh;

import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs {@link ReadPath} in a virtual machine of its own and prints nanoseconds and allocated bytes per operation. */
@Command(name = "jmh", mixinStandardHelpOptions = true, sortOptions = false, description = "Single operations of the storage engine under JMH: nanoseconds and bytes allocated per operation.")
public final class JmhBenchmark implements Callable<Integer> {
    @Option(names = "--include", defaultValue = "ReadPath", description = "Which ones, as a regular expression (default: ${DEFAULT-VALUE}).")
    private String include;

    @Option(names = "--seconds", defaultValue = "3", description = "Of an iteration (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--iterations", defaultValue = "3", description = "That are measured, after as many that are not (default: ${DEFAULT-VALUE}).")
    private int iterations;

    @Override
    public Integer call() throws Exception {
        new Runner(new OptionsBuilder().include(include).forks(1).addProfiler(GCProfiler.class)
                .warmupIterations(iterations).warmupTime(TimeValue.seconds(seconds))
                .measurementIterations(iterations).measurementTime(TimeValue.seconds(seconds)).build()).run();
        return 0;
    }
}

package io.nokv.benchmark.raft;

import io.nokv.benchmark.group.ClosedLoop.Cell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs each system in a process of its own, in turn, and sets what they measured side by side. */
@Command(name = "raft", mixinStandardHelpOptions = true, sortOptions = false, subcommands = {FailOver.class,
        Move.class}, synopsisSubcommandLabel = "[failover|move]", description = "Three durable replicas on this machine: ours beside etcd, Apache Ratis and SOFAJRaft. Commands of 128 bytes; linearizable reads.")
public final class RaftBenchmark implements Callable<Integer> {
    /** What can be measured; the order is that of the table. */
    enum System {
        /** Ours, clients in the leader's process. */
        NOKV,
        /** The same with a state machine that only counts bytes, as those of SOFAJRaft and Ratis do. */
        NOKV_COUNT,
        /** Ours with 64 regions, leaders and clients spread over them. */
        NOKV_64,
        /** Clients in the leader's process. */
        JRAFT,
        /** Clients in the leader's process. */
        RATIS,
        /** Three processes of ours; clients come over gRPC, as those of etcd do. */
        NOKV_3,
        /** Three processes; clients come over gRPC. */
        ETCD
    }

    @Option(names = "--targets", split = ",", description = "Which systems, of: ${COMPLETION-CANDIDATES}.")
    private List<System> systems = List.of(System.values());

    @Option(names = "--clients", defaultValue = "1,16,64,256", description = "Numbers of clients (default: ${DEFAULT-VALUE}).")
    private String clients;

    @Option(names = "--workloads", defaultValue = "write,lease,index,echo", description = "Of write, lease (reads by lease), index (reads by asking a quorum), echo (bare calls); what a target does not have is left out (default: ${DEFAULT-VALUE}).")
    private String workloads;

    @Option(names = "--warm-up", defaultValue = "3", description = "Seconds before each measurement (default: ${DEFAULT-VALUE}).")
    private String warmUp;

    @Option(names = "--training", defaultValue = "0", description = "Seconds of processor time that each target and its clients spend on all workloads before anything is measured (default: ${DEFAULT-VALUE}).")
    private String training;

    @Option(names = "--seconds", defaultValue = "5", description = "Measured seconds per cell (default: ${DEFAULT-VALUE}).")
    private String seconds;

    @Option(names = "--rounds", defaultValue = "1", description = "How often every system is measured; the median by rate is reported (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--etcd", defaultValue = "etcd", description = "The program; Debian has it in the package etcd-server (default: ${DEFAULT-VALUE}, on the PATH).")
    private Path etcd;

    @Option(names = "--dir", defaultValue = "benchmark/target/raft", description = "Where the replicas live; emptied first and removed at the end (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--statistics", description = "Prints what our stores counted, all three together, per request.")
    private boolean statistics;

    @Option(names = "--raw", description = "Writes every measurement of every round as a tab-separated line to this file.")
    private Path raw;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (raw != null) {
            Files.writeString(raw, "system\tcell\tworkload\tclients\tcount\tseconds\tp50_us\tp99_us\tmax_us\tcpu_us\n");
        }
        RaftReport report = new RaftReport();
        for (int round = 0; round < rounds; round++) {
            for (System system : systems) {
                try (Scratch _ = new Scratch(directory)) {
                    for (Cell cell : measured(system)) {
                        report.add(system, cell);
                    }
                }
            }
        }
        java.lang.System.out.print(report.markdown(systems));
        return 0;
    }

    private List<Cell> measured(System system) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(java.lang.System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g",
                "-XX:+UseParallelGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Dcom.google.protobuf.use_unsafe_pre22_gencode", "-cp"));
        String name = system.name().toLowerCase(Locale.ROOT);
        switch (system) {
            case NOKV, NOKV_COUNT, NOKV_64, NOKV_3, ETCD ->
                command.addAll(List.of(java.lang.System.getProperty("java.class.path"),
                        GroupProcess.class.getName(), name));
            case JRAFT, RATIS -> command.addAll(List.of(peersClassPath(), "io.nokv.benchmark.group.GroupMain", name));
        }
        command.addAll(List.of(directory.toString(), clients, warmUp, seconds, workloads, training));
        if (system == System.ETCD) {
            command.add(etcd.toString());
        }
        List<Cell> cells = new ArrayList<>();
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> heard = new ArrayList<>();
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Cell cell = Cell.parse(line);
                if (cell == null) {
                    heard.add(line);
                    if (statistics && line.startsWith("per ")) {
                        java.lang.System.err.println(line);
                    }
                    continue;
                }
                cells.add(cell);
                java.lang.System.err.println(RaftReport.line(system, cell));
                if (raw != null) {
                    Files.writeString(raw, name + "\t" + line + "\n", StandardOpenOption.APPEND);
                }
            }
        } finally {
            process.destroy();
        }
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(system + " ended with " + exit + ": " + heard
                    + (system == System.ETCD ? " (is etcd on the PATH? --etcd says where it is)" : ""));
        }
        return cells;
    }

    /** The peers bring other versions of libraries than ours, so they have a class path of their own. */
    private static String peersClassPath() throws IOException {
        Path target = Path.of(java.lang.System.getProperty("nokv.launcher")).resolveSibling("benchmark-peers")
                .resolve("target");
        try (Stream<Path> files = Files.list(target)) {
            Path jar = files.filter(f -> f.getFileName().toString().matches("nokv-benchmark-peers-.*\\.jar"))
                    .findFirst()
                    .orElseThrow();
            return jar + java.io.File.pathSeparator
                    + Files.readString(target.resolve("dependencies.classpath")).strip();
        }
    }
}

package io.nokv.benchmark.namespace;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the namespace workloads against ours and against PostgreSQL, all durable, on one machine in one run. */
@Command(name = "namespace", mixinStandardHelpOptions = true, sortOptions = false, description = "Namespace workloads: ours embedded, over gRPC, over JDBC, and PostgreSQL; prints one table with ratios.")
public final class NamespaceBenchmark implements Callable<Integer> {
    @Option(names = "--targets", split = ",", defaultValue = "postgresql,embedded,grpc,pipeline,jdbc,echo", description = "Which systems, of: ${DEFAULT-VALUE}.")
    private List<String> targets;

    @Option(names = "--clients", split = ",", defaultValue = "1,16", description = "Numbers of clients (default: ${DEFAULT-VALUE}).")
    private List<Integer> clientCounts;

    @Option(names = "--workloads", split = ",", description = "Only these, by constant name, e.g. STAT_PATH,CREATE_SHARED.")
    private List<Workload> workloads = List.of(Workload.values());

    @Option(names = "--seconds", defaultValue = "4", description = "Measured seconds per cell (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--warm-up", defaultValue = "2", description = "Seconds of each cell before its measurement (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--training", defaultValue = "3", description = "Seconds that every target runs every workload before the first measurement, so that compilers and caches have settled (default: ${DEFAULT-VALUE}).")
    private double training;

    @Option(names = "--rounds", defaultValue = "1", description = "How often each cell is measured, all targets in turn; the median by rate is reported (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seed", defaultValue = "1", description = "Of the clients' random choices (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--dir", defaultValue = "benchmark/target/namespace", description = "Where the databases live, all on one disk; emptied first (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--raw", description = "Writes every cell as a tab-separated line to this file.")
    private Path raw;

    private int scratchNumber;

    @Override
    public Integer call() throws Exception {
        Report report = new Report();
        try (Systems systems = Systems.start(targets, directory)) {
            List<Fixture> fixtures = new ArrayList<>();
            for (Target target : systems.targets()) {
                long from = System.nanoTime();
                fixtures.add(Fixture.load(target));
                System.err.printf("%s: loaded in %.1f s%n", target.name(), (System.nanoTime() - from) / 1e9);
            }
            systems.loaded();
            train(systems, fixtures);
            systems.loaded();
            for (int clients : clientCounts) {
                for (Workload workload : workloads) {
                    measure(systems, fixtures, workload, clients, report);
                }
            }
        }
        System.out.println(report.markdown());
        if (raw != null) {
            Files.writeString(raw, report.raw());
        }
        return 0;
    }

    /** All targets in turn, so that what disturbs one round disturbs each of them alike. */
    private void measure(Systems systems, List<Fixture> fixtures, Workload workload, int clients, Report report)
            throws IOException {
        Map<String, List<Cell>> cells = new LinkedHashMap<>();
        for (int round = 0; round < Math.max(1, rounds); round++) {
            for (int i = 0; i < fixtures.size(); i++) {
                note(cells, run(workload, systems.targets().get(i), fixtures.get(i), clients, warmUp, seconds));
            }
            if (systems.echoPort() != 0 && workload.unary) {
                note(cells, echo(workload, systems.echoPort(), clients, warmUp, seconds));
            }
        }
        for (List<Cell> ofTarget : cells.values()) {
            ofTarget.sort(Comparator.comparingDouble(Cell::perSecond));
            report.add(ofTarget.get(ofTarget.size() / 2));
        }
    }

    private void train(Systems systems, List<Fixture> fixtures) throws IOException {
        if (training <= 0) {
            return;
        }
        int clients = clientCounts.stream().max(Integer::compare).orElse(1);
        for (int i = 0; i < fixtures.size(); i++) {
            Target target = systems.targets().get(i);
            for (Workload workload : workloads) {
                run(workload, target, fixtures.get(i), clients, 0, training);
            }
            System.err.printf("%s: trained%n", target.name());
        }
        if (systems.echoPort() != 0) {
            echo(Workload.GET_ATTR, systems.echoPort(), clients, 0, 3 * training);
        }
    }

    private static void note(Map<String, List<Cell>> cells, Cell cell) {
        cells.computeIfAbsent(cell.target(), _ -> new ArrayList<>()).add(cell);
        System.err.printf("%-42s %3d clients  %-12s %,12.0f/s  p50 %,.0f us  p99 %,.0f us%n", cell.workload(),
                cell.clients(),
                cell.target(), cell.perSecond(), cell.p50Micros(), cell.p99Micros());
    }

    private Cell run(Workload workload, Target target, Fixture fixture, int clients, double warmUp,
            double seconds) {
        List<Session> sessions = new ArrayList<>();
        try {
            List<Workload.Client> loops = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < clients; i++) {
                sessions.add(target.open());
            }
            long scratch = workload.changes
                    ? sessions.get(0).mkdir(fixture.scratch(), workload + "-" + scratchNumber++)
                    : 0;
            for (int i = 0; i < clients; i++) {
                loops.add(workload.client(sessions.get(i), fixture, scratch, i, random.split()));
            }
            return Cell.measure(workload.title, target.name(), loops, workload.limit(), warmUp, seconds);
        } finally {
            sessions.forEach(Session::close);
        }
    }

    private static Cell echo(Workload workload, int port, int clients, double warmUp, double seconds)
            throws IOException {
        List<ManagedChannel> channels = new ArrayList<>();
        List<Workload.Client> loops = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                channels.add(EchoTarget.connect(port));
                loops.add(EchoTarget.client(channels.get(i)));
            }
            return Cell.measure(workload.title, "echo", loops, Long.MAX_VALUE, warmUp, seconds);
        } finally {
            channels.forEach(EchoTarget::disconnect);
        }
    }
}

package io.nokv.benchmark.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs engine workloads against ours, RocksDB and MVStore, in one process and one run. */
@Command(name = "engine", mixinStandardHelpOptions = true, sortOptions = false, description = "The storage engine beside RocksDB and H2's MVStore: YCSB, namespace-shaped rows, bulk load, stalls, recovery; prints tables with ratios.")
public final class EngineBenchmark implements Callable<Integer> {
    /** What can be run, in this order. */
    enum Part {
        YCSB, NAMESPACE, BULK, STALL, RECOVERY
    }

    @Option(names = "--targets", split = ",", description = "Which engines, of: ${COMPLETION-CANDIDATES}.")
    List<Target> targets = List.of(Target.values());

    @Option(names = "--workloads", split = ",", description = "Which parts, of: ${COMPLETION-CANDIDATES}.")
    private List<Part> parts = List.of(Part.values());

    @Option(names = "--ycsb", defaultValue = "ABCDEF", description = "Letters of the YCSB workloads (default: ${DEFAULT-VALUE}).")
    private String letters;

    @Option(names = "--records", defaultValue = "1000000", description = "Rows loaded for YCSB and the namespace (default: ${DEFAULT-VALUE}).")
    long records;

    @Option(names = "--value-bytes", defaultValue = "1000", description = "Bytes of a value in YCSB; keys have 23 (default: ${DEFAULT-VALUE}).")
    private int valueBytes;

    @Option(names = "--bulk-records", defaultValue = "10000000", description = "Rows of 100 bytes for the bulk load (default: ${DEFAULT-VALUE}).")
    long bulkRecords;

    @Option(names = "--threads", defaultValue = "16", description = "Clients (default: ${DEFAULT-VALUE}).")
    int threads;

    @Option(names = "--sync", negatable = true, defaultValue = "false", fallbackValue = "true", description = "Whether each acknowledged write is synced; without, it is with the operating system (default: ${DEFAULT-VALUE}). MVStore syncs never.")
    private boolean synced;

    @Option(names = "--seconds", defaultValue = "10", description = "Measured seconds per cell (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(names = "--warm-up", defaultValue = "5", description = "Seconds of each cell before its measurement, in its first round (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--training", defaultValue = "6", description = "Seconds of processor time for which each target runs the load of the namespace, and each reading workload, before they are measured, so that compilers have settled (default: ${DEFAULT-VALUE}).")
    private double training;

    @Option(names = "--rounds", defaultValue = "1", description = "How often each cell is measured, all targets in turn; the median by rate is reported (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--memtable-mib", defaultValue = "64", description = "Of one memtable, of which there may be four (default: ${DEFAULT-VALUE}).")
    private long memtableMib;

    @Option(names = "--cache-mib", defaultValue = "512", description = "Of cached blocks (default: ${DEFAULT-VALUE}).")
    private long cacheMib;

    @Option(names = "--row-percent", defaultValue = "25", description = "Of the cache, for rows (default: ${DEFAULT-VALUE}); RocksDB keeps rows with -Dnokv.benchmark.rocks.rows=true only.")
    private int rowPercent;

    @Option(names = "--block-bytes", defaultValue = "8192", description = "Of a data block before compression (default: ${DEFAULT-VALUE}).")
    private int blockBytes;

    @Option(names = "--wal-mib", defaultValue = "1024", description = "Log to be replayed in the recovery part (default: ${DEFAULT-VALUE}).")
    long walMib;

    @Option(names = "--table-count", defaultValue = "10000", description = "Tables to be opened in the recovery part (default: ${DEFAULT-VALUE}).")
    int tableCount;

    @Option(names = "--seed", defaultValue = "1", description = "Of the clients' random choices (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--dir", defaultValue = "benchmark/target/engine", description = "Where the stores live, all on one disk; emptied first and removed at the end (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--statistics", description = "Prints what each engine tells of itself after each measurement.")
    private boolean statistics;

    @Option(names = "--raw", description = "Writes every measurement of every round as a tab-separated line to this file.")
    private Path raw;

    private static final double TRAINING_STEP_SECONDS = 0.5;

    private final Report report = new Report();

    @Override
    public Integer call() throws Exception {
        if (raw != null) {
            Files.writeString(raw, Report.rawHead());
        }
        Files.createDirectories(directory);
        Values values = new Values(seed);
        try {
            for (Part part : parts) {
                Directories.clear(directory);
                switch (part) {
                    case YCSB -> ycsb(values);
                    case NAMESPACE -> namespace(values);
                    case BULK -> new BulkLoad(this, values).run();
                    case STALL -> new Stall(this, values).run();
                    case RECOVERY -> new CrashRecovery(this).run();
                }
            }
        } finally {
            Directories.clear(directory);
        }
        System.out.print(report.markdown());
        return 0;
    }

    Sizing sizing() {
        return new Sizing(memtableMib << 20, cacheMib << 20, rowPercent, blockBytes, 64L << 20, synced);
    }

    Path directory(Target target, String purpose) throws IOException {
        return Files
                .createDirectories(directory.resolve(purpose + "-" + target.name().toLowerCase(java.util.Locale.ROOT)));
    }

    private String mode() {
        return synced ? " synced" : "";
    }

    private void ycsb(Values values) throws IOException {
        Map<Target, Store> stores = open("ycsb", sizing());
        try {
            Zipfian zipfian = new Zipfian(records);
            Map<Target, Ycsb> loads = new LinkedHashMap<>();
            for (Target target : stores.keySet()) {
                Ycsb ycsb = new Ycsb(zipfian, values, records, valueBytes, threads);
                loads.put(target, ycsb);
                report(measure("load" + mode(), target, "ops", stores.get(target),
                        untilDone(threads, records / threads),
                        ycsb::load));
                stores.get(target).settle();
            }
            for (Target target : stores.keySet()) {
                train(target, stores.get(target),
                        (session, random, _) -> loads.get(target).client('C', session, random));
            }
            for (char letter : letters.toCharArray()) {
                inTurn(stores, target -> warm -> measure(letter + mode(), target, "ops", stores.get(target), plan(warm),
                        (session, random, _) -> loads.get(target).client(letter, session, random)));
            }
        } finally {
            stores.values().forEach(Store::close);
        }
    }

    private void namespace(Values values) throws IOException {
        Map<Target, Store> stores = open("namespace", sizing());
        try {
            NamespaceShape shape = new NamespaceShape(values, records);
            for (Target target : stores.keySet()) {
                trainLoad(target, shape);
                report(measure("namespace load, 100 a batch", target, "rows", stores.get(target),
                        untilDone(1, shape.loadSteps()), (session, random, _) -> shape.load(session, random)));
                stores.get(target).settle();
            }
            for (Target target : stores.keySet()) {
                for (int kind = 0; kind < NamespaceShape.SIZES.length; kind++) {
                    int size = kind;
                    train(target, stores.get(target), (session, random, _) -> shape.list(size, session, random));
                }
                train(target, stores.get(target), (session, random, _) -> shape.multiGet(session, random));
                train(target, stores.get(target), (session, random, _) -> shape.get(session, random));
            }
            for (int kind = 0; kind < NamespaceShape.SIZES.length; kind++) {
                int size = kind;
                inTurn(stores, target -> warm -> measure("prefix scan of " + NamespaceShape.SIZES[size], target, "rows",
                        stores.get(target), plan(warm), (session, random, _) -> shape.list(size, session, random)));
            }
            inTurn(stores, target -> warm -> measure("multi-get of 1000", target, "rows", stores.get(target),
                    plan(warm), (session, random, _) -> shape.multiGet(session, random)));
            inTurn(stores, target -> warm -> measure("namespace get", target, "ops", stores.get(target), plan(warm),
                    (session, random, _) -> shape.get(session, random)));
        } finally {
            stores.values().forEach(Store::close);
        }
    }

    private Map<Target, Store> open(String purpose, Sizing sizing) throws IOException {
        Map<Target, Store> stores = new LinkedHashMap<>();
        for (Target target : targets) {
            stores.put(target, target.open(directory(target, purpose), sizing));
        }
        return stores;
    }

    Cell.Plan plan(double warmUpSeconds) {
        return new Cell.Plan(threads, warmUpSeconds, seconds, Long.MAX_VALUE, seed);
    }

    Cell.Plan untilDone(int clients, long steps) {
        return new Cell.Plan(clients, 0, Double.MAX_VALUE, steps, seed);
    }

    private interface OneTarget {
        OneRound on(Target target);
    }

    private interface OneRound {
        Cell measure(double warmUpSeconds);
    }

    /** Into a store that is thrown away. A load of a second or two would otherwise measure how code is compiled. */
    private void trainLoad(Target target, NamespaceShape shape) throws IOException {
        if (training > 0) {
            Path thrownAway = directory(target, "training");
            try (Store store = target.open(thrownAway, sizing())) {
                Cell.measure("training", target, "", store, new Cell.Plan(1, 0, training, shape.loadSteps(), seed),
                        (session, random, _) -> shape.load(session, random));
            }
            Directories.clear(thrownAway);
        }
    }

    /**
     * With a client per core: with more of them the compiler's threads, which take their turn like any other, would get so little
     * that cells after this one measured how code is compiled.
     */
    private void train(Target target, Store store, Cell.Clients clients) {
        int cores = Math.min(threads, Runtime.getRuntime().availableProcessors());
        for (double spent = 0; spent < training;) {
            Cell cell = Cell.measure("training", target, "", store,
                    new Cell.Plan(cores, 0, TRAINING_STEP_SECONDS, Long.MAX_VALUE, seed), clients);
            spent += cell.cpuMicros() * cell.count() / 1e6;
        }
    }

    /** All targets in turn in each round, each beginning with no compaction due; reports the medians. */
    private void inTurn(Map<Target, Store> stores, OneTarget cell) {
        Map<Target, List<Cell>> cells = new LinkedHashMap<>();
        for (int round = 0; round < Math.max(1, rounds); round++) {
            for (Target target : stores.keySet()) {
                cells.computeIfAbsent(target, _ -> new ArrayList<>())
                        .add(cell.on(target).measure(round == 0 ? warmUp : warmUp / 5));
                stores.get(target).settle();
            }
        }
        for (List<Cell> ofTarget : cells.values()) {
            ofTarget.sort(Comparator.comparingDouble(Cell::perSecond));
            report(ofTarget.get(ofTarget.size() / 2));
        }
    }

    /** Measures and keeps the raw line. */
    Cell measure(String workload, Target target, String unit, Store store, Cell.Plan plan, Cell.Clients clients) {
        Cell cell = Cell.measure(workload, target, unit, store, plan, clients);
        System.err.println(Report.line(cell));
        tell(store);
        keep(Report.raw(cell));
        return cell;
    }

    /** What the engine counts, if that is wanted. */
    void tell(Store store) {
        if (statistics) {
            System.err.println(store.statistics());
        }
    }

    void report(Cell cell) {
        report.add(cell);
    }

    void report(String what, Target target, double value, String unit) {
        Report.Figure figure = new Report.Figure(what, target.name().toLowerCase(java.util.Locale.ROOT), value, unit);
        report.add(figure);
        keep(Report.raw(figure));
    }

    private void keep(String line) {
        if (raw != null) {
            try {
                Files.writeString(raw, line, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

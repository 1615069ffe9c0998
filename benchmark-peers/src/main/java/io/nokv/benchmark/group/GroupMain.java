package io.nokv.benchmark.group;

import io.nokv.benchmark.group.ClosedLoop.Cell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Measures one group in this process; what it prints is read by the process that started it. */
public final class GroupMain {
    /** Makes a group with its files in {@code directory}, which is empty. */
    public interface Maker {
        Group make(Path directory) throws Exception;
    }

    private static final int COMMAND_BYTES = 128;

    private GroupMain() {}

    /** Arguments: ratis or jraft, then those of {@link #run}. */
    public static void main(String[] arguments) throws Exception {
        Maker maker = switch (arguments[0]) {
            case "ratis" -> RatisGroup::new;
            case "jraft" -> JraftGroup::new;
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        run(maker, Arrays.copyOfRange(arguments, 1, arguments.length));
        System.exit(0);
    }

    /**
     * Arguments: the directory, numbers of clients separated by commas, seconds of warm-up, seconds of each cell, what is
     * measured: {@code write} and names of {@link Group.Read}, separated by commas, and seconds of training: processor time that the group
     * and its clients spend on all of that before anything is measured.
     */
    public static void run(Maker maker, String[] arguments) throws Exception {
        double warmUp = Double.parseDouble(arguments[2]);
        double seconds = Double.parseDouble(arguments[3]);
        Set<String> workloads = Set.of(arguments[4].split(","));
        int[] clients = Arrays.stream(arguments[1].split(",")).mapToInt(Integer::parseInt).toArray();
        try (Group group = maker.make(Path.of(arguments[0]))) {
            System.out.println("ready");
            // Compilers and connections settle before the first cell.
            ClosedLoop.measure("settle", group, 64, 0, 2 * warmUp, client -> client.write(command()));
            train(group, clients, workloads, Double.parseDouble(arguments[5]));
            for (int count : workloads.contains("write") ? clients : new int[0]) {
                measure("write", group, count, warmUp, seconds, client -> client.write(command()));
            }
            for (Group.Read kind : group.reads()) {
                for (int count : workloads.contains(kind.name().toLowerCase(Locale.ROOT)) ? clients : new int[0]) {
                    measure(kind.toString(), group, count, warmUp, seconds, client -> client.read(kind));
                }
            }
        }
    }

    /** Short turns of everything that will be measured, until enough processor time was spent: a busy machine trains as much as an idle one. */
    private static void train(Group group, int[] clients, Set<String> workloads, double seconds) throws Exception {
        List<ClosedLoop.Step> steps = new ArrayList<>();
        if (workloads.contains("write")) {
            steps.add(client -> client.write(command()));
        }
        for (Group.Read kind : group.reads()) {
            if (workloads.contains(kind.name().toLowerCase(Locale.ROOT))) {
                steps.add(client -> client.read(kind));
            }
        }
        long until = ClosedLoop.processorNanos(group) + (long) (seconds * 1e9);
        for (int turn = 0; !steps.isEmpty() && ClosedLoop.processorNanos(group) < until; turn++) {
            ClosedLoop.measure("training", group, clients[turn / steps.size() % clients.length], 0, 1,
                    steps.get(turn % steps.size()));
        }
    }

    /** Prints the cell, and what the group counted meanwhile, warm-up included, for each request of all that were counted. */
    private static void measure(String workload, Group group, int clients, double warmUp, double seconds,
            ClosedLoop.Step step) throws Exception {
        Map<String, Long> before = group.counters();
        AtomicLong asked = new AtomicLong();
        Cell cell = ClosedLoop.measure(workload, group, clients, warmUp, seconds, client -> {
            step.run(client);
            asked.incrementAndGet();
        });
        System.out.println(cell.line());
        StringBuilder counted = new StringBuilder();
        new TreeMap<>(group.counters()).forEach((name, now) -> {
            long more = now - before.getOrDefault(name, 0L);
            if (more != 0) {
                counted.append(String.format(Locale.ROOT, "  %s %.3f", name, (double) more / asked.get()));
            }
        });
        if (!counted.isEmpty()) {
            System.out.println("per " + workload + ", " + clients + " clients:" + counted);
        }
    }

    private static byte[] command() {
        byte[] command = new byte[COMMAND_BYTES];
        java.util.concurrent.ThreadLocalRandom.current().nextBytes(command);
        return command;
    }
}

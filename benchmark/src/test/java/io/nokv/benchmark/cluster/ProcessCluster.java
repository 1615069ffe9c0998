package io.nokv.benchmark.cluster;

import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Store processes on loopback, each with a directory that outlives it. Closing it kills those that it started. */
final class ProcessCluster implements AutoCloseable {
    private final Path directory;
    private final Map<Long, String> addresses = new TreeMap<>();
    private final Map<Long, Process> processes = new TreeMap<>();

    ProcessCluster(Path directory, int stores) {
        this.directory = directory;
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (long id = 1; id <= stores; id++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                addresses.put(id, "127.0.0.1:" + socket.getLocalPort());
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<Long, String> addresses() {
        return addresses;
    }

    List<Long> stores() {
        return List.copyOf(addresses.keySet());
    }

    boolean isRunning(long id) {
        Process process = processes.get(id);
        return process != null && process.isAlive();
    }

    Path log(long id) {
        return directory.resolve("store-" + id + ".log");
    }

    /** The last lines of what the process of a store printed. */
    String endOfLog(long id) {
        try {
            List<String> lines = Files.readAllLines(log(id));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Starts a process; it takes part when it has opened what it has. */
    void start(long id) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx400m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                RaftStoreProcess.class.getName(), Long.toString(id), directory.resolve("store-" + id).toString()));
        addresses.forEach((store, address) -> command.add(store + "=" + address));
        try {
            Files.createDirectories(directory.resolve("store-" + id));
            processes.put(id, new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log(id).toString()))).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9} does; waits until it is gone. */
    void kill(long id) {
        Process process = processes.remove(id);
        if (process != null) {
            process.destroyForcibly();
            join(process);
        }
    }

    private static void join(Process process) {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Stops the process where it stands, or lets it go on. */
    void pause(long id, boolean stop) {
        try {
            Process process = processes.get(id);
            if (process != null) {
                join(new ProcessBuilder("kill", stop ? "-STOP" : "-CONT", Long.toString(process.pid())).start());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One region over everything on stores 1 to 3; waits until all have it. */
    void bootstrap(StoreClients clients) {
        RegionDescriptor all = new RegionDescriptor(1, KeyRange.ALL, RegionEpoch.FIRST,
                List.of(new Peer(11, 1), new Peer(12, 2), new Peer(13, 3)));
        for (long id = 1; id <= 3; id++) {
            long store = id;
            until(120, "store " + store + " takes the first region", () -> {
                try {
                    clients.admin(store).bootstrap(all);
                    return true;
                } catch (io.nokv.raft.admin.AdminException e) {
                    return false;
                }
            });
        }
    }

    static void until(long seconds, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("did not happen in " + seconds + " s: " + what);
            }
            rest(20);
        }
    }

    static void rest(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Override
    public void close() {
        for (long id : stores()) {
            kill(id);
        }
    }
}

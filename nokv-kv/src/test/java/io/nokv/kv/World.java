package io.nokv.kv;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Entropy;
import io.nokv.base.port.Ports;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.client.RowScan;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.store.Answer;
import io.nokv.kv.store.KvStore.ReadAnswer;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A store in memory with a clock moved by hand, that can lose power; and words for the stories. */
public final class World implements AutoCloseable {
    private static final long START_MILLIS = 1_767_225_600_000L;

    private final AtomicLong millis = new AtomicLong(START_MILLIS);
    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final Random random;
    private final KvOptions options;
    private final EngineOptions engineOptions;

    public final MemVfs disk = new MemVfs();
    private final Wrapping over;
    public LocalKv kv;

    public World() {
        this(1, KvOptions.defaults(), EngineOptions.defaults(), null);
    }

    /** @param over wraps the disk, anew each time that the store is opened; or null */
    public World(long seed, KvOptions options, EngineOptions engineOptions, Wrapping over) {
        this.random = new Random(seed);
        this.options = options;
        this.engineOptions = engineOptions;
        this.over = over;
        open();
    }

    /** How a test puts its own file system over the disk. */
    public interface Wrapping {
        Vfs of(Vfs disk);
    }

    public void open() {
        Clock clock = new Clock() {
            @Override
            public long monotonicNanos() {
                return System.nanoTime();
            }

            @Override
            public long wallNanos() {
                return millis.get() * 1_000_000L;
            }
        };
        Vfs machine = disk.machine();
        Vfs vfs = over == null ? machine : over.of(machine);
        kv = LocalKv.open("data", engineOptions, options, new Ports(clock, entropy(), scheduler, vfs));
    }

    public Entropy entropy() {
        return () -> {
            synchronized (random) {
                return random.nextLong();
            }
        };
    }

    /** Cuts the power and starts again. */
    public void losePower() {
        disk.crash(entropy());
        open();
    }

    public void pass(long passed) {
        millis.addAndGet(passed);
    }

    public ThreadScheduler scheduler() {
        return scheduler;
    }

    @Override
    public void close() {
        kv.close();
        scheduler.close();
    }

    public static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    public static Mutation put(String key, String value) {
        return new Mutation.Put(key(key), key(value), 0);
    }

    public static Timestamp committed(CommitAnswer answer) {
        return assertInstanceOf(CommitAnswer.Committed.class, answer).commitTs();
    }

    /** A transaction that reads nothing and must commit, all its keys. */
    public Timestamp commit(Mutation... mutations) {
        Timestamp commitTs = committed(kv.commit(kv.readVersion(), List.of(mutations), null));
        kv.awaitBackground();
        return commitTs;
    }

    public SnapshotReader latest() {
        return kv.readerAtReadVersion(kv.readVersion());
    }

    public static String get(SnapshotReader reader, String key) {
        ReadAnswer.Row row = reader.get(key(key));
        return row == null ? null : text(row.value());
    }

    public String get(String key) {
        return get(latest(), key);
    }

    public static List<String> rows(SnapshotReader reader, boolean reverse) {
        List<String> rows = new ArrayList<>();
        try (RowScan scan = reader.scan(new byte[0], null, reverse)) {
            while (scan.next()) {
                rows.add(text(scan.key()) + "=" + text(scan.value()));
            }
        }
        return rows;
    }

    /** Where a request about {@code key} goes now. */
    public RegionHeader region(String key) {
        for (RegionDescriptor region : kv.regions()) {
            if (region.range().contains(key(key))) {
                return region.header();
            }
        }
        throw new AssertionError("no region holds " + key);
    }

    public static <T> T done(Answer<T> answer) {
        return switch (answer) {
            case Answer.Done<T>(T value) -> value;
            case Answer.Refused<T>(var why) -> throw new AssertionError("refused: " + why);
        };
    }
}

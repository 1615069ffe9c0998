package io.nokv.kv;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Scheduler;
import io.nokv.control.route.LocalRouteTable;
import io.nokv.control.time.Timestamp;
import io.nokv.control.time.TimestampOracle;
import io.nokv.kv.client.BackgroundWork;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.client.Committer;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.gc.GarbageSweeper;
import io.nokv.kv.gc.SafePoint;
import io.nokv.kv.gc.VersionFilter;
import io.nokv.kv.layout.FenceKey;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.store.CommitListener;
import io.nokv.kv.store.CommitSequencer;
import io.nokv.kv.store.EngineFence;
import io.nokv.kv.store.KvStore;
import io.nokv.kv.store.LatchTable;
import io.nokv.kv.store.LockIndex;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.raft.log.RegionStore;
import io.nokv.raft.region.RegionDescriptor;
import java.util.List;

/**
 * A transactional store in one directory: engine, regions, timestamps and garbage collection put together. Thread-safe.
 * Calls after {@link #close} are CLOSED.
 */
public final class LocalKv implements AutoCloseable {
    private static final long STORE_ID = 1;

    private final Ports ports;
    private final KvOptions options;
    private final Engine engine;
    private final RegionStore regions;
    private final LocalRouteTable routes;
    private final TimestampOracle oracle;
    private final CommitSequencer sequencer;
    private final LockIndex locks;
    private final KvStore store;
    private final SafePoint safePoint;
    private final GarbageSweeper sweeper;
    private final BackgroundWork background;
    private final Committer committer;
    private volatile Scheduler.Timer safePointTimer;
    private volatile boolean closed;

    private LocalKv(Engine engine, VersionFilter filter, KvOptions options, Ports ports) {
        Scheduler scheduler = ports.scheduler();
        this.ports = ports;
        this.options = options;
        this.engine = engine;
        this.locks = new LockIndex(engine);
        this.regions = RegionStore.open(engine, locks, scheduler, STORE_ID);
        this.routes = new LocalRouteTable(regions::descriptors);
        this.oracle = TimestampOracle.open(new EngineFence(engine, FenceKey.TIMESTAMPS), ports.clock(), scheduler,
                options.timestampWindowMillis());
        this.sequencer = new CommitSequencer(oracle, scheduler, engine::durableSequence);
        this.safePoint = new SafePoint(new EngineFence(engine, FenceKey.SAFE_POINT), scheduler);
        this.sweeper = new GarbageSweeper(engine, safePoint);
        this.store = new KvStore(engine, regions, locks, new LatchTable(scheduler, options.latchStripes()), sequencer,
                oracle, safePoint);
        this.background = new BackgroundWork(scheduler);
        this.committer = new Committer(store, routes, sequencer, oracle, ports, background, options.lockTtlMillis());
        filter.start(safePoint, sweeper);
    }

    /**
     * Opens or creates the store in {@code directory} (a path of {@code ports.vfs()}). The compaction filter of
     * {@code engineOptions} and the tail of family WRITE are replaced by this layer's. Failures are those of {@link Engine#open}.
     */
    public static LocalKv open(String directory, EngineOptions engineOptions, KvOptions options, Ports ports) {
        VersionFilter filter = new VersionFilter();
        Engine engine = Engine.open(directory,
                engineOptions.withCompactionFilter(filter).withTail(Family.WRITE, VersionedKey.TIMESTAMP_BYTES), ports);
        try {
            LocalKv kv = new LocalKv(engine, filter, options, ports);
            kv.scheduleSafePoint();
            return kv;
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    private void scheduleSafePoint() {
        safePointTimer = ports.scheduler().after(options.safePointIntervalMillis() * 1_000_000L, "safe-point", () -> {
            if (closed) {
                return;
            }
            background.run("safe-point-move", () -> {
                try {
                    advanceSafePoint();
                    sweeper.sweep();
                } catch (NokvException e) {
                    // The engine takes no writes: nothing is dropped then, and writers hear of it themselves.
                    return;
                }
            });
            scheduleSafePoint();
        });
    }

    /** CLOSED after {@link #close}. */
    public void requireOpen() {
        if (closed) {
            throw new NokvException(FailureCode.CLOSED, "the store is closed");
        }
    }

    /** A version at which every acknowledged commit is visible and everything visible is durable. */
    public Timestamp readVersion() {
        requireOpen();
        oracle.catchUp();
        return sequencer.readVersion();
    }

    /**
     * Reads at {@code version}. Waits for commits at or below it that are under way.
     *
     * @throws NokvException VERSION_TOO_OLD below the safe point, INVALID_ARGUMENT ahead of the clock
     */
    public SnapshotReader readerAt(Timestamp version) {
        requireOpen();
        safePoint.check(version);
        if (oracle.isAhead(version)) {
            throw NokvException.invalid("version " + version.value() + " is ahead of the store's clock at "
                    + oracle.current().value());
        }
        sequencer.awaitReadable(version);
        return committer.reader(version);
    }

    /** Reads at {@code version}, which {@link #readVersion} gave. */
    public SnapshotReader readerAtReadVersion(Timestamp version) {
        requireOpen();
        return committer.reader(version);
    }

    /**
     * Commits all of {@code mutations} or nothing, durably; see {@link Committer#commit}.
     *
     * @param readTs what the transaction saw; held by {@link #hold} meanwhile
     * @param annotation for the commit listeners, or null
     */
    public CommitAnswer commit(Timestamp readTs, List<Mutation> mutations, byte[] annotation) {
        requireOpen();
        return committer.commit(readTs, mutations, annotation);
    }

    /** Holds the safe point at or below {@code version} until closed; VERSION_TOO_OLD when it is past that. */
    public SafePoint.Hold hold(Timestamp version, String holder) {
        requireOpen();
        return safePoint.hold(version, holder);
    }

    /** Versions below this may be gone. */
    public Timestamp safePoint() {
        return safePoint.get();
    }

    /** Who holds the safe point back, oldest version first. */
    public List<SafePoint.Hold> holds() {
        return safePoint.holds();
    }

    /** Adds a listener for annotated commits that become durable from now on. */
    public void listen(CommitListener listener) {
        sequencer.listen(listener);
    }

    /**
     * Moves the safe point as far as retention, holds and locks allow, durably. Happens by itself from time to time.
     *
     * @return where it is now
     */
    public Timestamp advanceSafePoint() {
        requireOpen();
        Timestamp wanted = Timestamp.ofMillis(ports.clock().wallMillis() - options.retentionMillis());
        wanted = Timestamp.min(wanted, readVersion());
        return safePoint.advance(Timestamp.min(wanted, locks.oldest()));
    }

    /** Moves the safe point and removes all history below it now. Rewrites everything; for tests and maintenance. */
    public void collectGarbage() {
        advanceSafePoint();
        engine.flush();
        engine.compact(Family.WRITE, Range.ALL);
        sweeper.sweep();
        engine.flush();
        engine.compact(Family.WRITE, Range.ALL);
        engine.compact(Family.DEFAULT, Range.ALL);
    }

    /** Splits the region that holds {@code key} there. */
    public void split(byte[] key, long newRegionId) {
        requireOpen();
        routes.refresh();
        regions.split(routes.locate(key).id(), key, newRegionId);
        routes.refresh();
    }

    /** The regions, by range. */
    public List<RegionDescriptor> regions() {
        return regions.descriptors();
    }

    /** How many locks there are; those of dead transactions stay until somebody meets them. */
    public int lockCount() {
        return locks.size();
    }

    /** Waits until nothing runs that outlives the call it was started by, such as committing secondary keys. */
    public void awaitBackground() {
        background.awaitIdle();
    }

    /** For what must look below: statistics, tests. */
    public Engine engine() {
        return engine;
    }

    /** Below the client: for tests of the protocol itself. */
    public KvStore store() {
        return store;
    }

    public TimestampOracle oracle() {
        return oracle;
    }

    public CommitSequencer sequencer() {
        return sequencer;
    }

    /** Waits for work in the background, then closes the engine. Idempotent; nothing that was acknowledged is lost. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Scheduler.Timer timer = safePointTimer;
        if (timer != null) {
            timer.cancel();
        }
        try {
            background.awaitIdle();
            oracle.close();
        } catch (NokvException e) {
            // An engine that takes no writes keeps the fence where it is, which is safe.
        } finally {
            engine.close();
        }
    }
}

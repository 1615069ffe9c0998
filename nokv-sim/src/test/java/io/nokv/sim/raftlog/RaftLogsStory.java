package io.nokv.sim.raftlog;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.wal.LogLimits;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.LogShape;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Restored;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.storage.RaftLogStats;
import io.nokv.sim.raftlog.NaiveLog.Applied;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The owner of many regions over an engine that dies now and then, beside naive logs in memory. What is found after a
 * crash must be what some prefix of everything that was done gives, over all regions at once, and no shorter than what was
 * made durable.
 */
final class RaftLogsStory {
    private static final Membership MEMBERSHIP = Membership.of(1, 2, 3);

    private final World world;
    private final SimEntropy random;
    private final EngineOptions options;
    private final RaftLogOptions logOptions;
    private final int regionCount;
    /** The regions as they were when this life began. */
    private TreeMap<Long, NaiveLog> base = new TreeMap<>();
    /** What was done since, in order: which region became what; null when it was removed. */
    private final List<Map.Entry<Long, NaiveLog>> done = new ArrayList<>();
    private TreeMap<Long, NaiveLog> now = new TreeMap<>();
    private int acknowledged;
    private Engine engine;
    private RaftLogs logs;
    private RaftLogStats lastStats;

    RaftLogsStory(World world) {
        this.world = world;
        this.random = world.entropy("raft logs");
        this.regionCount = (int) random.between(1, 12);
        long segmentBytes = 64 << 10;
        long soft = random.between(1, 3) * segmentBytes;
        EngineOptions tiny = EngineOptions.tiny().withMemtableBytes(random.between(2_000, 60_000));
        this.options = tiny.withLog(new EngineOptions.Log(segmentBytes, random.between(1_000, 16_000),
                new LogLimits(soft, soft + 64 * segmentBytes, 10_000_000_000L, 1_000_000, 1_000_000), List.of()));
        this.logOptions = new RaftLogOptions(random.between(0, 1) * random.between(0, 20_000),
                random.between(0, 3) == 0 ? 2_000 : 1 << 20);
    }

    RaftLogStats lastStats() {
        return lastStats;
    }

    /** One life: open, check what is there, go on until the life ends. */
    void live(SimNode node, int operations) {
        logs = new RaftLogs(logOptions, node.scheduler());
        engine = Engine.open("db", options.withLog(options.log().withConsumers(List.of(logs))), node.ports());
        logs.open(engine, new RaftLogs.Listener() {
            @Override
            public void fetched(long region) {
                world.note("fetched", region, 0, 0);
            }

            @Override
            public void compactionWanted(long region) {
                world.note("compaction wanted", region, 0, 0);
            }

            @Override
            public void failed(long region, RuntimeException cause) {
                throw new AssertionError("region " + region, cause);
            }
        });
        recover(node);
        for (int i = 0; i < operations; i++) {
            operation(node);
            if (random.chance(0.3)) {
                byte[] filler = new byte[(int) random.between(100, 4_000)];
                engine.submit(new WriteBatch().put(Family.DEFAULT, new byte[]{(byte) random.nextInt(50)}, filler));
            }
        }
        for (Map.Entry<Long, NaiveLog> region : now.entrySet()) {
            read(node, region.getKey(), region.getValue());
        }
        lastStats = logs.stats();
        engine.close();
        acknowledged = done.size();
    }

    // ---- what is there -------------------------------------------------------------------------------------------

    private static byte[] key(long region) {
        return new ByteWriter(9).u8('m').u64(region).toBytes();
    }

    /** What is done is written down before it is done: a life may end in the midst of it. */
    private void did(long region, NaiveLog becomes) {
        Map.Entry<Long, NaiveLog> change = new SimpleEntry<>(region, becomes);
        done.add(change);
        put(now, change);
    }

    /** Null when the region is not here. */
    private Applied applied(long region) {
        byte[] stored = engine.get(Family.LOCAL, key(region), null);
        if (stored == null) {
            return null;
        }
        ByteReader in = new ByteReader(stored);
        return new Applied(in.varint(), in.varint());
    }

    private void recover(SimNode node) {
        TreeMap<Long, NaiveLog> found = new TreeMap<>();
        TreeSet<Long> all = new TreeSet<>(logs.regions());
        for (long region = 1; region <= regionCount; region++) {
            all.add(region);
        }
        for (long region : all) {
            Applied applied = applied(region);
            if (applied == null) {
                if (logs.regions().contains(region)) {
                    logs.awaitDurable(logs.remove(region));
                }
            } else {
                found.put(region, restored(node, region, applied));
            }
        }
        TreeMap<Long, NaiveLog> expected = new TreeMap<>(base);
        for (int k = 0; k <= done.size(); k++) {
            if (k > 0) {
                put(expected, done.get(k - 1));
            }
            if (k >= acknowledged && found.equals(afterStart(expected))) {
                world.note("raft logs recovered", k, acknowledged, done.size());
                base = found;
                now = new TreeMap<>(found);
                done.clear();
                acknowledged = 0;
                return;
            }
        }
        throw new AssertionError("no prefix of " + done.size() + " operations from " + acknowledged
                + " on gives " + found + "; all of them give " + afterStart(expected));
    }

    private static void put(TreeMap<Long, NaiveLog> into, Map.Entry<Long, NaiveLog> change) {
        if (change.getValue() == null) {
            into.remove(change.getKey());
        } else {
            into.put(change.getKey(), change.getValue());
        }
    }

    private static TreeMap<Long, NaiveLog> afterStart(TreeMap<Long, NaiveLog> stored) {
        TreeMap<Long, NaiveLog> out = new TreeMap<>();
        stored.forEach((region, log) -> out.put(region, log.afterStart()));
        return out;
    }

    private NaiveLog restored(SimNode node, long region, Applied applied) {
        Restored restored = logs.restore(region, applied.index(), applied.term(), MEMBERSHIP);
        LogShape shape = restored.log();
        List<Entry> entries = new ArrayList<>();
        for (long index = shape.baseIndex() + 1; index <= shape.lastIndex();) {
            List<Entry> some = logs.entries(region, index, shape.lastIndex(), random.between(1, 2_000));
            if (some.isEmpty()) {
                node.scheduler().pause(100_000);
            }
            entries.addAll(some);
            index += some.size();
        }
        LogShape again = LogShape.of(shape.baseIndex(), shape.baseTerm(), entries);
        if (!again.equals(shape)) {
            throw new AssertionError(
                    "the outline of region " + region + " is " + shape + ", its entries have " + again);
        }
        return new NaiveLog(applied, restored.hardState(), shape.baseIndex(), shape.baseTerm(), entries);
    }

    private void read(SimNode node, long region, NaiveLog log) {
        if (log.entries().isEmpty()) {
            return;
        }
        long from = random.between(log.base() + 1, log.last());
        long to = random.between(from, log.last());
        List<Entry> got = List.of();
        for (int tries = 0; got.isEmpty(); tries++) {
            if (tries > 1_000) {
                throw new AssertionError("region " + region + " does not get entry " + from + " of " + log);
            }
            got = logs.entries(region, from, to, random.between(1, 5_000));
            if (got.isEmpty()) {
                node.scheduler().pause(1_000_000);
            }
        }
        List<Entry> expected = log.entries().subList((int) (from - log.base() - 1), (int) (to - log.base()));
        if (!got.equals(expected.subList(0, got.size()))) {
            throw new AssertionError("region " + region + " has " + got + " instead of " + expected);
        }
    }

    // ---- what happens --------------------------------------------------------------------------------------------

    private void operation(SimNode node) {
        long region = random.between(1, regionCount);
        NaiveLog log = now.get(region);
        if (log == null) {
            saveApplied(region, new NaiveLog(Applied.NOTHING, HardState.INITIAL, 0, 0, List.of()));
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> turn();
            case 5 -> apply(region, log);
            case 6, 7 -> compact(region, log);
            case 8 -> read(node, region, log);
            case 9 -> {
                if (random.chance(0.1)) {
                    did(region, null);
                    engine.submit(new WriteBatch().delete(Family.LOCAL, key(region)));
                    logs.remove(region);
                } else {
                    install(region, log);
                }
            }
            default -> sync();
        }
    }

    private void sync() {
        int upTo = done.size();
        logs.awaitDurable(logs.write(List.of()));
        acknowledged = Math.max(acknowledged, upTo);
    }

    private void saveApplied(long region, NaiveLog becomes) {
        did(region, becomes);
        engine.submit(new WriteBatch().put(Family.LOCAL, key(region), new ByteWriter()
                .varint(becomes.applied().index()).varint(becomes.applied().term()).toBytes()));
    }

    private void turn() {
        List<RaftLogs.Turn> turns = new ArrayList<>();
        Map<Long, NaiveLog> becomes = new TreeMap<>();
        for (long region : now.keySet()) {
            if (random.chance(0.4)) {
                Ready ready = ready(now.get(region));
                turns.add(new RaftLogs.Turn(region, ready));
                becomes.put(region, now.get(region).after(ready));
            }
        }
        long position = logs.write(turns);
        becomes.forEach(this::did);
        int upTo = done.size();
        if (random.chance(0.5)) {
            logs.awaitDurable(position);
            acknowledged = Math.max(acknowledged, upTo);
        }
    }

    private Ready ready(NaiveLog log) {
        HardState before = log.hardState();
        long term = before.term() + (random.chance(0.2) || before.term() == 0 ? 1 : 0);
        long first = random.chance(0.3)
                ? random.between(Math.max(log.base(), Math.max(before.commit(), log.applied().index())) + 1,
                        log.last() + 1)
                : log.last() + 1;
        List<Entry> entries = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            byte[] data = new byte[(int) random.between(0, random.chance(0.1) ? 9_000 : 200)];
            for (int i = 0; i < data.length; i += 7) {
                data[i] = (byte) random.nextInt(256);
            }
            entries.add(new Entry(term, first + entries.size(),
                    random.chance(0.1) ? Entry.Kind.CHANGE : Entry.Kind.COMMAND, data));
        }
        long last = entries.isEmpty() ? log.last() : entries.getLast().index();
        long commit = Math.max(before.commit(), random.between(log.base(), last));
        HardState state = new HardState(term, random.nextInt(4), commit);
        return ready(state, null, entries);
    }

    private static Ready ready(HardState state, Snapshot snapshot, List<Entry> entries) {
        return new Ready(1, state, snapshot, entries, List.of(), List.of(), List.of(), null, List.of(), true);
    }

    private void apply(long region, NaiveLog log) {
        long to = random.between(log.applied().index(), Math.max(log.applied().index(), log.hardState().commit()));
        if (to > log.applied().index()) {
            saveApplied(region, log.withApplied(new Applied(to, log.termAt(to))));
        }
    }

    private void compact(long region, NaiveLog log) {
        long to = random.between(log.base(), Math.max(log.base(), log.applied().index()));
        if (to > log.base()) {
            long term = log.termAt(to);
            logs.compact(region, to, term);
            did(region, log.compacted(to, term));
        }
    }

    /** The state machine first, then the log. */
    private void install(long region, NaiveLog log) {
        long index = log.last() + random.between(1, 5);
        HardState state = new HardState(log.hardState().term() + 1, 0, index);
        Snapshot snapshot = new Snapshot(index, random.between(1, state.term()), MEMBERSHIP, new byte[0]);
        saveApplied(region, log.withApplied(new Applied(index, snapshot.term())));
        NaiveLog half = now.get(region);
        Ready ready = ready(state, snapshot, List.of());
        logs.write(List.of(new RaftLogs.Turn(region, ready)));
        did(region, half.after(ready));
    }
}

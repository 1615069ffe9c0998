package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Promise;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.core.Entry;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** One region whose entries the test hands in, as its replica would. */
class ApplyFlowTest {
    private static final RegionDescriptor REGION = OneStore.region(7, new KeyRange(new byte[0], null),
            RegionEpoch.FIRST);
    private static final long FIRST = RegionRecord.FIRST.index();
    private static final byte[] WRITES = {1};
    private static final byte[] FAILS = {2};

    /** What is thrown where the test says so. */
    private static final class Planted extends RuntimeException {
        private static final long serialVersionUID = 1;

        Planted() {
            super("planted");
        }
    }

    /** Puts a row for the entry: how many there are already, found by a cursor; then fails if it is asked to. */
    private static final class Counts implements Applier {
        @Override
        public Set<Family> families() {
            return Set.of(Family.DEFAULT);
        }

        @Override
        public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
                ApplyReader reader) {
            byte count = 0;
            try (Cursor cursor = reader.cursor(Family.DEFAULT, new Range(null, null))) {
                for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                    count++;
                }
            }
            into.put(Family.DEFAULT, row(index), new byte[]{count});
            if (command[0] == FAILS[0]) {
                throw new Planted();
            }
            return new byte[]{count};
        }
    }

    private final List<String> heard = new ArrayList<>();
    private boolean applyingFails;
    private boolean appliedFails;

    private final ApplyObserver observer = new ApplyObserver() {
        @Override
        public void applying(WriteBatch writes) {
            if (applyingFails) {
                applyingFails = false;
                throw new Planted();
            }
        }

        @Override
        public void applied(long regionId, long term, long index, byte[] command) {
            if (appliedFails) {
                appliedFails = false;
                throw new Planted();
            }
            heard.add(regionId + "/" + index);
        }
    };

    private static byte[] row(long index) {
        return new byte[]{(byte) index};
    }

    private void region(OneStore one, Consumer<OneStore.Life> what) {
        one.live(life -> {
            OneStore.put(life.engine(), RegionRecord.of(REGION));
            HostedStore store = life.store();
            store.start();
            // Of a life that its replica is not of: nobody else hands entries in, and the replica hears of none.
            store.apply().regions().put(REGION.id(), new AppliedRegion(store.region(REGION.id()), store.nextLife(),
                    RegionRecord.of(REGION), RegionRecord.FIRST));
            what.accept(life);
        });
    }

    /** Commands at the places after what the region has at first, in one piece. */
    private static ApplyFlow.Entries entries(OneStore.Life life, long from, byte[]... commands) {
        List<Entry> entries = new ArrayList<>();
        Requests.Proposal[] waiting = new Requests.Proposal[commands.length];
        for (int i = 0; i < commands.length; i++) {
            entries.add(new Entry(1, from + i, Entry.Kind.COMMAND,
                    new Command.Write(REGION.epoch().version(), commands[i]).encode()));
            waiting[i] = new Requests.Proposal(from + i, 1, Long.MAX_VALUE, life.store().promise());
        }
        return new ApplyFlow.Entries(life.store().apply().regions().get(REGION.id()), entries, waiting, null, 100);
    }

    private static List<ProposalOutcome> outcomes(ApplyFlow.Entries of) {
        List<ProposalOutcome> out = new ArrayList<>();
        for (Requests.Proposal each : of.waiting()) {
            assertTrue(each.promise().isDone());
            out.add(each.promise().await());
        }
        return out;
    }

    private static long appliedOnDisk(OneStore.Life life) {
        return StoreKeys.Applied.decode(life.engine().get(Family.LOCAL, StoreKeys.applied(REGION.id()), null)).index();
    }

    private static List<Byte> rows(OneStore.Life life, long from, long to) {
        List<Byte> out = new ArrayList<>();
        LongStream.rangeClosed(from, to).forEach(index -> {
            byte[] value = life.engine().get(Family.DEFAULT, row(index), null);
            out.add(value == null ? null : value[0]);
        });
        return out;
    }

    @Test
    void anEntryMayLookAtRowsBeforeItWritesSome() {
        try (OneStore one = new OneStore(new Counts(), observer)) {
            region(one, life -> {
                ApplyFlow.Entries some = entries(life, FIRST + 1, WRITES, WRITES, WRITES);
                life.store().apply().submit(List.of(some));
                assertEquals(List.of((byte) 0, (byte) 1, (byte) 2), rows(life, FIRST + 1, FIRST + 3));
                assertEquals(FIRST + 3, appliedOnDisk(life));
                assertEquals(List.of("7/" + (FIRST + 1), "7/" + (FIRST + 2), "7/" + (FIRST + 3)), heard);
                for (int i = 0; i < 3; i++) {
                    ProposalOutcome.Applied applied = (ProposalOutcome.Applied) outcomes(some).get(i);
                    assertEquals(FIRST + 1 + i, applied.index());
                    assertEquals(i, applied.answer()[0]);
                }
            });
            assertEquals(List.of(), one.alarms());
        }
    }

    @Test
    void anEntryThatFailsLeavesNothingAndEndsItsRegion() {
        try (OneStore one = new OneStore(new Counts(), observer)) {
            region(one, life -> {
                ApplyFlow.Entries some = entries(life, FIRST + 1, WRITES, FAILS, WRITES);
                life.store().apply().submit(List.of(some));
                List<Byte> left = rows(life, FIRST + 1, FIRST + 3);
                assertEquals((byte) 0, left.get(0));
                assertNull(left.get(1));
                assertNull(left.get(2));
                assertEquals(FIRST + 1, appliedOnDisk(life));
                assertEquals(RegionStatus.State.STOPPED, life.store().status(REGION.id()).state());
                assertEquals(ProposalOutcome.Unknown.class, outcomes(some).get(1).getClass());
            });
            assertEquals(1, one.alarms().size());
        }
    }

    /** What follows would be written without what it follows on. */
    @Test
    void afterABatchThatWasNotWrittenNothingIs() {
        try (OneStore one = new OneStore(new Rows(), observer)) {
            region(one, life -> {
                applyingFails = true;
                ApplyFlow.Entries first = entries(life, FIRST + 1, WRITES);
                ApplyFlow.Entries second = entries(life, FIRST + 2, WRITES);
                boolean[] stepped = new boolean[1];
                life.store().apply().submit(
                        List.of(first, new ApplyFlow.Work.Step(() -> stepped[0] = true), second));
                assertEquals(FIRST, appliedOnDisk(life));
                assertNull(life.engine().get(Family.DEFAULT, REGION.range().from(), null));
                assertEquals(List.of(), heard);
                assertTrue(stepped[0],
                        "whoever waits for the flow, as one who closes the store, does not wait for ever");
                outcomes(first).forEach(outcome -> assertEquals(ProposalOutcome.Unknown.class, outcome.getClass()));
                outcomes(second).forEach(outcome -> assertEquals(ProposalOutcome.Unknown.class, outcome.getClass()));
                assertEquals(RegionStatus.State.STOPPED, life.store().status(REGION.id()).state());
            });
            assertEquals(1, one.alarms().size());
        }
    }

    @Test
    void anObserverThatFailsStopsTheStoreAndNotTheFlow() {
        try (OneStore one = new OneStore(new Rows(), observer)) {
            region(one, life -> {
                appliedFails = true;
                ApplyFlow.Entries some = entries(life, FIRST + 1, WRITES);
                life.store().apply().submit(List.of(some));
                outcomes(some).forEach(outcome -> assertEquals(ProposalOutcome.Unknown.class, outcome.getClass()));
                assertEquals(FIRST + 1, appliedOnDisk(life), "it was written before");
                assertEquals(RegionStatus.State.STOPPED, life.store().status(REGION.id()).state());
            });
            assertEquals(1, one.alarms().size());
        }
    }

    /** For example an answer to a client who has hung up. */
    @Test
    void aProposerWhoFailsHarmsNobody() {
        try (OneStore one = new OneStore(new Rows(), observer)) {
            region(one, life -> {
                ApplyFlow.Entries some = entries(life, FIRST + 1, WRITES, WRITES);
                Promise<ProposalOutcome> promise = some.waiting()[0].promise();
                promise.whenDone((_, _) -> {
                    throw new Planted();
                });
                life.store().apply().submit(List.of(some));
                outcomes(some).forEach(outcome -> assertEquals(ProposalOutcome.Applied.class, outcome.getClass()));
                life.store().apply().submit(List.of(entries(life, FIRST + 3, WRITES)));
                assertEquals(FIRST + 3, appliedOnDisk(life));
                assertEquals(1, life.store().stats().listenersFailed());
                assertEquals(RegionStatus.State.SERVING, life.store().status(REGION.id()).state());
            });
            assertEquals(1, one.alarms().size());
        }
    }

    @Test
    void aLoopOutlivesWhatRunsOnIt() {
        try (OneStore one = new OneStore(new Rows(), observer)) {
            region(one, life -> {
                EventLoop loop = life.store().loopOf(REGION.id());
                loop.post(() -> {
                    throw new Planted();
                });
                boolean[] ran = new boolean[1];
                loop.post(() -> ran[0] = true);
                assertTrue(ran[0]);
                assertEquals(RegionStatus.State.STOPPED, life.store().status(REGION.id()).state());
            });
            assertEquals(1, one.alarms().size());
        }
    }
}

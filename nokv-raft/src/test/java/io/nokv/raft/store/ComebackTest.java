package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nokv.lsm.Family;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.Ready;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.storage.RaftLogs;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store makes of its disk when it starts, where everything that may run runs at once. */
class ComebackTest {
    private static final byte[] BORDER = {5};
    private static final KeyRange LEFT = new KeyRange(new byte[0], BORDER);
    private static final KeyRange RIGHT = new KeyRange(BORDER, null);
    private static final RegionEpoch FROZEN_EPOCH = new RegionEpoch(2, 1);

    private final OneStore one = new OneStore();

    @AfterEach
    void stop() {
        one.close();
    }

    private static void log(RaftLogs logs, RegionDescriptor region, Command command) {
        StoreKeys.Applied before = RegionRecord.FIRST;
        logs.restore(region.id(), before.index(), before.term(), RegionRecord.of(region).membership());
        long index = before.index() + 1;
        long term = before.term() + 1;
        Entry entry = new Entry(term, index, Entry.Kind.COMMAND, command.encode());
        Ready ready = new Ready(1, new HardState(term, 0, index), null, List.of(entry), List.of(), List.of(),
                List.of(), null, List.of(), true);
        logs.awaitDurable(logs.write(List.of(new RaftLogs.Turn(region.id(), ready))));
    }

    /** The store ended when the end of a merge was committed in the target, and not yet applied. */
    @ParameterizedTest
    @CsvSource({"4, 5", "5, 4"})
    void aRegionThatTakesOverAnotherAtOnceFindsIt(long targetId, long sourceId) {
        RegionDescriptor target = OneStore.region(targetId, LEFT, RegionEpoch.FIRST);
        RegionDescriptor source = OneStore.region(sourceId, RIGHT, FROZEN_EPOCH);
        long frozenAt = RegionRecord.FIRST.index();
        one.live(life -> {
            life.logs().open(life.engine(), life.store());
            OneStore.put(life.engine(), RegionRecord.of(target));
            OneStore.put(life.engine(), RegionRecord.of(source).with(source,
                    new RegionRecord.Frozen(targetId, RegionEpoch.FIRST, frozenAt)));
            log(life.logs(), target, new Command.Commit(RegionEpoch.FIRST, source, frozenAt));
        });
        one.live(life -> {
            HostedStore store = life.store();
            store.start();
            assertEquals(List.of(), one.alarms());
            assertEquals(new KeyRange(new byte[0], null), store.status(targetId).region().range());
            assertNull(store.status(sourceId));
            assertNotNull(store.tombstone(sourceId));
            assertNull(life.engine().get(Family.LOCAL, StoreKeys.record(sourceId), null));
        });
    }
}

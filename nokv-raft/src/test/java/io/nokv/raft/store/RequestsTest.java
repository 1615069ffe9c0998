package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Promise;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.raft.core.ReadOutcome.Confirmed;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionRefusal;
import io.nokv.raft.store.Requests.Read;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private record Permission(RegionDescriptor region, long index) implements ReadPermission {
        @Override
        public boolean holds() {
            return true;
        }
    }

    private static final RegionRefusal LOST = new RegionRefusal.NotLeader(7, 0);

    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final Requests requests = new Requests();

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private static Permission permission(long version, long index) {
        return new Permission(
                OneStore.region(7, new KeyRange(new byte[0], null), new RegionEpoch(version, 1)), index);
    }

    private Read read(long version) {
        return new Read(version, scheduler.promise());
    }

    private static ReadOutcome outcome(Read read) {
        Promise<ReadOutcome> promise = read.promise();
        assertTrue(promise.isDone());
        return promise.await();
    }

    @Test
    void readsWaitForWhatTheyNeed() {
        Read first = read(3);
        Read second = read(3);
        requests.waitFor(4, first);
        requests.decided(new Confirmed(requests.asked(second), 6), LOST);
        Permission then = permission(3, 5);
        assertEquals(1, requests.serve(5, then));
        assertEquals(new ReadOutcome.Permitted(then), outcome(first));
        assertFalse(second.promise().isDone());
        assertTrue(requests.waitsForApplied());
        Permission now = permission(3, 6);
        assertEquals(1, requests.serve(6, now));
        assertEquals(new ReadOutcome.Permitted(now), outcome(second));
        assertTrue(requests.isEmpty());
    }

    /** The key may be with a child that others lead and write already, while its replica here is where the split left it. */
    @Test
    void aReadThatWaitedForASplitIsRefused() {
        Read before = read(3);
        Read other = read(4);
        requests.waitFor(5, before);
        requests.waitFor(5, other);
        Permission now = permission(4, 5);
        assertEquals(2, requests.serve(5, now));
        assertEquals(new ReadOutcome.Refused(new RegionRefusal.EpochMismatch(List.of(now.region()))), outcome(before));
        assertEquals(new ReadOutcome.Permitted(now), outcome(other));
    }
}

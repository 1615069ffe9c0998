package io.nokv.raft.admin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.nokv.lsm.Family;
import io.nokv.proto.raft.v1.DegradedRegion;
import io.nokv.proto.raft.v1.ExecutionStatus;
import io.nokv.proto.raft.v1.RegionStatus;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.storage.LogBytes;
import io.nokv.raft.store.ProposalOutcome;
import io.nokv.raft.archive.ArchivedRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole stores over a real network, administrated from outside. */
class RaftAdminTest {
    private static final long PATIENCE_SECONDS = 60;

    private final Map<Long, String> addresses = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong(100);
    private final Map<Long, TestStore> stores = new TreeMap<>();
    private final Map<Long, RaftAdminClient> admins = new TreeMap<>();

    @BeforeEach
    void openFour() {
        for (long id = 1; id <= 4; id++) {
            stores.put(id, new TestStore(id, addresses, ids));
            admins.put(id, RaftAdminClient.of(addresses.get(id), Duration.ofSeconds(30)));
        }
        RegionDescriptor first = new RegionDescriptor(1, KeyRange.ALL, RegionEpoch.FIRST,
                List.of(new Peer(11, 1), new Peer(12, 2), new Peer(13, 3)));
        for (long id = 1; id <= 3; id++) {
            admins.get(id).bootstrap(first);
        }
    }

    @AfterEach
    void close() {
        admins.values().forEach(RaftAdminClient::close);
        stores.values().forEach(TestStore::close);
    }

    /** Tries until it gives something else than null. */
    private static <T> T until(String what, Supplier<T> attempt) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            T value = attempt.get();
            if (value != null) {
                return value;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("did not happen: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private RegionStatus status(long store, long region) {
        try {
            return admins.get(store).status(region);
        } catch (AdminException e) {
            if (e.refusal() != null && e.refusal().reason() == AdminReason.REGION_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** The store that says that it leads. */
    private long leader(long region) {
        return until("region " + region + " has a leader", () -> {
            for (long id : stores.keySet()) {
                RegionStatus status = status(id, region);
                if (status != null && status.getStanding().equals("LEADER")) {
                    return id;
                }
            }
            return null;
        });
    }

    private RegionHeader header(long store, long region) {
        return RaftAdminClient.region(admins.get(store).status(region)).header();
    }

    private interface Change {
        void at(RaftAdminClient leader, RegionHeader header);
    }

    /** Repeats what is refused because things are on the move. */
    private void change(long region, Change change) {
        until("region " + region + " is changed", () -> {
            long leader = leader(region);
            try {
                change.at(admins.get(leader), header(leader, region));
                return true;
            } catch (AdminException e) {
                if (e.refusal() == null || e.refusal().reason() == AdminReason.INVALID_ARGUMENT) {
                    throw e;
                }
                return null;
            }
        });
    }

    private void put(long region, long key, String value) {
        byte[] bytes = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] command = ByteBuffer.allocate(8 + bytes.length).putLong(key).put(bytes).array();
        until("key " + key + " is written", () -> {
            long leader = leader(region);
            ProposalOutcome outcome = stores.get(leader).store.propose(header(leader, region), command).await();
            return outcome instanceof ProposalOutcome.Applied ? true : null;
        });
    }

    private static byte[] key(long key) {
        return ByteBuffer.allocate(8).putLong(key).array();
    }

    private void awaitValue(long store, long key, String value) {
        until("store " + store + " has key " + key, () -> {
            byte[] stored = stores.get(store).engine.get(Family.DEFAULT, key(key), null);
            return stored != null && new String(stored, java.nio.charset.StandardCharsets.UTF_8).equals(value)
                    ? true
                    : null;
        });
    }

    /** A replica comes by a snapshot over the real network, votes, leads, and another goes. */
    @Test
    void aRegionMovesToAnotherStore() {
        for (int i = 0; i < 200; i++) {
            put(1, i, "value " + i);
        }
        change(1, (leader, header) -> leader.addPeer(header, 4));
        awaitValue(4, 150, "value 150");
        change(1, (leader, header) -> {
            if (stores.get(1L).store.status(1).region().peerOn(4).role() != Peer.Role.VOTER) {
                leader.promotePeer(header, 4);
            }
        });
        change(1, (leader, header) -> {
            if (!admins.get(4L).status(1).getStanding().equals("LEADER")) {
                leader.transferLeader(header, 4);
                throw new AdminException(new AdminRefusal(AdminReason.REJECTED, 0, List.of(), "not yet"),
                        new IllegalStateException());
            }
        });
        change(1, (leader, header) -> leader.removePeer(header, 1));
        until("the replica leaves store 1", () -> status(1, 1) == null ? true : null);
        put(1, 1_000, "after");
        awaitValue(4, 1_000, "after");
        assertTrue(stores.get(4L).transfer.stats().fetchesDone() > 0, "no snapshot was fetched");
        assertTrue(admins.get(4L).stats().get("snapshotsInstalled") > 0, "no snapshot was installed");
    }

    @Test
    void aSplitIsAnsweredWithBothRegionsAndTold() {
        put(1, 5, "low");
        put(1, 500, "high");
        List<RegionDescriptor> parts = new ArrayList<>();
        change(1, (leader, header) -> parts.addAll(leader.split(header, List.of(key(100)))));
        assertEquals(2, parts.size());
        assertArrayEquals(key(100), parts.getFirst().range().to());
        assertArrayEquals(key(100), parts.getLast().range().from());
        put(parts.getLast().id(), 501, "in the new one");
        awaitValue(3, 501, "in the new one");
        for (long id = 1; id <= 3; id++) {
            long store = id;
            until("store " + store + " has both", () -> admins.get(store).regions().size() == 2 ? true : null);
        }
        ExecutionStatus execution = admins.get(leader(1)).execution();
        assertEquals("READY", execution.getRestart());
        assertTrue(execution.hasLastAdmission());
        assertTrue(execution.getTransitionsList().stream().anyMatch(t -> t.getRegionId() == 1), "no transition told");
    }

    @Test
    void everyRefusalHasItsCodeAndReason() {
        long leader = leader(1);
        long follower = leader == 1 ? 2 : 1;
        RegionHeader header = header(leader, 1);
        put(1, 1, "x");

        AdminRefusal notLeader = refused(Status.Code.FAILED_PRECONDITION,
                () -> admins.get(follower).split(header, List.of(key(7))));
        assertEquals(AdminReason.NOT_LEADER, notLeader.reason());

        AdminRefusal old = refused(Status.Code.FAILED_PRECONDITION, () -> admins.get(leader)
                .split(new RegionHeader(1, new RegionEpoch(99, 1)), List.of(key(7))));
        assertEquals(AdminReason.EPOCH_MISMATCH, old.reason());
        assertFalse(old.current().isEmpty(), "what is there now is not told");

        assertEquals(AdminReason.REGION_NOT_FOUND, refused(Status.Code.NOT_FOUND,
                () -> admins.get(leader).status(77)).reason());
        assertEquals(AdminReason.REGION_NOT_FOUND, refused(Status.Code.NOT_FOUND,
                () -> admins.get(leader).addPeer(new RegionHeader(77, RegionEpoch.FIRST), 4)).reason());
        assertEquals(AdminReason.INVALID_ARGUMENT, refused(Status.Code.INVALID_ARGUMENT,
                () -> admins.get(leader).status(0)).reason());
        assertEquals(AdminReason.INVALID_ARGUMENT, refused(Status.Code.INVALID_ARGUMENT,
                () -> admins.get(leader).addPeer(header, 0)).reason());
        assertEquals(AdminReason.INVALID_ARGUMENT, refused(Status.Code.INVALID_ARGUMENT,
                () -> admins.get(leader).split(header, List.of())).reason());
        assertEquals(AdminReason.REJECTED, refused(Status.Code.FAILED_PRECONDITION,
                () -> admins.get(leader(1)).promotePeer(header(leader(1), 1), 4)).reason());
    }

    /** What an operator does with a region that is to outlive its cluster: a file, and a region of it somewhere else. */
    @Test
    void aRegionIsExportedAndComesBackOnAnotherStore(@TempDir Path directory) throws IOException {
        for (int i = 0; i < 300; i++) {
            put(1, i, "value " + i);
        }
        Path file = directory.resolve("region-1");
        List<ArchivedRegion> told = new ArrayList<>();
        change(1, (leader, header) -> told.add(leader.exportSnapshot(header, file)));
        put(1, 1_000, "after");
        assertEquals(List.of("region-1"), names(directory));
        ArchivedRegion archived = told.getLast();
        assertEquals(1, archived.region().id());
        assertTrue(archived.index() > 300, archived::toString);

        RegionDescriptor back = admins.get(4L).importSnapshot(file, 50, 51);
        assertEquals(archived.region().range(), back.range());
        assertEquals(List.of(new Peer(51, 4)), back.peers());
        assertTrue(back.epoch().version() > archived.region().epoch().version(), back::toString);
        assertTrue(admins.get(4L).status(50).getAppliedIndex() >= archived.index());
        for (int i = 0; i < 300; i++) {
            awaitValue(4, i, "value " + i);
        }
        assertEquals(null, stores.get(4L).engine.get(Family.DEFAULT, key(1_000), null), "it was written afterwards");
        put(50, 2_000, "in the new one");
        awaitValue(4, 2_000, "in the new one");

        assertEquals(AdminReason.REJECTED, refused(Status.Code.FAILED_PRECONDITION,
                () -> admins.get(4L).importSnapshot(file, 50, 51)).reason());
        AdminRefusal overlap = refused(Status.Code.FAILED_PRECONDITION,
                () -> admins.get(1L).importSnapshot(file, 60, 61));
        assertEquals(AdminReason.REJECTED, overlap.reason());
        assertTrue(overlap.message().contains("overlaps"), overlap::message);
        assertEquals(AdminReason.INVALID_ARGUMENT, refused(Status.Code.INVALID_ARGUMENT,
                () -> admins.get(4L).importSnapshot(file, 0, 61)).reason());
    }

    @Test
    void whatIsNoWholeArchiveLeavesNothing(@TempDir Path directory) throws IOException {
        put(1, 1, "x");
        Path file = directory.resolve("whole");
        change(1, (leader, header) -> leader.exportSnapshot(header, file));
        byte[] whole = Files.readAllBytes(file);
        Map<String, byte[]> broken = new TreeMap<>();
        broken.put("cut", Arrays.copyOf(whole, whole.length - 1));
        broken.put("short", Arrays.copyOf(whole, 3));
        broken.put("longer", Arrays.copyOf(whole, whole.length + 1));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 4;
        broken.put("flipped", flipped);
        for (Map.Entry<String, byte[]> each : broken.entrySet()) {
            Path bad = Files.write(directory.resolve(each.getKey()), each.getValue());
            assertEquals(AdminReason.DAMAGED, refused(Status.Code.DATA_LOSS,
                    () -> admins.get(4L).importSnapshot(bad, 50, 51)).reason(), each::getKey);
        }
        assertEquals(AdminReason.INVALID_ARGUMENT, refused(Status.Code.INVALID_ARGUMENT,
                () -> admins.get(4L).importSnapshot(Files.write(directory.resolve("empty"), new byte[0]), 50, 51))
                .reason());
        assertEquals(List.of(), admins.get(4L).regions());
        until("nothing is left of them", () -> stores.get(4L).vfs.list("moving").isEmpty() ? true : null);
        // The ids were not used up by what failed.
        assertEquals(50, admins.get(4L).importSnapshot(file, 50, 51).id());
    }

    @Test
    void anExportThatFailsLeavesTheFileThatWasThere(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("mine"), new byte[]{1, 2, 3});
        long leader = leader(1);
        refused(Status.Code.FAILED_PRECONDITION, () -> admins.get(leader)
                .exportSnapshot(new RegionHeader(1, new RegionEpoch(99, 1)), file));
        refused(Status.Code.NOT_FOUND,
                () -> admins.get(leader).exportSnapshot(new RegionHeader(77, RegionEpoch.FIRST), file));
        assertArrayEquals(new byte[]{1, 2, 3}, Files.readAllBytes(file));
        assertEquals(List.of("mine"), names(directory));
    }

    /**
     * One region's part of a store's log is damaged: the store comes back without it, says so, serves the others, and gets
     * it again as a new replica.
     */
    @Test
    void aDamagedReplicaIsNamedRemovedAndReplaced() {
        put(1, 5, "low");
        put(1, 500, "high");
        List<RegionDescriptor> parts = new ArrayList<>();
        change(1, (leader, header) -> parts.addAll(leader.split(header, List.of(key(100)))));
        long other = parts.getLast().id();
        put(other, 501, "in the other");
        for (int i = 0; i < 20; i++) {
            put(1, i, "value " + i);
        }
        awaitValue(2, 19, "value 19");
        awaitValue(2, 501, "in the other");
        admins.remove(2L).close();
        TestStore before = stores.remove(2L);
        before.close();
        assertTrue(LogBytes.change(before.vfs, "db", true, (_, region, payload) -> {
            payload[0] |= (byte) 0x80;
            return region == 1;
        }) > 0);

        stores.put(2L, new TestStore(2, addresses, ids, before.vfs));
        admins.put(2L, RaftAdminClient.of(addresses.get(2L), Duration.ofSeconds(30)));
        ExecutionStatus execution = admins.get(2L).execution();
        assertEquals("DEGRADED", execution.getRestart());
        assertEquals(List.of(1L), execution.getDegradedList().stream().map(DegradedRegion::getRegionId).toList());
        assertTrue(execution.getDegraded(0).getWhy().contains("log of region 1"), execution::toString);
        assertEquals("STOPPED", admins.get(2L).status(1).getState());
        AdminRefusal degraded = refused(Status.Code.FAILED_PRECONDITION,
                () -> admins.get(2L).split(RaftAdminClient.region(admins.get(2L).status(1)).header(), List.of(key(7))));
        assertEquals(AdminReason.DEGRADED, degraded.reason());
        assertEquals("DEGRADED", admins.get(2L).execution().getLastAdmission().getReason());

        put(other, 502, "later");
        awaitValue(2, 502, "later");
        put(1, 50, "without it");
        change(1, (leader, header) -> {
            if (RaftAdminClient.region(leader.status(1)).peerOn(2) != null) {
                leader.removePeer(header, 2);
            }
        });
        until("the damaged replica goes", () -> status(2, 1) == null ? true : null);
        assertEquals("READY", admins.get(2L).execution().getRestart());
        change(1, (leader, header) -> leader.addPeer(header, 2));
        until("there is a new one", () -> {
            RegionStatus again = status(2, 1);
            return again != null && again.getState().equals("SERVING") ? true : null;
        });
        awaitValue(2, 50, "without it");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private interface Call {
        void run() throws IOException;
    }

    private static AdminRefusal refused(Status.Code code, Call call) {
        AdminException refused = assertThrows(AdminException.class, call::run);
        assertNotEquals(null, refused.refusal(), () -> "no reason was given: " + refused.getCause());
        assertEquals(code, ((StatusRuntimeException) refused.getCause()).getStatus().getCode());
        assertEquals(code, refused.refusal().reason().code());
        return refused.refusal();
    }
}

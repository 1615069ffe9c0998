package io.nokv.sim.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.port.Promise;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.raft.snapshot.SnapshotTransferStats;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.DiskCall;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.FaultyVfs;
import io.nokv.sim.snapshot.TransferStore.Fetched;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNet;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What arrives is what was offered, whole and durable, whatever the network and the disks do meanwhile; or a clear failure. */
class SnapshotTransferSimTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private static SnapshotTransferOptions options() {
        return SnapshotTransferOptions.of(TransferStore.DIRECTORY).withPieces(512, 4)
                .withTimes(50 * MILLI, 5 * SECOND, 20 * SECOND, 60 * SECOND).withBounds(4, 0, 0);
    }

    private static Map<String, byte[]> files(SimEntropy random, int most, int mostBytes) {
        Map<String, byte[]> files = new TreeMap<>();
        for (long i = random.between(0, most); i > 0; i--) {
            int size = (int) (random.chance(0.2) ? 512 * random.between(0, 4) : random.between(0, mostBytes));
            files.put("%06d.sst".formatted(i), bytes(random, size));
        }
        files.put("EXPORT", bytes(random, (int) random.between(1, 100)));
        return files;
    }

    private static byte[] bytes(SimEntropy random, int size) {
        byte[] out = new byte[size];
        for (int i = 0; i < size; i++) {
            out[i] = (byte) random.nextLong();
        }
        return out;
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
    }

    private static void pause(World world, long nanos) {
        world.driver().scheduler().pause(nanos);
    }

    private static void story(String test, int count, Consumer<World> story) {
        Seeds.run(SnapshotTransferSimTest.class, test, count, (seed, replay) -> {
            World world = new World(seed, replay);
            world.run(() -> story.accept(world));
        });
    }

    /** Everything at once: loss, duplication, reordering, cuts, power cuts and restarts of the receiver, slow disks. */
    @Test
    void whatArrivesIsWhatWasOffered() {
        long[] seen = new long[4];
        story("whatArrivesIsWhatWasOffered", 150, world -> {
            SimEntropy random = world.entropy("story");
            world.net().setUsual(new SimNet.Link(random.between(MILLI / 10, 5 * MILLI),
                    random.nextDouble() * 0.2, random.nextDouble() * 0.2));
            TransferStore sender = new TransferStore(world, 1, options());
            TransferStore receiver = new TransferStore(world, 2, options());
            sender.start();
            receiver.start();
            Map<String, byte[]> files = files(random, 5, 8_000);
            byte[] offer = sender.offer(7, files);
            Fetched fetched = null;
            for (int attempt = 0; fetched == null; attempt++) {
                if (random.chance(0.3)) {
                    receiver.disk.plan(new FaultPlan().sometimes(0.05, random.fork("stalls " + attempt), _ -> true,
                            new Fault.Stall(random.between(MILLI, 20 * MILLI))));
                }
                boolean disturbed = attempt < 6;
                fetched = receiver.fetch(1, offer, disturbed ? random.between(0, 200 * MILLI) : 600 * SECOND);
                if (fetched == null) {
                    switch ((int) random.between(0, 2)) {
                        case 0 -> receiver.powerCycle();
                        case 1 -> receiver.restart();
                        default -> {
                            world.net().cut(random.chance(0.5) ? 1 : 2, random.chance(0.5) ? 1 : 2);
                            pause(world, random.between(0, 2 * SECOND));
                            world.net().heal();
                        }
                    }
                    seen[0]++;
                }
            }
            assertNull(fetched.failure());
            SnapshotTransferStats stats = receiver.transfer.stats();
            seen[1] += stats.piecesResumed();
            seen[2] += stats.piecesAskedAgain();
            seen[3] += stats.piecesUnwanted();
            receiver.disk.plan(FaultPlan.none());
            receiver.disk.cutPower(); // it was promised to be durable
            assertSame(files, receiver.files(fetched.directory()));
            receiver.start();

            Fetched again = receiver.fetch(1, offer, 60 * SECOND);
            assertEquals(fetched.directory(), again.directory());
            assertSame(files, receiver.files(again.directory()));
            receiver.transfer.discard(again.directory());
            sender.transfer.release(offer);
            pause(world, 120 * SECOND);
            assertTrue(receiver.isClean(), "left: " + receiver.disk.bytes().list(TransferStore.DIRECTORY));
            assertTrue(sender.isClean(), "left: " + sender.disk.bytes().list(TransferStore.DIRECTORY));
        });
        System.out.println("snapshot transfers: %d disturbances, %d pieces kept over them, %d asked again, %d twice"
                .formatted(seen[0], seen[1], seen[2], seen[3]));
    }

    @Test
    void aSenderThatStartedAnewDoesNotKnowTheOfferAndThePartGoes() {
        story("aSenderThatStartedAnewDoesNotKnowTheOfferAndThePartGoes", 20, world -> {
            SimEntropy random = world.entropy("story");
            TransferStore sender = new TransferStore(world, 1, options().withBounds(4, 20_000, 0));
            TransferStore receiver = new TransferStore(world, 2, options());
            sender.start();
            receiver.start();
            byte[] offer = sender.offer(7, Map.of("a", bytes(random, 30_000), "EXPORT", bytes(random, 10)));
            assertNull(receiver.fetch(1, offer, 300 * MILLI));
            sender.powerCycle();
            assertTrue(sender.isClean(), "the export of an earlier life is of no use");
            Fetched ended = receiver.fetch(1, offer, 60 * SECOND);
            assertEquals(FailureCode.FILE_NOT_FOUND, ended.failure().code());
            assertTrue(receiver.isClean());
        });
    }

    @Test
    void silenceEndsAFetchAndALaterOneGoesOn() {
        story("silenceEndsAFetchAndALaterOneGoesOn", 20, world -> {
            SimEntropy random = world.entropy("story");
            TransferStore sender = new TransferStore(world, 1, options().withBounds(4, 20_000, 0));
            TransferStore receiver = new TransferStore(world, 2, options());
            sender.start();
            receiver.start();
            Map<String, byte[]> files = Map.of("a", bytes(random, 20_000), "EXPORT", bytes(random, 10));
            byte[] offer = sender.offer(7, files);
            assertNull(receiver.fetch(1, offer, 500 * MILLI));
            world.net().cut(1, 2);
            Fetched ended = receiver.fetch(1, offer, 60 * SECOND);
            assertEquals(FailureCode.TIMEOUT, ended.failure().code());
            world.net().heal();
            Fetched done = receiver.fetch(1, offer, 60 * SECOND);
            assertSame(new TreeMap<>(files), receiver.files(done.directory()));
            assertTrue(receiver.transfer.stats().piecesResumed() > 0, "began anew");
        });
    }

    @Test
    void aReleasedOfferIsThereForThoseWhoBegan() {
        story("aReleasedOfferIsThereForThoseWhoBegan", 20, world -> {
            SimEntropy random = world.entropy("story");
            TransferStore sender = new TransferStore(world, 1, options().withBounds(4, 20_000, 0));
            TransferStore receiver = new TransferStore(world, 2, options());
            TransferStore late = new TransferStore(world, 3, options());
            sender.start();
            receiver.start();
            late.start();
            Map<String, byte[]> files = Map.of("a", bytes(random, 20_000), "EXPORT", bytes(random, 10));
            byte[] offer = sender.offer(7, files);
            Promise<String> going = receiver.transfer.fetch(1, offer);
            pause(world, 300 * MILLI);
            sender.transfer.release(offer);
            assertEquals(FailureCode.FILE_NOT_FOUND, late.fetch(1, offer, 60 * SECOND).failure().code());
            assertSame(new TreeMap<>(files), receiver.files(going.await()));
            pause(world, 60 * SECOND);
            assertTrue(sender.isClean());
        });
    }

    @Test
    void anOfferNobodyAsksForIsWithdrawn() {
        story("anOfferNobodyAsksForIsWithdrawn", 5, world -> {
            TransferStore sender = new TransferStore(world, 1, options());
            sender.start();
            sender.offer(7, files(world.entropy("story"), 3, 1_000));
            pause(world, 10 * SECOND);
            assertEquals(1, sender.transfer.stats().offers());
            pause(world, 60 * SECOND);
            assertEquals(0, sender.transfer.stats().offers());
            assertEquals(1, sender.transfer.stats().offersExpired());
            assertTrue(sender.isClean());
        });
    }

    @Test
    void aFullDiskIsSaidAndCleanedUp() {
        story("aFullDiskIsSaidAndCleanedUp", 40, world -> {
            SimEntropy random = world.entropy("story");
            boolean known = random.chance(0.5);
            TransferStore sender = new TransferStore(world, 1, options());
            TransferStore receiver = known
                    ? new TransferStore(world, 2, options().withBounds(4, 0, 5_000), new MemVfs(20_000))
                    : new TransferStore(world, 2, options());
            sender.start();
            receiver.start();
            byte[] offer = sender.offer(7, Map.of("a", bytes(random, 16_000), "EXPORT", bytes(random, 10)));
            if (!known) {
                receiver.disk.plan(new FaultPlan().nth(random.between(1, 30), true,
                        call -> call.op() == DiskCall.Op.WRITE, FaultyVfs.noSpace()));
            }
            Fetched ended = receiver.fetch(1, offer, 60 * SECOND);
            assertEquals(FailureCode.NO_SPACE, ended.failure().code(), ended.failure().getMessage());
            receiver.disk.plan(FaultPlan.none());
            assertTrue(receiver.isClean(), "left: " + receiver.disk.bytes().list(TransferStore.DIRECTORY));
        });
    }

    /** A byte of the export changes after its checksums were taken, or a call fails: the receiver is told, and gets nothing. */
    @Test
    void damageAndFailuresOfTheSendersDiskAreTold() {
        story("damageAndFailuresOfTheSendersDiskAreTold", 30, world -> {
            SimEntropy random = world.entropy("story");
            TransferStore sender = new TransferStore(world, 1, options().withBounds(4, 10_000, 0));
            TransferStore receiver = new TransferStore(world, 2, options());
            sender.start();
            receiver.start();
            byte[] offer = sender.offer(7, Map.of("a", bytes(random, 20_000), "EXPORT", bytes(random, 10)));
            assertNull(receiver.fetch(1, offer, 400 * MILLI));
            boolean rots = random.chance(0.5);
            if (rots) {
                sender.disk.bytes().damage(TransferStore.DIRECTORY + "/out-7-1/a", 19_000, 1 << random.between(0, 7));
            } else {
                sender.disk.plan(new FaultPlan().nth(1, true, call -> call.op() == DiskCall.Op.READ,
                        FaultyVfs.ioError()));
            }
            Fetched ended = receiver.fetch(1, offer, 60 * SECOND);
            assertNotNull(ended.failure());
            assertEquals(rots ? FailureCode.CORRUPTION : FailureCode.IO_ERROR, ended.failure().code());
        });
    }

    /** What was fetched before a crash is believed only where it matches. */
    @Test
    void damageOfAPartIsFetchedAnew() {
        story("damageOfAPartIsFetchedAnew", 30, world -> {
            SimEntropy random = world.entropy("story");
            TransferStore sender = new TransferStore(world, 1, options().withBounds(4, 20_000, 0));
            TransferStore receiver = new TransferStore(world, 2, options());
            sender.start();
            receiver.start();
            Map<String, byte[]> files = Map.of("a", bytes(random, 20_000), "EXPORT", bytes(random, 10));
            byte[] offer = sender.offer(7, files);
            assertNull(receiver.fetch(1, offer, 600 * MILLI));
            receiver.restart();
            String part = receiver.disk.bytes().list(TransferStore.DIRECTORY).getFirst();
            receiver.disk.bytes().damage(TransferStore.DIRECTORY + "/" + part + "/a", random.between(0, 1_000), 1);
            Fetched done = receiver.fetch(1, offer, 60 * SECOND);
            assertSame(new TreeMap<>(files), receiver.files(done.directory()));
            assertTrue(receiver.transfer.stats().piecesResumed() > 0, "began anew");
        });
    }

    @Test
    void fetchesAreBoundedInNumberAndSpeed() {
        story("fetchesAreBoundedInNumberAndSpeed", 5, world -> {
            SimEntropy random = world.entropy("story");
            TransferStore sender = new TransferStore(world, 1, options());
            TransferStore receiver = new TransferStore(world, 2, options().withBounds(2, 10_000, 0));
            sender.start();
            receiver.start();
            List<Promise<String>> going = new ArrayList<>();
            byte[][] offers = new byte[3][];
            for (int i = 0; i < 3; i++) {
                offers[i] = sender.offer(i, Map.of("a", bytes(random, 10_000)));
            }
            long began = world.nowNanos();
            going.add(receiver.transfer.fetch(1, offers[0]));
            going.add(receiver.transfer.fetch(1, offers[1]));
            assertTrue(going.get(0) == receiver.transfer.fetch(1, offers[0]), "one fetch of one offer");
            Fetched third = receiver.fetch(1, offers[2], SECOND);
            assertEquals(FailureCode.OVERLOADED, third.failure().code());
            going.forEach(Promise::await);
            assertTrue(world.nowNanos() - began >= 18 * SECOND / 10, "20 KB came in "
                    + (world.nowNanos() - began) / MILLI + " ms at 10 KB/s");
            assertNull(receiver.fetch(1, offers[2], 60 * SECOND).failure());
        });
    }

    @Test
    void closingEndsFetches() {
        story("closingEndsFetches", 10, world -> {
            SimEntropy random = world.entropy("story");
            TransferStore sender = new TransferStore(world, 1, options().withBounds(4, 10_000, 0));
            TransferStore receiver = new TransferStore(world, 2, options());
            sender.start();
            receiver.start();
            byte[] offer = sender.offer(7, Map.of("a", bytes(random, 20_000)));
            assertNull(receiver.fetch(1, offer, random.between(0, 600 * MILLI)));
            Promise<String> going = receiver.transfer.fetch(1, offer);
            receiver.transfer.close();
            while (!going.isDone()) {
                pause(world, MILLI);
            }
            assertEquals(FailureCode.CLOSED, receiver.fetch(1, offer, SECOND).failure().code());
        });
    }
}

package io.nokv.sim.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.sim.world.Knobs;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The disk does to its users what it was told to, and nothing else. */
class SimDiskTest {
    private static final byte[] TEXT = "the quick brown fox jumps over the lazy dog".getBytes();

    /** Runs {@code story} on a process with a disk, in a world of its own. */
    private static void onDisk(long seed, BiConsumer<SimDisk, SimNode> story) {
        World world = new World(seed, Knobs.calm(), "none", null);
        world.run(() -> {
            SimDisk disk = new SimDisk(world, "d");
            SimNode node = disk.boot("p");
            node.scheduler().start("user", () -> story.accept(disk, node)).await();
        });
    }

    private static void write(Vfs vfs, String path, byte[] bytes) {
        try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE_OR_TRUNCATE)) {
            VfsIo.writeFully(file, 0, ByteBuffer.wrap(bytes));
            file.sync();
        }
    }

    private static FailureCode codeOf(Runnable call) {
        return assertThrows(NokvException.class, call::run).code();
    }

    @Test
    void wholeTransfersSurviveShortOnes() {
        onDisk(1, (disk, node) -> {
            disk.plan(new FaultPlan().nth(1, true,
                    c -> c.op() == DiskCall.Op.READ || c.op() == DiskCall.Op.WRITE, new Fault.Short()));
            write(node.ports().vfs(), "f", TEXT);
            assertArrayEquals(TEXT, VfsIo.readAll(node.ports().vfs(), "f"));
            assertTrue(disk.faults() > 4, "only " + disk.faults() + " short transfers");
        });
    }

    @Test
    void replacingAFileIsAllOrNothingAtEveryCall() {
        for (int cut = 1; cut <= 20; cut++) {
            for (boolean after : new boolean[]{false, true}) {
                replaceWithCut(cut, after);
            }
        }
    }

    private static void replaceWithCut(int cut, boolean after) {
        World world = new World(cut, "none");
        byte[] newer = "newer content, and longer than what was there before it".getBytes();
        world.run(() -> {
            SimDisk disk = new SimDisk(world, "d");
            SimNode first = disk.boot("p");
            first.scheduler().start("old", () -> VfsIo.replace(first.ports().vfs(), "", "f", TEXT)).await();
            disk.plan(new FaultPlan().atCall(disk.calls() + cut, new Fault.PowerCut(after)));
            boolean[] acknowledged = {false};
            Promise<Void> end = world.driver().scheduler().promise();
            first.scheduler().execute("new", () -> {
                VfsIo.replace(first.ports().vfs(), "", "f", newer);
                acknowledged[0] = true;
                end.complete(null);
            });
            disk.powerLost().whenDone((_, _) -> end.complete(null));
            end.await();
            if (first.isAlive()) {
                disk.cutPower();
            }
            byte[] found = VfsIo.readAll(disk.bytes(), "f");
            assertArrayEquals(acknowledged[0] || found.length == newer.length ? newer : TEXT, found);
        });
    }

    @Test
    void theNthCallIsRefusedOnceOrForEver() {
        onDisk(2, (disk, node) -> {
            Vfs vfs = node.ports().vfs();
            disk.plan(new FaultPlan().nth(2, false, c -> c.op() == DiskCall.Op.SYNC_DIRECTORY, FaultyVfs.ioError()));
            vfs.syncDir("");
            assertEquals(FailureCode.IO_ERROR, codeOf(() -> vfs.syncDir("")));
            vfs.syncDir("");
            disk.plan(new FaultPlan().nth(1, true, c -> c.path().equals("full"), FaultyVfs.noSpace()));
            assertEquals(FailureCode.NO_SPACE, codeOf(() -> write(vfs, "full", TEXT)));
            assertEquals(FailureCode.NO_SPACE, codeOf(() -> write(vfs, "full", TEXT)));
            write(vfs, "other", TEXT);
        });
    }

    @Test
    void aSyncThatFailedOnlyPretendsAfterwards() {
        World world = new World(3, Knobs.calm(), "none", null);
        world.run(() -> {
            int lost = 0;
            for (int round = 0; round < 20; round++) {
                SimDisk disk = new SimDisk(world, "d" + round);
                SimNode node = disk.boot("p" + round);
                node.scheduler().start("user", () -> {
                    Vfs vfs = node.ports().vfs();
                    write(vfs, "f", new byte[TEXT.length]);
                    vfs.syncDir("");
                    disk.plan(new FaultPlan().nth(1, false, c -> c.op() == DiskCall.Op.SYNC, FaultyVfs.ioError()));
                    VfsFile file = vfs.open("f", Vfs.Mode.READ_WRITE);
                    VfsIo.writeFully(file, 0, ByteBuffer.wrap(TEXT));
                    assertEquals(FailureCode.IO_ERROR, codeOf(file::sync));
                    file.sync();
                }).await();
                disk.cutPower();
                lost += java.util.Arrays.equals(TEXT, VfsIo.readAll(disk.bytes(), "f")) ? 0 : 1;
            }
            assertTrue(lost > 0, "the second sync was believed");
        });
    }

    @Test
    void rotChangesOneStoredBitForGood() {
        onDisk(4, (disk, node) -> {
            Vfs vfs = node.ports().vfs();
            write(vfs, "f", TEXT);
            disk.plan(new FaultPlan().nth(1, false, c -> c.op() == DiskCall.Op.READ, new Fault.Rot()));
            byte[] first = VfsIo.readAll(vfs, "f");
            byte[] second = VfsIo.readAll(vfs, "f");
            assertArrayEquals(first, second);
            int bits = 0;
            for (int i = 0; i < TEXT.length; i++) {
                bits += Integer.bitCount((first[i] ^ TEXT[i]) & 0xFF);
            }
            assertEquals(1, bits);
        });
    }

    @Test
    void callsTakeTimeAndOthersRunMeanwhile() {
        World world = new World(5, new Knobs(0.5, 100, 1, 1_000_000, 5_000_000, 0, 0, 1_000_000), "none", null);
        world.run(() -> {
            SimDisk disk = new SimDisk(world, "d");
            SimNode node = disk.boot("p");
            List<String> order = new ArrayList<>();
            List<Promise<Void>> ends = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                ends.add(node.scheduler().start(name, () -> {
                    order.add("begin");
                    write(node.ports().vfs(), name, TEXT);
                    order.add("end");
                }));
            }
            ends.forEach(Promise::await);
            assertEquals(List.of("begin", "begin", "begin", "begin"), order.subList(0, 4));
            assertTrue(world.nowNanos() > 1_000_000);
        });
    }

    @Test
    void theLocksOfADeadProcessAreFree() {
        World world = new World(6, Knobs.calm(), "none", null);
        world.run(() -> {
            SimDisk disk = new SimDisk(world, "d");
            SimNode first = disk.boot("p");
            first.scheduler().start("user", () -> {
                first.ports().vfs().lock("LOCK");
                assertEquals(FailureCode.LOCKED, codeOf(() -> first.ports().vfs().lock("LOCK")));
            }).await();
            assertThrows(IllegalStateException.class, () -> disk.boot("p"));
            first.kill();
            SimNode second = disk.boot("p");
            second.scheduler().start("user", () -> second.ports().vfs().lock("LOCK")).await();
        });
    }

    @Test
    void whatIsWrittenIsInTheTrace() {
        long[] hashes = new long[3];
        for (int i = 0; i < 3; i++) {
            byte[] content = i == 2 ? "THE quick brown fox jumps over the lazy dog".getBytes() : TEXT;
            int at = i;
            World world = new World(7, Knobs.calm(), "none", null);
            world.run(() -> {
                SimDisk disk = new SimDisk(world, "d");
                SimNode node = disk.boot("p");
                node.scheduler().start("user", () -> write(node.ports().vfs(), "f", content)).await();
            });
            hashes[at] = world.trace().hash();
        }
        assertEquals(hashes[0], hashes[1]);
        assertNotEquals(hashes[0], hashes[2]);
        assertFalse(hashes[0] == 0);
    }
}

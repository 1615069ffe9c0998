package io.nokv.lsm.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.TestWorld;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MemVfsTest implements VfsConformance {
    @Override
    public Vfs vfs() {
        return new MemVfs();
    }

    private static void put(Vfs vfs, String path, int fill, int size, boolean sync) {
        try (VfsFile file = vfs.open(path, vfs.exists(path) ? Vfs.Mode.READ_WRITE : Vfs.Mode.CREATE_NEW)) {
            byte[] bytes = new byte[size];
            Arrays.fill(bytes, (byte) fill);
            VfsIo.writeFully(file, 0, ByteBuffer.wrap(bytes));
            if (sync) {
                file.sync();
            }
        }
    }

    @Test
    void aMachineThatLostItsPowerDoesNothingMore() {
        MemVfs disk = new MemVfs();
        Vfs machine = disk.machine();
        put(machine, "a", 7, 10, true);
        machine.syncDir("");
        disk.crash(new TestWorld.Seeded(1));
        Vfs next = disk.machine();
        List<Executable> calls = List.of(() -> machine.open("new", Vfs.Mode.CREATE_NEW),
                () -> machine.open("a", Vfs.Mode.READ),
                () -> machine.makeDirectories("d"), () -> machine.list(""), () -> machine.exists("a"),
                () -> machine.size("a"),
                () -> machine.rename("a", "b"), () -> machine.link("a", "b"), () -> machine.delete("a"),
                () -> machine.syncDir(""),
                () -> machine.lock("LOCK"), machine::freeBytes);
        for (Executable call : calls) {
            assertEquals(FailureCode.IO_ERROR, assertThrows(NokvException.class, call).code());
        }
        assertEquals(List.of("a"), next.list(""));
        put(next, "b", 8, 10, true);
        assertEquals(List.of("a", "b"), disk.list(""));
    }

    @Test
    void whatIsSyncedSurvives() {
        TestWorld.seeded(getClass(), random -> {
            for (int run = 0; run < 100; run++) {
                MemVfs vfs = new MemVfs();
                vfs.makeDirectories("d");
                vfs.syncDir("");
                put(vfs, "d/a", 7, 3000, true);
                vfs.syncDir("d");
                vfs.crash(random);
                byte[] bytes = VfsIo.readAll(vfs, "d/a");
                assertEquals(3000, bytes.length);
                for (byte b : bytes) {
                    assertEquals(7, b);
                }
            }
        });
    }

    /** Over many crashes, an un-synced overwrite is seen kept, dropped, mixed by sector and torn within one. */
    @Test
    void unsyncedSectorsAreKeptDroppedOrTorn() {
        TestWorld.seeded(getClass(), random -> {
            Set<String> outcomes = new TreeSet<>();
            for (int run = 0; run < 300; run++) {
                MemVfs vfs = new MemVfs();
                put(vfs, "a", 1, 2048, true);
                vfs.syncDir("");
                put(vfs, "a", 2, 2048, false);
                vfs.crash(random);
                byte[] bytes = VfsIo.readAll(vfs, "a");
                Set<Integer> values = new TreeSet<>();
                boolean torn = false;
                for (int i = 0; i < bytes.length; i++) {
                    assertTrue(bytes[i] == 1 || bytes[i] == 2);
                    values.add((int) bytes[i]);
                    torn |= i % 512 != 0 && bytes[i] != bytes[i - 1];
                }
                outcomes.add(values.size() == 2 ? torn ? "torn" : "mixed" : values.contains(1) ? "dropped" : "kept");
            }
            assertEquals(Set.of("kept", "dropped", "mixed", "torn"), outcomes);
        });
    }

    @Test
    void unsyncedLengthIsNewOrOld() {
        TestWorld.seeded(getClass(), random -> {
            Set<Long> sizes = new TreeSet<>();
            for (int run = 0; run < 100; run++) {
                MemVfs vfs = new MemVfs();
                put(vfs, "a", 1, 100, true);
                vfs.syncDir("");
                put(vfs, "a", 2, 100_000, false);
                vfs.crash(random);
                sizes.add(vfs.size("a"));
            }
            assertEquals(Set.of(100L, 100_000L), sizes);
        });
    }

    /** Names appear in order: the second never without the first, the temporary never gone without its new name. */
    @Test
    void unsyncedNamesSurviveInOrder() {
        TestWorld.seeded(getClass(), random -> {
            Set<String> outcomes = new LinkedHashSet<>();
            for (int run = 0; run < 200; run++) {
                MemVfs vfs = new MemVfs();
                put(vfs, "old", 1, 10, true);
                vfs.syncDir("");
                put(vfs, "one", 1, 10, true);
                put(vfs, "two", 2, 10, true);
                vfs.rename("two", "old");
                vfs.delete("one");
                vfs.crash(random);
                outcomes.add(vfs.list("") + (VfsIo.readAll(vfs, "old")[0] == 2 ? " replaced" : ""));
            }
            assertEquals(new TreeSet<>(Set.of("[old]", "[old, one]", "[old, one, two]", "[old, one] replaced",
                    "[old] replaced")), new TreeSet<>(outcomes));
        });
    }

    @Test
    void aRenameBetweenDirectoriesIsWhole() {
        TestWorld.seeded(getClass(), random -> {
            for (int run = 0; run < 200; run++) {
                MemVfs vfs = new MemVfs();
                vfs.makeDirectories("a");
                vfs.makeDirectories("b");
                vfs.syncDir("");
                put(vfs, "a/f", 1, 10, true);
                vfs.syncDir("a");
                vfs.rename("a/f", "b/f");
                if (random.nextInt(2) == 0) {
                    vfs.syncDir(random.nextInt(2) == 0 ? "a" : "b");
                    vfs.crash(random);
                    assertTrue(vfs.exists("b/f") && !vfs.exists("a/f"));
                } else {
                    vfs.crash(random);
                    assertTrue(vfs.exists("b/f") != vfs.exists("a/f"));
                }
            }
        });
    }

    @Test
    void aCrashTakesHandlesAndLocks() throws Exception {
        MemVfs vfs = new MemVfs();
        AutoCloseable before = vfs.lock("LOCK");
        VfsFile file = vfs.open("a", Vfs.Mode.CREATE_NEW);
        vfs.crash(new TestWorld.Seeded(1));
        assertThrows(NokvException.class, () -> file.read(0, ByteBuffer.allocate(1)));
        AutoCloseable after = vfs.lock("LOCK");
        before.close();
        assertThrows(NokvException.class, () -> vfs.lock("LOCK"));
        after.close();
    }
}

package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bits rot in the files of a store that was closed in good order: it is found and named, or it changes nothing. */
class DamageTest {
    private static final EngineOptions OPTIONS = EngineOptions.tiny().withMemtableBytes(2_500);

    @Test
    void flippedBits() {
        TestWorld.seeded(getClass(), random -> {
            Found found = new Found();
            for (int run = 0; run < 3; run++) {
                Store store = new Store(random);
                for (String name : store.files.keySet()) {
                    int length = store.used(name);
                    for (int i = 0; i < 25; i++) {
                        store.flip(name, random.nextInt(length), 1 << random.nextInt(8), found);
                    }
                }
            }
            assertTrue(found.detected > found.harmless, found::toString);
        });
    }

    @Test
    void zeroedSectors() {
        TestWorld.seeded(getClass(), random -> {
            Found found = new Found();
            for (int run = 0; run < 3; run++) {
                Store store = new Store(random);
                for (String name : store.files.keySet()) {
                    // Zeros at the end of the log are what a log that ends there looks like.
                    int length = name.endsWith(".wal") ? store.used(name) - 600 : store.used(name);
                    for (int i = 0; i < 6 && length > 0; i++) {
                        int sector = random.nextInt(length) / 512 * 512;
                        store.judge(name + " zeroed at " + sector, found, vfs -> zero(vfs, "db/" + name, sector));
                    }
                }
            }
            assertTrue(found.detected > found.harmless, found::toString);
        });
    }

    @Test
    void missingAndShortenedTables() {
        TestWorld.seeded(getClass(), random -> {
            Found found = new Found();
            Store store = new Store(random);
            for (String name : store.files.keySet()) {
                if (!name.endsWith(".wal")) {
                    store.judge(name + " missing", found, vfs -> vfs.delete("db/" + name));
                    // More than the padding of a manifest's last record.
                    int left = random.nextInt(store.files.get(name).length - 8);
                    // Of a manifest the last changes may be lost where the log still holds what they were made of.
                    boolean mayBeMadeUpFor = name.startsWith("MANIFEST");
                    store.judge(name + " shortened to " + left, mayBeMadeUpFor ? new Found() : found, vfs -> {
                        try (VfsFile file = vfs.open("db/" + name, Vfs.Mode.READ_WRITE)) {
                            file.truncate(left);
                        }
                    });
                }
            }
            assertEquals(0, found.harmless, found::toString);
        });
    }

    @Test
    @Tag("slow")
    void everyBitOfEveryFile() {
        TestWorld.seeded(getClass(), random -> {
            Found found = new Found();
            Store store = new Store(random);
            for (String name : store.files.keySet()) {
                for (int offset = 0; offset < store.used(name); offset++) {
                    store.flip(name, offset, 1 << random.nextInt(8), found);
                }
            }
            System.out.println(found);
        });
    }

    private static void zero(Vfs vfs, String path, long sector) {
        try (VfsFile file = vfs.open(path, Vfs.Mode.READ_WRITE)) {
            int count = (int) Math.min(512, file.size() - sector);
            VfsIo.writeFully(file, sector, ByteBuffer.allocate(count));
        }
    }

    private static final class Found {
        private int detected;
        private int harmless;

        @Override
        public String toString() {
            return detected + " detected, " + harmless + " harmless";
        }
    }

    /** A store of a few tables, a manifest with changes and a log with batches in it. */
    private static final class Store {
        private final TreeMap<String, byte[]> files = new TreeMap<>();
        private final Workload workload;

        Store(TestWorld.Seeded random) {
            MemVfs disk = new MemVfs();
            workload = new Workload(random, 80, OPTIONS);
            workload.run(disk, random);
            Set<String> inUse = dataOf(disk);
            if (disk.list("db").stream().anyMatch(name -> name.endsWith(".sst") && !inUse.contains(name))) {
                // Either of no use any more, or ingested and named by the log alone: a flush tells them apart.
                try (Engine engine = Engine.open("db", OPTIONS,
                        TestWorld.ports(disk, new StepScheduler(new TestWorld.Seeded(1))))) {
                    engine.flush();
                }
                inUse.clear();
                inUse.addAll(dataOf(disk));
            }
            for (String name : disk.list("db")) {
                // Tables and value files nobody names any more may lie there until the next opening: they do not matter.
                boolean matters = !name.equals("LOCK") && !name.endsWith(".spare");
                if (matters && (!isData(name) || inUse.contains(name))) {
                    files.put(name, VfsIo.readAll(disk, "db/" + name));
                }
            }
        }

        private static boolean isData(String name) {
            return name.endsWith(".sst") || name.endsWith(".vlog");
        }

        private static void write(MemVfs to, String name, byte[] content) {
            try (VfsFile file = to.open("db/" + name, Vfs.Mode.CREATE_NEW)) {
                VfsIo.writeFully(file, 0, ByteBuffer.wrap(content));
                file.sync();
            }
        }

        private static Set<String> dataOf(MemVfs disk) {
            Set<String> named = new TreeSet<>();
            VersionEdit whole = VersionEdit.fold(Manifest.recover(disk, "db").edits());
            whole.added().forEach(added -> named.add(String.format("%06d.sst", added.table().number())));
            whole.addedValues().forEach(file -> named.add(String.format("%06d.vlog", file.number())));
            return named;
        }

        /** Bytes that mean something. A log segment goes on with zeros, or with records of an earlier life. */
        int used(String name) {
            byte[] bytes = files.get(name);
            if (!name.endsWith(".wal")) {
                return bytes.length;
            }
            int lastRecord = 0;
            for (int at = 0; at < bytes.length; at += 8) {
                lastRecord = Arrays.equals(bytes, at, at + 4, bytes, 0, 4) ? at : lastRecord;
            }
            return lastRecord + 25;
        }

        void flip(String name, int offset, int mask, Found found) {
            judge(name + " flipped at " + offset + " by " + mask, found, vfs -> vfs.damage("db/" + name, offset, mask));
        }

        void judge(String what, Found found, Consumer<MemVfs> damage) {
            MemVfs copy = new MemVfs();
            copy.makeDirectories("db");
            files.forEach((name, content) -> write(copy, name, content));
            damage.accept(copy);
            String damaged = what.substring(0, what.indexOf(' '));
            StepScheduler scheduler = new StepScheduler(new TestWorld.Seeded(1));
            try (Engine engine = Engine.open("db", workload.options(), TestWorld.ports(copy, scheduler))) {
                workload.checkComplete(engine);
                if (damaged.endsWith(".sst")) {
                    assertTrue(engine.verify().tables() > 0);
                }
                found.harmless++;
            } catch (NokvException e) {
                found.detected++;
                assertTrue(e.code() == FailureCode.CORRUPTION || e.code() == FailureCode.UNSUPPORTED_VERSION,
                        () -> what + ": " + e);
                assertTrue(e.getMessage().contains("offset") && e.getMessage().startsWith("db/"),
                        () -> what + ": " + e);
                boolean named = e.getMessage().contains(damaged) || !isData(damaged);
                assertTrue(named, () -> what + " is blamed on another file: " + e);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(what + ": " + e, e);
            }
        }
    }
}

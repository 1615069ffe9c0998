package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.wal.LogHold;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bits rot in the files of a store that was closed in good order: it is found and named, or it changes nothing. */
class DamageTest {
    /** The record that a log closed in good order ends with, without padding. */
    private static final int CLOSED_RECORD_BYTES = 25;
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
            System.out.println(store.files.keySet() + ": " + found);
        });
    }

    @Test
    void whileTheStoreIsOpen() {
        TestWorld.seeded(getClass(), random -> new OpenStore(random).flip(1 + random.nextInt(397), 397));
    }

    @Test
    @Tag("slow")
    void everyByteWhileTheStoreIsOpen() {
        TestWorld.seeded(getClass(), random -> System.out.println(new OpenStore(random).flip(0, 1)));
    }

    /** Rot in files that were exported: none of their rows comes in. */
    @Test
    void whatWasExported() {
        TestWorld.seeded(getClass(), random -> flipExport(random, 1 + random.nextInt(13), 13));
    }

    @Test
    @Tag("slow")
    void everyByteOfWhatWasExported() {
        TestWorld.seeded(getClass(), random -> System.out.println(flipExport(random, 0, 1)));
    }

    private static Found flipExport(TestWorld.Seeded random, int first, int step) {
        MemVfs disk = new MemVfs();
        Found found = new Found();
        try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(disk, new StepScheduler(random)))) {
            for (int i = 0; i < 200; i++) {
                engine.write(new WriteBatch().put(Family.WRITE, TestWorld.b("key" + i), new byte[random.nextInt(40)]),
                        Durability.BUFFERED);
            }
            engine.export("export", Set.of(Family.WRITE), new Range(TestWorld.b("key1"), TestWorld.b("key7")), null);
            for (String name : disk.list("export")) {
                String path = "export/" + name;
                for (int at = first; at < disk.size(path); at += step) {
                    int mask = 1 << random.nextInt(8);
                    disk.damage(path, at, mask);
                    String what = path + " flipped at " + at + " by " + mask;
                    NokvException refused = assertThrows(NokvException.class,
                            () -> engine.ingest("export", Ingest.COPIED), what);
                    assertTrue(refused.code() == FailureCode.CORRUPTION
                            || refused.code() == FailureCode.UNSUPPORTED_VERSION, () -> what + ": " + refused);
                    assertTrue(refused.getMessage().startsWith(path), () -> what + ": " + refused);
                    disk.damage(path, at, mask);
                    found.detected++;
                }
            }
            assertEquals(200, engine.visibleSequence());
            assertEquals(201, engine.ingest("export", Ingest.LINKED));
        }
        return found;
    }

    /** A store with something in every kind of file, in use. */
    private static final class OpenStore {
        private final TestWorld.Seeded random;
        private final MemVfs disk = new MemVfs();
        private final Engine engine;

        OpenStore(TestWorld.Seeded random) {
            this.random = random;
            Workload workload = new Workload(random, 80, OPTIONS);
            workload.run(disk, random);
            engine = Engine.open("db", workload.options(), TestWorld.ports(disk, new StepScheduler(random)));
            for (int i = 0; i < 12; i++) {
                engine.write(new WriteBatch().put(Family.LOCK, TestWorld.b("late/" + i), new byte[70 + i])
                        .deleteRange(Family.WRITE, TestWorld.b("key/" + i), TestWorld.b("key/" + i + "0")),
                        Durability.FSYNC);
                if (i == 8) {
                    engine.flush();
                }
            }
        }

        /** Each byte of each file, one at a time, is changed and changed back. */
        Found flip(int first, int step) {
            Found found = new Found();
            Engine.Verified whole = engine.verify();
            assertTrue(whole.tables() > 0 && whole.valueFiles() > 0 && whole.segments() > 0, whole::toString);
            Set<String> kinds = new TreeSet<>();
            Set<String> data = Store.dataOf(disk);
            String firstSegment = String.format("%06d.wal", engine.stats().log().kept().holds().stream()
                    .mapToLong(LogHold::segment).filter(segment -> segment > 0).min().orElseThrow());
            for (String name : disk.list("db")) {
                // What nobody needs any more may lie there until background work comes to it.
                boolean gone = name.endsWith(".wal")
                        ? name.compareTo(firstSegment) < 0
                        : Store.isData(name) && !data.contains(name);
                if (gone) {
                    continue;
                }
                String path = "db/" + name;
                int length = written(name, VfsIo.readAll(disk, path));
                // However short a file is, something of it is changed.
                for (int at = length == 0 ? 0 : first % length; at < length; at += step) {
                    int mask = 1 << random.nextInt(8);
                    disk.damage(path, at, mask);
                    String what = path + " flipped at " + at + " by " + mask;
                    NokvException damage = assertThrows(NokvException.class, engine::verify, what);
                    assertTrue(damage.code() == FailureCode.CORRUPTION
                            || damage.code() == FailureCode.UNSUPPORTED_VERSION, () -> what + ": " + damage);
                    assertTrue(damage.getMessage().startsWith(path) || name.equals("CURRENT"),
                            () -> what + ": " + damage);
                    disk.damage(path, at, mask);
                    found.detected++;
                    kinds.add(name.substring(Math.max(0, name.indexOf('.'))));
                }
            }
            assertTrue(kinds.containsAll(Set.of(".sst", ".vlog", ".wal")), kinds::toString);
            assertEquals(whole, engine.verify());
            engine.close();
            return found;
        }

        /** Bytes that the store has put there: all, but a log segment is allocated ahead, and a spare one holds nothing. */
        private static int written(String name, byte[] bytes) {
            if (name.endsWith(".spare")) {
                return 0;
            }
            int end = bytes.length;
            if (name.endsWith(".wal")) {
                ByteBuffer in = ByteBuffer.wrap(bytes);
                for (int at = 0; at + 12 < bytes.length && in.getInt(at) == in.getInt(0); at = end) {
                    end = at + (25 + in.getInt(at + 8) + 7) / 8 * 8;
                }
            }
            return end;
        }
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
            judge(name + " flipped at " + offset + " by " + mask, found, vfs -> vfs.damage("db/" + name, offset, mask),
                    opened -> isWithoutMeaning(name, offset, opened));
        }

        /**
         * Whether nothing depends on the byte: a store with all its data was opened, and it does not need the byte any more. All
         * bytes of tables, value files and CURRENT matter. A manifest is replaced at each opening, so what it says is
         * then in the next one. A segment of the log is deleted at the opening when tables hold what was in it; of the last one the record
         * at the end says only that nothing follows.
         */
        private boolean isWithoutMeaning(String name, int offset, MemVfs opened) {
            return name.startsWith("MANIFEST") || name.endsWith(".wal")
                    && (!opened.exists("db/" + name) || offset >= used(name) - CLOSED_RECORD_BYTES);
        }

        void judge(String what, Found found, Consumer<MemVfs> damage) {
            judge(what, found, damage, _ -> true);
        }

        /** @param mayBeHarmless told the files after opening, whether it does no harm that the damage is not found */
        private void judge(String what, Found found, Consumer<MemVfs> damage, Predicate<MemVfs> mayBeHarmless) {
            MemVfs copy = new MemVfs();
            copy.makeDirectories("db");
            files.forEach((name, content) -> write(copy, name, content));
            damage.accept(copy);
            String damaged = what.substring(0, what.indexOf(' '));
            StepScheduler scheduler = new StepScheduler(new TestWorld.Seeded(1));
            try (Engine engine = Engine.open("db", workload.options(), TestWorld.ports(copy, scheduler))) {
                workload.checkComplete(engine);
                engine.verify();
                found.harmless++;
                assertTrue(mayBeHarmless.test(copy), () -> what + " is of no consequence, and nothing says so");
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

package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.transfer.Checkpoint;
import io.nokv.lsm.transfer.Export;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints what checkpoints, exports, ingests and deletions of ranges take on this machine; asserts nothing about time. */
@Tag("slow")
class TransferMeasurement {
    private static final int ROWS = Integer.getInteger("nokv.measure.rows", 1_000_000);

    private static byte[] key(int i) {
        return b(String.format("mount/%04d/name-%08d", i / 1000, i));
    }

    @Test
    void rates() throws Exception {
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("nokv.measure.dir", "target")),
                "measure");
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine engine = Engine.open("db", EngineOptions.defaults(),
                        TestWorld.ports(new RealVfs(directory), scheduler))) {
            byte[] value = new byte[100];
            for (int i = 0; i < ROWS; i += 100) {
                WriteBatch batch = new WriteBatch();
                for (int j = i; j < i + 100; j++) {
                    value[j % 100] = (byte) (j * 31 >> 4);
                    batch.put(Family.WRITE, key(j), value.clone());
                }
                engine.write(batch, Durability.BUFFERED);
            }
            engine.compact(Family.WRITE, Range.ALL);
            long start = System.nanoTime();
            Checkpoint checkpoint = engine.checkpoint("copy");
            print("checkpoint of " + checkpoint.bytes() + " bytes", start);
            start = System.nanoTime();
            Export export = engine.export("export", Set.of(Family.WRITE), Range.ALL, null);
            print("export of " + export.rows() + " rows, " + export.bytes() + " bytes", start);
            for (Ingest how : new Ingest[]{Ingest.LINKED, Ingest.COPIED, Ingest.LINKED.replacing()}) {
                AtomicLong longest = new AtomicLong();
                AtomicBoolean done = new AtomicBoolean();
                Thread writer = Thread.ofPlatform().start(() -> {
                    for (int i = 0; !done.get(); i++) {
                        long from = System.nanoTime();
                        engine.write(new WriteBatch().put(Family.LOCK, key(i % 10_000), value), Durability.BUFFERED);
                        longest.accumulateAndGet(System.nanoTime() - from, Math::max);
                    }
                });
                start = System.nanoTime();
                engine.ingest("export", how);
                print("ingest, " + how, start);
                done.set(true);
                writer.join();
                System.out.printf("  the longest write beside it: %.2f ms%n", longest.get() / 1e6);
            }
            engine.compact(Family.WRITE, Range.ALL);
            scan(engine, "scan of all");
            start = System.nanoTime();
            engine.write(new WriteBatch().deleteRange(Family.WRITE, key(ROWS / 10), key(ROWS - ROWS / 10)),
                    Durability.FSYNC);
            print("deletion of 80 % of the rows", start);
            scan(engine, "scan of what is left");
            start = System.nanoTime();
            engine.compact(Family.WRITE, Range.ALL);
            print("compaction", start);
            scan(engine, "scan of what is left");
        }
    }

    private static void scan(Engine engine, String what) {
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            int rows = 0;
            try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
                for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                    rows++;
                }
            }
            print(what + ", " + rows + " rows", start);
        }
    }

    private static void print(String what, long start) {
        System.out.printf("%s: %.1f ms%n", what, (System.nanoTime() - start) / 1e6);
    }
}

package io.nokv.lsm.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.Cursor;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.WriteBatch;
import java.nio.ByteBuffer;

/**
 * What one writer leaves in the store: its n-th batch puts the n-th entry, takes away the one {@link #KEPT} before, and
 * says in another family that there are n now. So from that one number everything else follows.
 */
final class Ledger {
    private static final int KEPT = 400;

    private final int writer;

    Ledger(int writer) {
        this.writer = writer;
    }

    /** How many batches the store has; 0 at first. */
    long batches(Engine engine) {
        byte[] value = engine.get(Family.LOCAL, counterKey(), null);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    /** Returns when it survives everything. */
    void write(Engine engine, long n) {
        WriteBatch batch = new WriteBatch().put(Family.WRITE, key(n), value(n)).put(Family.LOCAL, counterKey(),
                ByteBuffer.allocate(8).putLong(n).array());
        if (n > KEPT) {
            batch.delete(Family.WRITE, key(n - KEPT));
        }
        engine.write(batch, Durability.FSYNC);
    }

    /** Nothing is missing, nothing is left over, nothing is half there. */
    void check(Engine engine, long acknowledged) {
        long n = batches(engine);
        assertTrue(n >= acknowledged,
                () -> "writer " + writer + " was told of " + acknowledged + " batches, the store has "
                        + n);
        assertTrue(n <= acknowledged + 1, () -> "writer " + writer + " wrote " + (acknowledged + 1)
                + " batches at most, the store has " + n);
        long first = Math.max(1, n - KEPT + 1);
        try (Cursor cursor = engine.cursor(Family.WRITE, new Range(key(0), key(Long.MAX_VALUE)), null)) {
            cursor.seekToFirst();
            for (long at = first; at <= n; at++) {
                assertTrue(cursor.isValid(), "entry " + at + " is missing");
                assertArrayEquals(key(at), cursor.key());
                assertArrayEquals(value(at), cursor.value());
                cursor.next();
            }
            assertEquals(false, cursor.isValid(), "there is more than was written");
        }
        for (long at = Math.max(1, first - 3); at <= n + 1; at++) {
            byte[] expected = at >= first && at <= n ? value(at) : null;
            assertArrayEquals(expected, engine.get(Family.WRITE, key(at), null), "entry " + at);
        }
    }

    private byte[] counterKey() {
        return TestWorld.b("counter/" + writer);
    }

    private byte[] key(long n) {
        return ByteBuffer.allocate(12).putInt(writer).putLong(n).array();
    }

    /** Mostly short, now and then several blocks long. */
    private byte[] value(long n) {
        TestWorld.Seeded random = new TestWorld.Seeded(writer * 1_000_003L + n);
        byte[] value = new byte[n % 50 == 0 ? 20_000 : 20 + random.nextInt(300)];
        for (int i = 0; i < value.length; i += 8) {
            ByteBuffer.wrap(Long.toHexString(random.nextLong()).getBytes()).get(value, i,
                    Math.min(8, value.length - i) - 1);
        }
        return value;
    }

    /** Small enough that a few hundred batches meet flushes, compactions and turned segments. */
    static EngineOptions options() {
        EngineOptions defaults = EngineOptions.defaults();
        EngineOptions.Levels levels = defaults.levels();
        return defaults.withMemtableBytes(200_000).withBlockCacheBytes(1 << 20)
                .withLog(new EngineOptions.Log(512 << 10, 128 << 10))
                .withTables(new EngineOptions.Tables(defaults.tables().shape(), 100_000,
                        defaults.tables().compression(), defaults.tables().lowestCompression(), 20))
                .withLevels(new EngineOptions.Levels(levels.compactAt(), levels.slowAt(), levels.stopAt(),
                        levels.immutableMemtables(), 300_000, 4, levels.debtBytes(), 20_000));
    }
}

package io.nokv.lsm.wal;

import io.nokv.lsm.Family;
import io.nokv.lsm.Mutations;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.WriteBatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Batches of the log whose bytes are not what was written. */
class BatchMutationTest {
    private static final BatchCodec.Visitor IGNORING = new BatchCodec.Visitor() {
        @Override
        public void operation(Family family, byte[] key, byte[] value) {
            // Read; that was all.
        }

        @Override
        public void rangeDeletion(Family family, Range range) {
            // Read; that was all.
        }

        @Override
        public void ingested(byte[] tables) {
            // Read; that was all.
        }
    };

    @Test
    void changedBatches() {
        TestWorld.seeded(getClass(), random -> mutate(random, 20_000));
    }

    @Test
    @Tag("slow")
    void manyChangedBatches() {
        TestWorld.seeded(getClass(), random -> mutate(random, 1_000_000));
    }

    private static void mutate(TestWorld.Seeded random, int rounds) {
        WriteBatch batch = new WriteBatch().put(Family.WRITE, TestWorld.b("key/1"), TestWorld.b("value"))
                .delete(Family.LOCK, TestWorld.b("key/1")).put(Family.LOCAL, new byte[0], new byte[0])
                .put(Family.DEFAULT, new byte[200], new byte[300])
                .deleteRange(Family.DEFAULT, TestWorld.b("from"), TestWorld.b("to"))
                .deleteRange(Family.LOCK, null, null);
        Mutations.check(random, BatchCodec.encode(batch), rounds,
                bytes -> BatchCodec.decode(bytes, 0, bytes.length, IGNORING));
        Mutations.check(random,
                BatchCodec.encodeIngest(new byte[40], new WriteBatch().put(Family.LOCK, new byte[9], new byte[20])),
                rounds / 10,
                bytes -> BatchCodec.decode(bytes, 0, bytes.length, IGNORING));
    }
}

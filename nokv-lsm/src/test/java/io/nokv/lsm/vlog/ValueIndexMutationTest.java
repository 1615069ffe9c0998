package io.nokv.lsm.vlog;

import io.nokv.lsm.Family;
import io.nokv.lsm.Mutations;
import io.nokv.lsm.TestWorld;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pointers and indexes of value files whose bytes are not what was written. */
class ValueIndexMutationTest {
    @Test
    void changedBytes() {
        TestWorld.seeded(getClass(), random -> mutate(random, 10_000));
    }

    @Test
    @Tag("slow")
    void manyChangedBytes() {
        TestWorld.seeded(getClass(), random -> mutate(random, 1_000_000));
    }

    private static void mutate(TestWorld.Seeded random, int rounds) {
        ValueIndex.Builder builder = new ValueIndex.Builder();
        builder.add(3, 16, 100);
        builder.add(3, 116, 90);
        builder.add(3, 300, 5_000);
        builder.add(8, 16, 70);
        ValueFileMeta meta = new ValueFileMeta(9, 6_000, Family.DEFAULT, 1,
                List.of(new ValueShare(3, 3, 5_190), new ValueShare(8, 1, 70)));
        Mutations.check(random, builder.finish(), rounds, bytes -> ValueIndex.parse(bytes, meta).find(3, 116));
        byte[] pointer = new ValuePointer(3, 116, 90, 60, 0x12345678).encode();
        Mutations.check(random, pointer, rounds, bytes -> ValuePointer.decode(bytes, 0, bytes.length));
    }
}

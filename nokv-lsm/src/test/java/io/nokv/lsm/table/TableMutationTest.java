package io.nokv.lsm.table;

import io.nokv.lsm.file.Compression;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.Mutations;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.point.PrefixRule;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The parts of a table when their bytes are not what was written although their checksum is right. */
class TableMutationTest {
    private static final int ENTRIES = 60;
    private static final Family FAMILY = Family.WRITE;

    @Test
    void changedParts() {
        TestWorld.seeded(getClass(), random -> mutate(random, 5_000));
    }

    @Test
    @Tag("slow")
    void manyChangedParts() {
        TestWorld.seeded(getClass(), random -> mutate(random, 300_000));
    }

    private static void mutate(TestWorld.Seeded random, int rounds) {
        byte[] block = block();
        Mutations.check(random, block, rounds, TableMutationTest::walk);
        Mutations.check(random, block, rounds, TableMutationTest::search);
        for (Compression compression : Compression.values()) {
            Mutations.check(random, compression.compress(block), rounds,
                    bytes -> compression.decompress(bytes, bytes.length, block.length));
        }
        TableIndex.Builder index = new TableIndex.Builder();
        index.add(TableKey.of(FAMILY, TestWorld.b("dir/0010")), 7, 4_000, 3);
        index.add(TableKey.of(FAMILY, TestWorld.b("dir/0020")), 900, 4_100, 300);
        index.add(TableKey.of(FAMILY, TestWorld.b("dir/0030")), 3, 100, 1);
        Mutations.check(random, index.finish(), rounds,
                bytes -> TableIndex.parse(new ByteReader(bytes), 0, 8_200));
        Mutations.check(random, deletions(), rounds, bytes -> DeletionsBlock.decode(bytes).encode());
        HeadBounds bounds = new HeadBounds(KeyTails.NONE.with(FAMILY, 4).with(Family.LOCK, 8));
        bounds.add(FAMILY, TestWorld.b("dir/0010"), 0, 8);
        KeyPrefixes prefixes = KeyPrefixes.NONE.with(FAMILY, new PrefixRule(5, 2, true)).with(Family.LOCK,
                new PrefixRule(9, 0, false));
        ByteWriter rules = new ByteWriter(64);
        prefixes.encode(rules);
        assertEquals(prefixes, KeyPrefixes.decode(new ByteReader(rules.toBytes())));
        Mutations.check(random, rules.toBytes(), rounds, bytes -> KeyPrefixes.decode(new ByteReader(bytes)));
        ByteWriter encoded = new ByteWriter(64);
        bounds.encode(encoded);
        Mutations.check(random, encoded.toBytes(), rounds, bytes -> HeadBounds.decode(new ByteReader(bytes)));
    }

    private static byte[] deletions() {
        ByteWriter out = new ByteWriter(64);
        out.u8(FAMILY.code()).varint(2);
        out.bytes(TestWorld.b("dir/0010")).u8(1).bytes(TestWorld.b("dir/0020")).varint(2).varint(900).varint(7);
        out.bytes(TestWorld.b("dir/0020")).u8(0).varint(1).varint(3);
        return out.toBytes();
    }

    private static byte[] block() {
        BlockBuilder builder = new BlockBuilder();
        for (int i = 0; i < ENTRIES; i++) {
            byte[] key = TestWorld.b(String.format("dir/%04d", i / 2 * 2));
            byte[] value = new byte[i % 20 == 0 ? 200 : i % 7];
            EntryKind kind = i % 9 == 0 ? EntryKind.DELETE : EntryKind.PUT;
            builder.add(FAMILY.code(), key, 0, key.length, 1_000 - i, kind, value, 0,
                    kind == EntryKind.DELETE ? 0 : value.length);
        }
        return builder.finish();
    }

    private static Block blockOf(byte[] raw) {
        Space space = new Space(Arrays.copyOf(raw, Block.spaceBytes(raw.length, ENTRIES)), 0, null, 0);
        return Block.of(space, raw.length, ENTRIES, "t", 0, 1);
    }

    /** Both ways and by seeking; an entry takes at least four bytes, so it ends. */
    private static void walk(byte[] bytes) {
        Block block = blockOf(bytes);
        BlockCursor cursor = new BlockCursor();
        cursor.reset(block);
        int entries = 0;
        for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
            use(cursor);
            assertTrue(++entries <= bytes.length, "the way forward does not end");
        }
        // More than there are entries is a way that does not end.
        long most = (long) bytes.length * block.count;
        for (cursor.seekToLast(); cursor.isValid(); cursor.prev()) {
            use(cursor);
            assertTrue(--most >= 0, "the way back does not end");
        }
        for (int i = 0; i < 60; i += 7) {
            byte[] key = TestWorld.b(String.format("dir/%04d", i));
            cursor.seek(FAMILY.code(), key, 990);
            if (cursor.isValid()) {
                use(cursor);
            }
            cursor.seekBefore(FAMILY.code(), key, 990);
            if (cursor.isValid()) {
                use(cursor);
            }
        }
    }

    private static void use(BlockCursor cursor) {
        Arrays.copyOfRange(cursor.keyArray, 0, cursor.keyLength);
        Arrays.copyOfRange(cursor.block().bytes, cursor.valueOffset, cursor.valueOffset + cursor.valueLength);
    }

    private static void search(byte[] bytes) {
        Block block = blockOf(bytes);
        for (int i = 0; i < 61; i += 5) {
            byte[] key = TestWorld.b(String.format("dir/%04d", i));
            PointLookup lookup = PointLookup.exact(FAMILY, KeyTails.NONE, key, 970);
            BlockSearch.find(block, KeyTails.NONE, lookup);
            if (lookup.isFound()) {
                lookup.copyOfValue();
            }
        }
    }
}

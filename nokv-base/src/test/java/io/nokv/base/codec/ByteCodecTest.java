package io.nokv.base.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.TestSeed;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is written is read back; what was not written is refused, without reading past the end or allocating by a lie. */
class ByteCodecTest {
    /** A written field: reading it checks it. */
    private interface Field {
        void read(ByteReader in);
    }

    private static long anyLong(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(300) - 150;
            case 1 -> 1L << random.nextInt(64);
            case 2 -> -1L >>> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    private static byte[] anyBytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Field writeOne(Random random, ByteWriter out) {
        switch (random.nextInt(9)) {
            case 0 -> {
                int v = random.nextInt(256);
                out.u8(v);
                return in -> assertEquals(v, in.u8());
            }
            case 1 -> {
                int v = random.nextInt(65_536);
                out.u16(v);
                return in -> assertEquals(v, in.u16());
            }
            case 2 -> {
                int v = (int) anyLong(random);
                out.u32(v);
                return in -> assertEquals(v, in.u32());
            }
            case 3 -> {
                long v = anyLong(random);
                out.u64(v);
                return in -> assertEquals(v, in.u64());
            }
            case 4 -> {
                long v = anyLong(random);
                out.varint(v);
                return in -> assertEquals(v, in.varint());
            }
            case 5 -> {
                long v = anyLong(random);
                out.signedVarint(v);
                return in -> assertEquals(v, in.signedVarint());
            }
            case 6 -> {
                long v = anyLong(random);
                out.orderedUnsigned(v);
                return in -> assertEquals(v, in.orderedUnsigned());
            }
            case 7 -> {
                byte[] v = anyBytes(random, 200);
                out.bytes(v);
                return in -> assertArrayEquals(v, in.bytes());
            }
            default -> {
                byte[] v = anyBytes(random, 20);
                out.raw(v);
                return in -> assertArrayEquals(v, in.raw(v.length));
            }
        }
    }

    @Test
    void everyRecordIsReadBackAndEveryShortenedOneIsRefused() {
        TestSeed.check(ByteCodecTest.class, random -> {
            for (int record = 0; record < 2_000; record++) {
                ByteWriter out = new ByteWriter(1 + random.nextInt(8));
                List<Field> fields = new ArrayList<>();
                int count = 1 + random.nextInt(12);
                for (int i = 0; i < count; i++) {
                    fields.add(writeOne(random, out));
                }
                byte[] bytes = out.toBytes();
                assertEquals(bytes.length, out.size());
                ByteReader in = new ByteReader(bytes);
                fields.forEach(field -> field.read(in));
                in.end();
                if (bytes.length > 0) {
                    byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                    assertRefused(() -> {
                        ByteReader shorter = new ByteReader(cut);
                        fields.forEach(field -> field.read(shorter));
                    });
                }
            }
        });
    }

    @Test
    void randomBytesNeverDoMoreHarmThanARefusal() {
        List<Consumer<ByteReader>> reads = List.of(ByteReader::u8, ByteReader::u16, ByteReader::u32, ByteReader::u64,
                ByteReader::varint, in -> in.varint(1_000), ByteReader::signedVarint, ByteReader::bytes,
                ByteReader::orderedUnsigned, in -> in.raw(3));
        TestSeed.check(ByteCodecTest.class, random -> {
            for (int round = 0; round < 20_000; round++) {
                ByteReader in = new ByteReader(anyBytes(random, 40));
                try {
                    while (in.remaining() > 0) {
                        int before = in.position();
                        reads.get(random.nextInt(reads.size())).accept(in);
                        assertTrue(in.position() > before, "a read that reads nothing");
                    }
                    in.end();
                } catch (NokvException e) {
                    assertEquals(FailureCode.CORRUPTION, e.code());
                }
            }
        });
    }

    private static void assertRefused(Runnable read) {
        assertEquals(FailureCode.CORRUPTION, assertThrows(NokvException.class, read::run).code());
    }

    private static ByteReader hex(String bytes) {
        return new ByteReader(HexFormat.of().parseHex(bytes));
    }

    @Test
    void lengthsThatLieAreRefusedBeforeAnythingIsAllocated() {
        assertRefused(() -> hex("ffffffff07").bytes());
        assertRefused(() -> hex("ffffffffffffffffff01").bytes());
        assertRefused(() -> hex("05abcd").bytes());
        assertRefused(() -> hex("abcd").raw(-1));
        assertRefused(() -> hex("abcd").raw(Integer.MAX_VALUE));
    }

    @Test
    void integersThatNobodyWroteAreRefused() {
        assertRefused(() -> hex("ffffffffffffffffff02").varint());
        assertRefused(() -> hex("ffffffffffffffffffff01").varint());
        assertRefused(() -> hex("8080").varint());
        assertRefused(() -> hex("e907").varint(1_000));
        assertEquals(1_000, hex("e807").varint(1_000));
        assertRefused(() -> hex("ffffffffffffffffff01").varint(Integer.MAX_VALUE));
        assertRefused(() -> hex("09010203040506070809").orderedUnsigned());
        assertRefused(() -> hex("0301").orderedUnsigned());
        assertRefused(() -> hex("00").end());
    }

    @Test
    void smallNumbersAreShort() {
        assertArrayEquals(new byte[]{0}, new ByteWriter().orderedUnsigned(0).toBytes());
        assertArrayEquals(new byte[]{1, 7}, new ByteWriter().orderedUnsigned(7).toBytes());
        assertArrayEquals(new byte[]{1}, new ByteWriter().signedVarint(-1).toBytes());
        assertEquals(10, new ByteWriter().varint(-1).size());
    }

    @Test
    void orderedIntegersSortAsTheirBytesDo() {
        TestSeed.check(ByteCodecTest.class, random -> {
            for (int i = 0; i < 20_000; i++) {
                long a = anyLong(random);
                long b = random.nextInt(4) == 0 ? a + 1 : anyLong(random);
                int byBytes = Bytes.ORDER.compare(new ByteWriter().orderedUnsigned(a).toBytes(),
                        new ByteWriter().orderedUnsigned(b).toBytes());
                assertEquals(Integer.signum(Long.compareUnsigned(a, b)), Integer.signum(byBytes), a + " and " + b);
            }
        });
    }

    @Test
    void aReaderOfASliceStaysInsideIt() {
        ByteReader in = new ByteReader(new byte[]{1, 2, 3, 4}, 1, 2);
        assertEquals(2, in.u8());
        assertEquals(1, in.remaining());
        assertArrayEquals(new byte[]{3}, in.rest());
        assertRefused(in::u8);
    }

    @Test
    void aWriterIsUsedAgainAfterReset() {
        ByteWriter out = new ByteWriter(1);
        out.bytes(new byte[100]);
        out.reset();
        assertArrayEquals(new byte[]{9}, out.u8(9).toBytes());
    }

    @Test
    void anArrayOfTheRightSizeIsHandedOutAsItIs() {
        TestSeed.check(ByteCodecTest.class, random -> {
            for (int i = 0; i < 2_000; i++) {
                long number = anyLong(random);
                assertEquals(new ByteWriter().varint(number).size(), ByteWriter.varintBytes(number));
                byte[] rest = anyBytes(random, 40);
                ByteWriter guessed = new ByteWriter(1 + random.nextInt(50)).varint(number).raw(rest);
                assertArrayEquals(guessed.toBytes(), guessed.finish());
            }
        });
    }
}

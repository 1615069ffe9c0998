package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes that a decoder may meet when a checksum in front of it is right by chance or by malice. Whatever they are, it
 * answers or says CORRUPTION; it takes no memory out of proportion to them.
 */
public final class Mutations {
    private static final com.sun.management.ThreadMXBean THREADS = (com.sun.management.ThreadMXBean) ManagementFactory
            .getThreadMXBean();
    private static final long ALLOCATED_AT_LEAST_BYTES = 4 << 20;
    private static final int ALLOCATED_PER_BYTE = 512;

    private Mutations() {}

    /** A decoder under test; what it answers does not matter. */
    public interface Decoder {
        void decode(byte[] bytes);
    }

    /**
     * Feeds {@code decoder} with {@code valid} changed in {@code rounds} ways. Changes of few bytes are the rule: they get
     * deepest.
     */
    public static void check(TestWorld.Seeded random, byte[] valid, int rounds, Decoder decoder) {
        decoder.decode(valid);
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = mutate(random, valid);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                decoder.decode(bytes.clone());
            } catch (NokvException e) {
                assertTrue(e.code() == FailureCode.CORRUPTION || e.code() == FailureCode.UNSUPPORTED_VERSION,
                        () -> show(bytes) + e);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(show(bytes) + e, e);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated <= ALLOCATED_AT_LEAST_BYTES + (long) ALLOCATED_PER_BYTE * bytes.length,
                    () -> show(bytes) + allocated + " bytes allocated");
        }
    }

    private static String show(byte[] bytes) {
        return "decoding " + HexFormat.of().formatHex(bytes) + ": ";
    }

    private static byte[] mutate(TestWorld.Seeded random, byte[] valid) {
        byte[] bytes = valid.clone();
        for (int changes = 1 + random.nextInt(random.nextInt(4) == 0 ? 12 : 2); changes > 0; changes--) {
            bytes = change(random, bytes);
        }
        return bytes;
    }

    private static byte[] change(TestWorld.Seeded random, byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[1 + random.nextInt(20)];
        }
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(10, bytes.length - at));
        switch (random.nextInt(8)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) random.nextInt(256);
            // The longest varints and lengths there are.
            case 3 -> Arrays.fill(bytes, at, at + length, (byte) 0xFF);
            case 4 -> Arrays.fill(bytes, at, at + length, (byte) 0);
            case 5 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 6 -> {
                return splice(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
            }
            default -> {
                return splice(bytes, at, new byte[0], at + length);
            }
        }
        return bytes;
    }

    /** {@code bytes[0, end)}, then {@code middle}, then {@code bytes[from..]}. */
    private static byte[] splice(byte[] bytes, int end, byte[] middle, int from) {
        byte[] out = new byte[end + middle.length + bytes.length - from];
        System.arraycopy(bytes, 0, out, 0, end);
        System.arraycopy(middle, 0, out, end, middle.length);
        System.arraycopy(bytes, from, out, end + middle.length, bytes.length - from);
        return out;
    }
}

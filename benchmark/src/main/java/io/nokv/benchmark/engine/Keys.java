package io.nokv.benchmark.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How numbers become keys and values. */
final class Keys {
    private static final byte[] USER = "user".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 19;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Bytes that all keys of one directory share. */
    static final int PREFIX_BYTES = 25;

    private Keys() {}

    /** A bijection of 64-bit numbers: the finisher of SplitMix64. */
    static long mix(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The key of record {@code number} as YCSB has it, insert order hashed: "user" and 19 digits. */
    static byte[] user(long number) {
        byte[] key = Arrays.copyOf(USER, USER.length + DIGITS);
        long rest = mix(number) & Long.MAX_VALUE;
        for (int i = key.length - 1; i >= USER.length; i--) {
            key[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return key;
    }

    /** The prefix of directory {@code number}, {@link #PREFIX_BYTES} long. */
    static byte[] directory(long number) {
        byte[] prefix = new byte[PREFIX_BYTES];
        Arrays.fill(prefix, (byte) 'd');
        prefix[0] = 'm';
        prefix[PREFIX_BYTES - 1] = '/';
        long rest = mix(number);
        for (int i = 0; i < 16; i++) {
            prefix[PREFIX_BYTES - 2 - i] = HEX[(int) (rest >>> 4 * i) & 15];
        }
        return prefix;
    }

    /** Entry {@code number} of a directory: 30 to 60 bytes, different for different numbers below 16^5. */
    static byte[] entry(byte[] directory, int number) {
        long random = mix(number);
        int nameBytes = 5 + (int) Long.remainderUnsigned(random, 31);
        byte[] key = Arrays.copyOf(directory, directory.length + nameBytes);
        int scrambled = number * 0x9E3B5 & 0xFFFFF; // odd factor: a bijection of 20 bits
        for (int i = 0; i < nameBytes; i++) {
            key[directory.length + i] = i < 5
                    ? HEX[scrambled >>> 4 * (4 - i) & 15]
                    : (byte) ('a' + (random >>> i & 15));
        }
        return key;
    }

    static boolean hasPrefix(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}

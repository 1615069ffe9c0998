package io.nokv.lsm.point;

import io.nokv.lsm.Family;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** 64 bits of a family and a head, in the manner of wyhash (Wang Yi). Part of the table format: it never changes. */
public final class KeyHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long K0 = 0x9E3779B97F4A7C15L;
    private static final long K1 = 0xA0761D6478BD642FL;
    private static final long K2 = 0xE7037ED1A0B428DBL;

    private KeyHash() {}

    public static long of(Family family, byte[] key, int offset, int length) {
        long h = K2 ^ (family.code() + 1L) * K0 ^ length * K1;
        int at = offset;
        int end = offset + length;
        for (; end - at >= 8; at += 8) {
            h = mix((long) LONGS.get(key, at) ^ h, K1);
        }
        long tail = 0;
        for (; at < end; at++) {
            tail = tail << 8 | key[at] & 0xFF;
        }
        return mix(mix(tail ^ h, K2), K0);
    }

    private static long mix(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b) ^ a >>> 29;
    }
}

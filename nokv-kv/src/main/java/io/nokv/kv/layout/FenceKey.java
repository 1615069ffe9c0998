package io.nokv.kv.layout;

import io.nokv.base.codec.Bytes;
import java.nio.charset.StandardCharsets;

/** The keys of fences in family LOCAL: {@code 'f' name}. */
public enum FenceKey {
    /** The timestamp oracle's window. */
    TIMESTAMPS("timestamps"),
    /** Versions below may be gone. */
    SAFE_POINT("safe-point");

    private final byte[] key;

    FenceKey(String name) {
        key = Bytes.concat(new byte[]{'f'}, name.getBytes(StandardCharsets.US_ASCII));
    }

    public byte[] key() {
        return key.clone();
    }
}

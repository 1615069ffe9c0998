package io.nokv.fsmeta.api;

import io.nokv.base.codec.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The name of a directory entry: 1 to 255 bytes, no '/', no NUL, neither "." nor "..". Ordered by unsigned bytes. Immutable. */
public final class FileName implements Comparable<FileName> {
    public static final int MAX_BYTES = 255;

    private final byte[] bytes;

    private FileName(byte[] bytes) {
        this.bytes = bytes;
    }

    /** NAME_TOO_LONG or INVALID_NAME, naming the bytes, when they cannot be a name. Copies. */
    public static FileName of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new NamespaceException(Reason.NAME_TOO_LONG, "name of " + bytes.length + " bytes, the limit is "
                    + MAX_BYTES + ": " + Bytes.show(Arrays.copyOf(bytes, 32)) + "...");
        }
        if (bytes.length == 0) {
            throw new NamespaceException(Reason.INVALID_NAME, "a name has at least one byte");
        }
        for (byte b : bytes) {
            if (b == '/' || b == 0) {
                throw new NamespaceException(Reason.INVALID_NAME, "a name has no '/' and no NUL: " + Bytes.show(bytes));
            }
        }
        if (bytes[0] == '.' && (bytes.length == 1 || bytes.length == 2 && bytes[1] == '.')) {
            throw new NamespaceException(Reason.INVALID_NAME, "\".\" and \"..\" are not names of entries");
        }
        return new FileName(bytes.clone());
    }

    /** The UTF-8 form of {@code text}. */
    public static FileName of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /** UTF-8, with every byte that is not part of valid UTF-8, and every backslash, as {@code \xNN}: reversible by {@link #ofEscaped}. */
    public String escaped() {
        return NameEscapes.escape(bytes);
    }

    /** The name that {@link #escaped} shows as {@code text}. */
    public static FileName ofEscaped(String text) {
        return of(NameEscapes.unescape(text));
    }

    @Override
    public int compareTo(FileName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileName that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return escaped();
    }
}

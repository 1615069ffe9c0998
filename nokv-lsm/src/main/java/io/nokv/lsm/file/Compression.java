package io.nokv.lsm.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
import io.nokv.base.error.Invariant;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/** How a block or a value is stored. Thread-safe. */
public enum Compression {
    NONE(0) {
        @Override
        public int mostBytes(int rawBytes) {
            return rawBytes;
        }

        @Override
        public int compress(byte[] raw, int rawBytes, byte[] into, int at) {
            System.arraycopy(raw, 0, into, at, rawBytes);
            return rawBytes;
        }

        @Override
        public boolean decompress(byte[] stored, int at, int length, byte[] into, int intoAt, int rawBytes) {
            if (length == rawBytes) {
                System.arraycopy(stored, at, into, intoAt, length);
            }
            return length == rawBytes;
        }
    },
    /** Fast both ways. */
    LZ4(1) {
        @Override
        public int mostBytes(int rawBytes) {
            return LZ4_FACTORY.fastCompressor().maxCompressedLength(rawBytes);
        }

        @Override
        public int compress(byte[] raw, int rawBytes, byte[] into, int at) {
            return LZ4_FACTORY.fastCompressor().compress(raw, 0, rawBytes, into, at, into.length - at);
        }

        @Override
        public boolean decompress(byte[] stored, int at, int length, byte[] into, int intoAt, int rawBytes) {
            try {
                return LZ4_FACTORY.safeDecompressor().decompress(stored, at, length, into, intoAt,
                        rawBytes) == rawBytes;
            } catch (LZ4Exception _) {
                return false;
            }
        }
    },
    /** Denser and slower: for the lowest level, which is rewritten least. */
    ZSTD(2) {
        @Override
        public int mostBytes(int rawBytes) {
            return Math.toIntExact(Zstd.compressBound(rawBytes));
        }

        @Override
        public int compress(byte[] raw, int rawBytes, byte[] into, int at) {
            long bytes = Zstd.compressByteArray(into, at, into.length - at, raw, 0, rawBytes, ZSTD_LEVEL);
            Invariant.check(!Zstd.isError(bytes), "zstd has room for what it makes");
            return (int) bytes;
        }

        @Override
        public boolean decompress(byte[] stored, int at, int length, byte[] into, int intoAt, int rawBytes) {
            try {
                return Zstd.decompressByteArray(into, intoAt, rawBytes, stored, at, length) == rawBytes;
            } catch (ZstdException _) {
                return false;
            }
        }
    };

    private static final LZ4Factory LZ4_FACTORY = LZ4Factory.fastestInstance();
    private static final int ZSTD_LEVEL = 1;

    private final int code;

    Compression(int code) {
        this.code = code;
    }

    /** How files name it. */
    public int code() {
        return code;
    }

    /** Null for a code that no version of this program wrote. */
    public static Compression ofCode(int code) {
        return switch (code) {
            case 0 -> NONE;
            case 1 -> LZ4;
            case 2 -> ZSTD;
            default -> null;
        };
    }

    /** What {@link #compress} makes of {@code rawBytes} bytes at most. */
    public abstract int mostBytes(int rawBytes);

    /** The first {@code rawBytes} of {@code raw} to {@code into[at]} on, where there is room for the most; answers how many bytes. */
    public abstract int compress(byte[] raw, int rawBytes, byte[] into, int at);

    public byte[] compress(byte[] raw) {
        byte[] into = new byte[mostBytes(raw.length)];
        return Arrays.copyOf(into, compress(raw, raw.length, into, 0));
    }

    /**
     * The {@code length} bytes from {@code stored[at]} on to {@code into[intoAt]} on; false unless they are {@code rawBytes}
     * there.
     */
    public abstract boolean decompress(byte[] stored, int at, int length, byte[] into, int intoAt, int rawBytes);

    /** Exactly {@code rawBytes} bytes from the first {@code length} of {@code stored}; null when they do not decode to that. */
    public byte[] decompress(byte[] stored, int length, int rawBytes) {
        byte[] raw = new byte[rawBytes];
        return decompress(stored, 0, length, raw, 0, rawBytes) ? raw : null;
    }
}

package io.nokv.lsm.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/** How a block or a value is stored. Thread-safe. */
public enum Compression {
    NONE(0) {
        @Override
        public byte[] compress(byte[] raw) {
            return raw;
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
        public byte[] compress(byte[] raw) {
            return LZ4_FACTORY.fastCompressor().compress(raw);
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
        public byte[] compress(byte[] raw) {
            return Zstd.compress(raw, ZSTD_LEVEL);
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

    public abstract byte[] compress(byte[] raw);

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

package io.nokv.lsm.table;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
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
        public byte[] decompress(byte[] stored, int length, int rawBytes) {
            return length == rawBytes ? Arrays.copyOf(stored, length) : null;
        }
    },
    /** Fast both ways. */
    LZ4(1) {
        @Override
        public byte[] compress(byte[] raw) {
            return LZ4_FACTORY.fastCompressor().compress(raw);
        }

        @Override
        public byte[] decompress(byte[] stored, int length, int rawBytes) {
            try {
                byte[] raw = new byte[rawBytes];
                int got = LZ4_FACTORY.safeDecompressor().decompress(stored, 0, length, raw, 0);
                return got == rawBytes ? raw : null;
            } catch (LZ4Exception e) {
                return null;
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
        public byte[] decompress(byte[] stored, int length, int rawBytes) {
            try {
                byte[] raw = new byte[rawBytes];
                long got = Zstd.decompressByteArray(raw, 0, rawBytes, stored, 0, length);
                return got == rawBytes ? raw : null;
            } catch (ZstdException e) {
                return null;
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

    /** Exactly {@code rawBytes} bytes from the first {@code length} of {@code stored}; null when they do not decode to that. */
    public abstract byte[] decompress(byte[] stored, int length, int rawBytes);
}

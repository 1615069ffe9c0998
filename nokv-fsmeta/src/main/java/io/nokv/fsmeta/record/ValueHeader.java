package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;

/** The three bytes before every value: magic, kind letter, version. */
final class ValueHeader {
    static final int MAGIC = 0xF5;
    static final int VERSION = 1;

    /** From this version on a value must not be read by programs that do not know it. */
    static final int FIRST_INCOMPATIBLE = 128;

    private ValueHeader() {}

    static byte[] of(RowKind kind) {
        return new byte[]{(byte) MAGIC, (byte) kind.letter(), VERSION};
    }

    static ByteWriter write(RowKind kind) {
        return new ByteWriter(64).u8(MAGIC).u8(kind.letter()).u8(VERSION);
    }

    /** Reads the header and answers the value's version. CORRUPTION when it is of another kind. */
    static int read(ByteReader in, RowKind kind) {
        int magic = in.u8();
        int letter = in.u8();
        if (magic != MAGIC || letter != kind.letter()) {
            throw new NokvException(FailureCode.CORRUPTION, "value begins with " + Integer.toHexString(magic) + " "
                    + Integer.toHexString(letter) + ", a " + kind + " was expected");
        }
        int version = in.u8();
        if (version == 0 || version >= FIRST_INCOMPATIBLE) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION,
                    kind + " record of version " + version + ", this program knows " + VERSION);
        }
        return version;
    }

    /** Ends a value of {@code version}: one we know ends here, a newer one may go on. */
    static void end(ByteReader in, int version) {
        if (version <= VERSION) {
            in.end();
        }
    }
}

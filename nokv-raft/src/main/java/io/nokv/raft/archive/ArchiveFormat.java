package io.nokv.raft.archive;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.zip.CRC32C;

/** What writer and reader of archives have in common; the package description draws it. */
final class ArchiveFormat {
    /** "NKRA". */
    static final int MAGIC = 0x4E4B5241;
    static final int MAGIC_BYTES = 4;
    static final int FORMAT = 1;

    static final int HEAD = 1;
    static final int FILE = 2;
    static final int PIECE = 3;
    static final int END = 4;

    /** Type and length of a record. */
    static final int FRONT_BYTES = 5;
    static final int CRC_BYTES = 4;
    /** Of the body of a record. */
    static final int MOST_BODY_BYTES = 1 << 20;

    private ArchiveFormat() {}

    /** The record at {@code offset}. */
    static byte[] record(long offset, int type, byte[] body, int length) {
        ByteWriter out = new ByteWriter(FRONT_BYTES + length + CRC_BYTES);
        out.u8(type).u32(length).raw(body, 0, length);
        return out.u32(crc(offset, out.array(), out.size())).toBytes();
    }

    /** Of the first {@code length} of {@code bytes}, a record without its checksum at {@code offset}. */
    static int crc(long offset, byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (offset >>> shift) & 0xFF);
        }
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    static NokvException damaged(long offset, String what) {
        return new NokvException(FailureCode.CORRUPTION, "the archive at offset " + offset + ": " + what);
    }
}

package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceException;

/**
 * The row of an inode.
 *
 * <pre>body = 0 | varint parent | bytes name          (located)
 *      | 1 | varint links | varint home | {@link InodeBody}   (whole)</pre>
 */
public sealed interface InodeRecord {
    /** The inode has one name, and its attributes are in that dentry. */
    record Located(long parent, FileName name) implements InodeRecord {}

    /**
     * The attributes themselves: of the root (no name, home 0) and of inodes that have or had several names, which are
     * all in P rows.
     *
     * @param home the directory in which the inode is charged; one of its names is there
     */
    record Whole(InodeBody body, long links, long home) implements InodeRecord {}

    int LOCATED = 0;
    int WHOLE = 1;

    default byte[] encode() {
        ByteWriter out = ValueHeader.write(RowKind.INODE);
        switch (this) {
            case Located located -> out.u8(LOCATED).varint(located.parent).bytes(located.name.bytes());
            case Whole whole -> {
                out.u8(WHOLE).varint(whole.links).varint(whole.home);
                whole.body.write(out);
            }
        }
        return out.toBytes();
    }

    static InodeRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.INODE);
        int form = in.u8();
        InodeRecord record;
        if (form == LOCATED) {
            record = new Located(in.varint(), name(in));
        } else if (form == WHOLE) {
            long links = in.varint();
            long home = in.varint();
            record = new Whole(InodeBody.read(in), links, home);
        } else {
            throw new NokvException(FailureCode.CORRUPTION, "inode record of form " + form);
        }
        ValueHeader.end(in, version);
        return record;
    }

    private static FileName name(ByteReader in) {
        try {
            return FileName.of(in.raw(in.varint(FileName.MAX_BYTES)));
        } catch (NamespaceException e) {
            throw new NokvException(FailureCode.CORRUPTION, "inode record with a bad name: " + e.getMessage());
        }
    }
}

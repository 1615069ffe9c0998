package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileType;

/**
 * What a name in a directory stands for.
 *
 * <pre>body = flags | varint number | embedded: {@link InodeBody}; remote: type
 * flags = remote (bit 0) | number is a seq of the directory's own group (bit 1), else a whole inode</pre>
 */
public sealed interface DentryRecord {
    long inode();

    FileType type();

    /** The inode has this one name and its attributes are here. */
    record Embedded(long inode, InodeBody body) implements DentryRecord {
        @Override
        public FileType type() {
            return body.type();
        }
    }

    /** The inode has or had several names; its attributes are in its I row. Never a directory. */
    record Remote(long inode, FileType type) implements DentryRecord {}

    int REMOTE = 1;
    int LOCAL_NUMBER = 2;

    /** The value of this dentry in the directory {@code parent}. */
    default byte[] encode(long parent) {
        boolean local = Inodes.group(inode()) == Inodes.group(parent);
        ByteWriter out = ValueHeader.write(RowKind.DENTRY);
        int flags = local ? LOCAL_NUMBER : 0;
        long number = local ? Inodes.seq(inode()) : inode();
        switch (this) {
            case Embedded embedded -> {
                out.u8(flags).varint(number);
                embedded.body.write(out);
            }
            case Remote remote -> out.u8(flags | REMOTE).varint(number).u8(remote.type.code());
        }
        return out.toBytes();
    }

    static DentryRecord decode(byte[] value, long parent) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.DENTRY);
        int flags = in.u8();
        if ((flags & ~(REMOTE | LOCAL_NUMBER)) != 0) {
            throw new NokvException(FailureCode.CORRUPTION, "dentry flags " + Integer.toHexString(flags));
        }
        long number = in.varint();
        long inode = (flags & LOCAL_NUMBER) != 0 ? Inodes.of(Inodes.group(parent), number) : number;
        DentryRecord record;
        if ((flags & REMOTE) == 0) {
            record = new Embedded(inode, InodeBody.read(in));
        } else {
            FileType type = FileType.ofCode(in.u8());
            if (type == null || type == FileType.DIRECTORY) {
                throw new NokvException(FailureCode.CORRUPTION, "remote dentry of inode " + inode + " of type " + type);
            }
            record = new Remote(inode, type);
        }
        ValueHeader.end(in, version);
        return record;
    }
}

package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.NamespaceLimits;

/**
 * The attributes of an inode that are stored as such. A directory's mtime and ctime are in its {@link DirectoryState}
 * and 0 here.
 *
 * <pre>body = flags | varint mode | varint uid | varint gid | varint size | [varint rdev] | times | [bytes target]
 * flags = type (bits 0-2) | has rdev (bit 3)
 * times = signed birth | signed atime - birth | (no directory:) signed mtime - birth | signed ctime - mtime</pre>
 *
 * @param target not null exactly for a symlink; not copied
 */
public record InodeBody(FileType type, int mode, int uid, int gid, long size, long rdev, long atimeNs, long mtimeNs,
        long ctimeNs, long createdNs, byte[] target) {
    private static final int RDEV = 8;
    private static final int TYPE_MASK = 7;

    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }

    public InodeBody withCtime(long newCtimeNs) {
        return new InodeBody(type, mode, uid, gid, size, rdev, atimeNs, mtimeNs, newCtimeNs, createdNs, target);
    }

    void write(ByteWriter out) {
        out.u8(type.code() | (rdev == 0 ? 0 : RDEV));
        out.varint(mode).varint(Integer.toUnsignedLong(uid)).varint(Integer.toUnsignedLong(gid)).varint(size);
        if (rdev != 0) {
            out.varint(rdev);
        }
        out.signedVarint(createdNs).signedVarint(atimeNs - createdNs);
        if (!isDirectory()) {
            out.signedVarint(mtimeNs - createdNs).signedVarint(ctimeNs - mtimeNs);
        }
        if (type == FileType.SYMLINK) {
            out.bytes(target);
        }
    }

    static InodeBody read(ByteReader in) {
        int flags = in.u8();
        FileType type = FileType.ofCode(flags & TYPE_MASK);
        if (type == null || (flags & ~(TYPE_MASK | RDEV)) != 0) {
            throw new NokvException(FailureCode.CORRUPTION, "inode flags " + Integer.toHexString(flags));
        }
        int mode = in.varint(07777);
        int uid = unsignedInt(in);
        int gid = unsignedInt(in);
        long size = in.varint();
        long rdev = (flags & RDEV) == 0 ? 0 : in.varint();
        long created = in.signedVarint();
        long atime = created + in.signedVarint();
        boolean directory = type == FileType.DIRECTORY;
        long mtime = directory ? 0 : created + in.signedVarint();
        long ctime = directory ? 0 : mtime + in.signedVarint();
        byte[] target = type == FileType.SYMLINK ? in.raw(in.varint(NamespaceLimits.MAX_TARGET_BYTES)) : null;
        return new InodeBody(type, mode, uid, gid, size, rdev, atime, mtime, ctime, created, target);
    }

    private static int unsignedInt(ByteReader in) {
        long value = in.varint();
        if (value >>> 32 != 0) {
            throw new NokvException(FailureCode.CORRUPTION, "owner " + value + " is longer than 32 bits");
        }
        return (int) value;
    }
}

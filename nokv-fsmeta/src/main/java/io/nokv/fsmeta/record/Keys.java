package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.RequestId;
import java.util.Arrays;

/** Builds the keys of the package's drawing; {@link RowKey#parse} reads them back. */
public final class Keys {
    static final byte[] MAGIC = {'f', 's', 'm', 0};
    static final int VERSION = 1;

    /** The mount number under which the registry of mounts lives. */
    public static final long SYSTEM_MOUNT = 0;

    /** The group that holds what concerns a whole mount. */
    public static final long MOUNT_GROUP = 0;

    private Keys() {}

    private static ByteWriter start(long mount) {
        return new ByteWriter(48).raw(MAGIC).u8(VERSION).orderedUnsigned(mount);
    }

    private static ByteWriter start(long mount, long group) {
        return start(mount).orderedUnsigned(group);
    }

    private static ByteWriter start(long mount, long group, RowKind kind) {
        return start(mount, group).u8(kind.letter());
    }

    /** Every row of a mount begins with this. */
    public static byte[] mountPrefix(long mount) {
        return start(mount).toBytes();
    }

    /** Every row of a group begins with this. */
    public static byte[] groupPrefix(long mount, long group) {
        return start(mount, group).toBytes();
    }

    /** Every row of one kind in a group begins with this. */
    public static byte[] kindPrefix(long mount, long group, RowKind kind) {
        return start(mount, group, kind).toBytes();
    }

    /** The first key after every row of {@code kindPrefix}. */
    public static byte[] kindEnd(long mount, long group, RowKind kind) {
        return Bytes.prefixEnd(kindPrefix(mount, group, kind));
    }

    public static byte[] registryPrefix() {
        return kindPrefix(SYSTEM_MOUNT, MOUNT_GROUP, RowKind.MOUNT);
    }

    public static byte[] registry(byte[] name) {
        return start(SYSTEM_MOUNT, MOUNT_GROUP, RowKind.MOUNT).raw(name).toBytes();
    }

    public static byte[] mountFence() {
        return kindPrefix(SYSTEM_MOUNT, MOUNT_GROUP, RowKind.FENCE);
    }

    public static byte[] mount(long mount) {
        return kindPrefix(mount, MOUNT_GROUP, RowKind.MOUNT);
    }

    public static byte[] groupFence(long mount) {
        return kindPrefix(mount, MOUNT_GROUP, RowKind.FENCE);
    }

    public static byte[] quota(long mount, long scope) {
        return start(mount, MOUNT_GROUP, RowKind.QUOTA).orderedUnsigned(scope).toBytes();
    }

    public static byte[] request(long mount, RequestId id) {
        return start(mount, MOUNT_GROUP, RowKind.REQUEST).u64(id.high()).u64(id.low()).toBytes();
    }

    public static byte[] snapshot(long mount, long root, long version) {
        return start(mount, MOUNT_GROUP, RowKind.SNAPSHOT).orderedUnsigned(root).orderedUnsigned(version).toBytes();
    }

    public static byte[] dentry(long mount, long parent, FileName name) {
        return start(mount, Inodes.group(parent), RowKind.DENTRY).raw(name.bytes()).toBytes();
    }

    /** The name in the key of a dentry whose kind prefix has {@code prefixBytes}. CORRUPTION when it is none. */
    public static FileName nameOfDentry(byte[] key, int prefixBytes) {
        try {
            return FileName.of(Arrays.copyOfRange(key, prefixBytes, key.length));
        } catch (NamespaceException e) {
            throw new NokvException(FailureCode.CORRUPTION, "key " + Bytes.show(key) + ": " + e.getMessage());
        }
    }

    /** The first key after the dentry {@code name}. */
    public static byte[] afterDentry(long mount, long parent, FileName name) {
        return Bytes.successor(dentry(mount, parent, name));
    }

    public static byte[] inode(long mount, long inode) {
        return start(mount, Inodes.group(inode), RowKind.INODE).orderedUnsigned(Inodes.seq(inode)).toBytes();
    }

    public static byte[] directory(long mount, long directory) {
        return kindPrefix(mount, Inodes.group(directory), RowKind.DIRECTORY);
    }

    public static byte[] usage(long mount, long scope) {
        return kindPrefix(mount, Inodes.group(scope), RowKind.USAGE);
    }

    /** Every name of the hard-linked {@code inode} begins with this. */
    public static byte[] linkNames(long mount, long inode) {
        return start(mount, Inodes.group(inode), RowKind.LINK_NAME).orderedUnsigned(Inodes.seq(inode)).toBytes();
    }

    /** Every name of the hard-linked {@code inode} in {@code parent} begins with this. */
    public static byte[] linkNamesIn(long mount, long inode, long parent) {
        return start(mount, Inodes.group(inode), RowKind.LINK_NAME).orderedUnsigned(Inodes.seq(inode))
                .orderedUnsigned(parent).toBytes();
    }

    public static byte[] linkName(long mount, long inode, long parent, FileName name) {
        return start(mount, Inodes.group(inode), RowKind.LINK_NAME).orderedUnsigned(Inodes.seq(inode))
                .orderedUnsigned(parent).raw(name.bytes()).toBytes();
    }
}

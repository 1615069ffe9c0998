package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.RequestId;
import java.nio.charset.StandardCharsets;

/** What a key says. */
public sealed interface RowKey {
    long mount();

    /** The registry's row of a mount's name; {@link #mount} is the registry's number. */
    record Registry(long mount, String name) implements RowKey {}

    record MountState(long mount) implements RowKey {}

    /** The next mount number (in the registry) or the next group of a mount. */
    record Fence(long mount) implements RowKey {}

    record Quota(long mount, long scope) implements RowKey {}

    record Request(long mount, RequestId id) implements RowKey {}

    record Snapshot(long mount, long root, long version) implements RowKey {}

    record Dentry(long mount, long parent, FileName name) implements RowKey {}

    record Inode(long mount, long inode) implements RowKey {}

    record LinkName(long mount, long inode, long parent, FileName name) implements RowKey {}

    record Directory(long mount, long directory) implements RowKey {}

    record Usage(long mount, long scope) implements RowKey {}

    /** A row of a kind that this version reserves and does not write. */
    record Reserved(long mount, long group, RowKind kind) implements RowKey {}

    /** CORRUPTION, showing the key, when it is none of ours; UNSUPPORTED_VERSION when its layout is newer. */
    static RowKey parse(byte[] key) {
        try {
            return read(key);
        } catch (NamespaceException e) {
            throw damaged(key, e.getMessage());
        } catch (NokvException e) {
            throw e.code() == FailureCode.CORRUPTION ? damaged(key, e.getMessage()) : e;
        }
    }

    private static NokvException damaged(byte[] key, String what) {
        return new NokvException(FailureCode.CORRUPTION, "key " + Bytes.show(key) + ": " + what);
    }

    private static RowKey read(byte[] key) {
        if (!Bytes.startsWith(key, Keys.MAGIC)) {
            throw damaged(key, "not a key of the namespace");
        }
        ByteReader in = new ByteReader(key, Keys.MAGIC.length, key.length - Keys.MAGIC.length);
        int version = in.u8();
        if (version != Keys.VERSION) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION,
                    "key " + Bytes.show(key) + " has layout " + version + ", this program knows " + Keys.VERSION);
        }
        long mount = in.orderedUnsigned();
        long group = in.orderedUnsigned();
        int letter = in.u8();
        RowKind kind = RowKind.ofLetter(letter);
        if (kind == null) {
            throw damaged(key, "no kind of row has the letter " + letter);
        }
        RowKey parsed = switch (kind) {
            case MOUNT -> mount == Keys.SYSTEM_MOUNT ? registry(in) : new MountState(mount);
            case FENCE -> new Fence(mount);
            case QUOTA -> new Quota(mount, in.orderedUnsigned());
            case REQUEST -> new Request(mount, new RequestId(in.u64(), in.u64()));
            case SNAPSHOT -> new Snapshot(mount, in.orderedUnsigned(), in.orderedUnsigned());
            case DENTRY -> new Dentry(mount, Inodes.directory(group), FileName.of(in.rest()));
            case INODE -> new Inode(mount, Inodes.of(group, seq(in)));
            case LINK_NAME -> new LinkName(mount, Inodes.of(group, seq(in)), in.orderedUnsigned(),
                    FileName.of(in.rest()));
            case DIRECTORY -> new Directory(mount, Inodes.directory(group));
            case USAGE -> new Usage(mount, Inodes.directory(group));
            case CHUNK, SESSION, XATTR -> {
                in.rest();
                yield new Reserved(mount, group, kind);
            }
        };
        in.end();
        return parsed;
    }

    private static Registry registry(ByteReader in) {
        return new Registry(Keys.SYSTEM_MOUNT, new String(in.rest(), StandardCharsets.UTF_8));
    }

    private static long seq(ByteReader in) {
        long seq = in.orderedUnsigned();
        if ((seq & ~Inodes.SEQ_MASK) != 0) {
            throw new NokvException(FailureCode.CORRUPTION, "sequence number " + seq + " out of range");
        }
        return seq;
    }
}

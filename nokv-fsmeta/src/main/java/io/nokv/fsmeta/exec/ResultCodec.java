package io.nokv.fsmeta.exec;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers of a request as its R row keeps them, without the version of the commit, which is that of the row; and the
 * versions that a result gets when its transaction has committed.
 */
final class ResultCodec {
    private static final int ENTRY = 1;
    private static final int REPLACED = 2;
    private static final int INODE_REMOVED = 4;

    private ResultCodec() {}

    static byte[] encode(List<MutationResult> results) {
        ByteWriter out = new ByteWriter(32 + 96 * results.size());
        out.varint(results.size());
        for (MutationResult r : results) {
            out.u8((r.entry() == null ? 0 : ENTRY) | (r.replaced() == null ? 0 : REPLACED)
                    | (r.inodeRemoved() ? INODE_REMOVED : 0));
            if (r.entry() != null) {
                entry(out, r.entry());
            }
            if (r.replaced() != null) {
                entry(out, r.replaced());
            }
        }
        return out.toBytes();
    }

    private static void entry(ByteWriter out, Entry e) {
        Attributes a = e.attributes();
        out.varint(e.parent()).bytes(e.name() == null ? new byte[0] : e.name().bytes());
        out.varint(a.inode()).u8(a.type().code()).varint(a.mode()).u32(a.uid()).u32(a.gid()).varint(a.linkCount())
                .varint(a.size()).varint(a.rdev()).u64(a.atimeNs()).u64(a.mtimeNs()).u64(a.ctimeNs()).u64(a.createdNs())
                .varint(a.version());
        if (a.type() == FileType.SYMLINK) {
            out.bytes(a.target());
        }
    }

    static List<MutationResult> decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int count = in.varint(NamespaceLimits.MAX_STEPS);
        List<MutationResult> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int flags = in.u8();
            Entry entry = (flags & ENTRY) == 0 ? null : entry(in);
            Entry replaced = (flags & REPLACED) == 0 ? null : entry(in);
            results.add(new MutationResult(0, entry, replaced, (flags & INODE_REMOVED) != 0));
        }
        in.end();
        return results;
    }

    private static Entry entry(ByteReader in) {
        long parent = in.varint();
        byte[] name = in.raw(in.varint(FileName.MAX_BYTES));
        long inode = in.varint();
        FileType type = FileType.ofCode(in.u8());
        if (type == null) {
            throw new NokvException(FailureCode.CORRUPTION, "remembered answer with an unknown type");
        }
        Attributes attributes = new Attributes(inode, type, in.varint(Limits.MAX_MODE), in.u32(), in.u32(), in.varint(),
                in.varint(), in.varint(), in.u64(), in.u64(), in.u64(), in.u64(), in.varint(),
                type == FileType.SYMLINK ? in.raw(in.varint(NamespaceLimits.MAX_TARGET_BYTES)) : null);
        return new Entry(parent, name.length == 0 ? null : FileName.of(name), attributes);
    }

    /** The results of a transaction that committed at {@code version}: what it changed itself has that version. */
    static List<MutationResult> committed(List<MutationResult> results, long version) {
        List<MutationResult> out = new ArrayList<>(results.size());
        for (MutationResult r : results) {
            out.add(new MutationResult(version, at(r.entry(), version), at(r.replaced(), version), r.inodeRemoved()));
        }
        return out;
    }

    private static Entry at(Entry e, long version) {
        if (e == null || e.attributes().version() != 0) {
            return e;
        }
        Attributes a = e.attributes();
        return new Entry(e.parent(), e.name(),
                new Attributes(a.inode(), a.type(), a.mode(), a.uid(), a.gid(), a.linkCount(), a.size(), a.rdev(),
                        a.atimeNs(), a.mtimeNs(), a.ctimeNs(), a.createdNs(), version, a.target()));
    }
}

package io.nokv.fsmeta.exec;

import io.nokv.base.codec.ByteWriter;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.record.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** What a request asks, as 16 bytes: a prefix of the SHA-256 of all its fields. */
final class RequestDigest {
    private RequestDigest() {}

    /** @param subtree whether it is a rename that only a directory takes part in */
    static byte[] of(List<? extends Operation> steps, boolean subtree) {
        ByteWriter out = new ByteWriter(128);
        if (subtree) {
            out.u8('S');
        }
        for (Operation step : steps) {
            write(out, step);
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(out.toBytes());
            return Arrays.copyOf(hash, RequestRecord.DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-256", e);
        }
    }

    private static void write(ByteWriter out, Operation step) {
        text(out, step.mount());
        switch (step) {
            case Mutation.Create c -> {
                name(out.u8('C').u64(c.parent()), c.name());
                newInode(out, c.inode());
            }
            case Mutation.SetAttr s -> {
                out.u8('A').u64(s.inode());
                for (Number n : Arrays.asList(s.mode(), s.uid(), s.gid(), s.size(), s.atimeNs(), s.mtimeNs(),
                        s.ctimeNs())) {
                    number(out, n);
                }
            }
            case Mutation.Link l -> name(out.u8('L').u64(l.inode()).u64(l.parent()), l.name());
            case Mutation.Unlink u -> name(out.u8('U').u64(u.parent()), u.name());
            case Mutation.RemoveDir r -> name(out.u8('D').u64(r.parent()), r.name());
            case Mutation.Rename r -> {
                name(out.u8('R').u64(r.fromParent()), r.fromName());
                text(out, r.toMount());
                name(out.u64(r.toParent()), r.toName());
                out.u8(r.mode() == null ? 255 : r.mode().ordinal());
            }
            case Query.Lookup l -> name(out.u8('l').u64(l.parent()), l.name());
            case Query.GetAttr g -> out.u8('g').u64(g.inode());
        }
    }

    private static void newInode(ByteWriter out, NewInode n) {
        if (n == null) {
            out.u8(0);
            return;
        }
        out.u8(n.type() == null ? 255 : n.type().code()).u32(n.mode()).u32(n.uid()).u32(n.gid()).u64(n.size())
                .u64(n.rdev());
        out.u8(n.times() == null ? 0 : 1);
        if (n.times() != null) {
            out.u64(n.times().atimeNs()).u64(n.times().mtimeNs()).u64(n.times().ctimeNs());
        }
        out.bytes(n.target() == null ? new byte[0] : n.target());
    }

    private static void name(ByteWriter out, FileName name) {
        out.bytes(name == null ? new byte[0] : name.bytes());
    }

    private static void text(ByteWriter out, String text) {
        out.bytes(text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8));
    }

    private static void number(ByteWriter out, Number n) {
        out.u8(n == null ? 0 : 1);
        if (n != null) {
            out.u64(n.longValue());
        }
    }
}

package io.nokv.raft.wire;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.core.Message;

/**
 * Messages as bytes.
 *
 * <pre>
 * message = u8:format(1) u8:kind varint:from varint:to varint:term fields
 *  1 preVote         varint:lastIndex varint:lastTerm
 *  2 preVoteReply    u8:granted varint:commit varint:commitTerm
 *  3 requestVote     varint:lastIndex varint:lastTerm u8:transfer
 *  4 voteReply       u8:granted varint:commit varint:commitTerm
 *  5 append          varint:prevIndex varint:prevTerm varint:commit entries
 *  6 appended        varint:match
 *  7 appendRefused   varint:prevIndex varint:hintIndex varint:hintTerm
 *  8 heartbeat       varint:round varint:commit
 *  9 heartbeatReply  varint:round
 * 10 installSnapshot snapshot
 * 11 timeoutNow
 * 12 newerTerm
 * </pre>
 */
public final class MessageCodec {
    private static final int FORMAT = 1;

    private MessageCodec() {}

    public static byte[] encode(Message message) {
        ByteWriter out = new ByteWriter();
        put(out, message);
        return out.toBytes();
    }

    public static void put(ByteWriter out, Message message) {
        out.u8(FORMAT).u8(kind(message)).varint(message.from()).varint(message.to()).varint(message.term());
        switch (message) {
            case Message.PreVote m -> out.varint(m.lastIndex()).varint(m.lastTerm());
            case Message.PreVoteReply m ->
                out.u8(m.granted() ? 1 : 0).varint(m.commit()).varint(m.commitTerm());
            case Message.RequestVote m -> out.varint(m.lastIndex()).varint(m.lastTerm()).u8(m.transfer() ? 1 : 0);
            case Message.VoteReply m -> out.u8(m.granted() ? 1 : 0).varint(m.commit()).varint(m.commitTerm());
            case Message.Append m -> EntryCodec.put(
                    out.varint(m.prevIndex()).varint(m.prevTerm()).varint(m.commit()), m.entries());
            case Message.Appended m -> out.varint(m.match());
            case Message.AppendRefused m -> out.varint(m.prevIndex()).varint(m.hintIndex()).varint(m.hintTerm());
            case Message.Heartbeat m -> out.varint(m.round()).varint(m.commit());
            case Message.HeartbeatReply m -> out.varint(m.round());
            case Message.InstallSnapshot m -> EntryCodec.put(out, m.snapshot());
            case Message.TimeoutNow _,Message.NewerTerm _ -> {
            }
        }
    }

    private static int kind(Message message) {
        return switch (message) {
            case Message.PreVote _ -> 1;
            case Message.PreVoteReply _ -> 2;
            case Message.RequestVote _ -> 3;
            case Message.VoteReply _ -> 4;
            case Message.Append _ -> 5;
            case Message.Appended _ -> 6;
            case Message.AppendRefused _ -> 7;
            case Message.Heartbeat _ -> 8;
            case Message.HeartbeatReply _ -> 9;
            case Message.InstallSnapshot _ -> 10;
            case Message.TimeoutNow _ -> 11;
            case Message.NewerTerm _ -> 12;
        };
    }

    /** CORRUPTION when {@code bytes} is not a message, UNSUPPORTED_VERSION when it is of a newer format. */
    public static Message decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        Message message = decode(in);
        in.end();
        return message;
    }

    /** The message that {@code in} is at; whatever follows is left there. Fails as {@link #decode(byte[])} does. */
    public static Message decode(ByteReader in) {
        int format = in.u8();
        if (format != FORMAT) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION, "raft message of format " + format);
        }
        int kind = in.u8();
        long from = in.varint();
        long to = in.varint();
        long term = in.varint();
        return switch (kind) {
            case 1 -> new Message.PreVote(from, to, term, in.varint(), in.varint());
            case 2 -> new Message.PreVoteReply(from, to, term, in.u8() != 0, in.varint(), in.varint());
            case 3 -> new Message.RequestVote(from, to, term, in.varint(), in.varint(), in.u8() != 0);
            case 4 -> new Message.VoteReply(from, to, term, in.u8() != 0, in.varint(), in.varint());
            case 5 -> {
                long prevIndex = in.varint();
                long prevTerm = in.varint();
                long commit = in.varint();
                yield new Message.Append(from, to, term, prevIndex, prevTerm, EntryCodec.entries(in), commit);
            }
            case 6 -> new Message.Appended(from, to, term, in.varint());
            case 7 -> new Message.AppendRefused(from, to, term, in.varint(), in.varint(), in.varint());
            case 8 -> new Message.Heartbeat(from, to, term, in.varint(), in.varint());
            case 9 -> new Message.HeartbeatReply(from, to, term, in.varint());
            case 10 -> new Message.InstallSnapshot(from, to, term, EntryCodec.snapshot(in));
            case 11 -> new Message.TimeoutNow(from, to, term);
            case 12 -> new Message.NewerTerm(from, to, term);
            default -> throw new NokvException(FailureCode.CORRUPTION, "raft message of kind " + kind);
        };
    }
}

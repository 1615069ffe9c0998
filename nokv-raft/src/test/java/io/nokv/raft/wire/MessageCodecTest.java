package io.nokv.raft.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.TestSeed;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.HardState;
import io.nokv.raft.core.Message;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Messages come back from their bytes; other bytes end as failures with a code. */
class MessageCodecTest {
    private static long number(Random random) {
        return random.nextLong() >>> random.nextInt(1, 64);
    }

    private static byte[] data(Random random) {
        byte[] out = new byte[random.nextInt(40)];
        random.nextBytes(out);
        return out;
    }

    private static Message random(Random r) {
        long from = number(r);
        long to = number(r);
        long term = number(r);
        return switch (r.nextInt(12)) {
            case 0 -> new Message.PreVote(from, to, term, number(r), number(r));
            case 1 -> new Message.PreVoteReply(from, to, term, r.nextBoolean(), number(r), number(r));
            case 2 -> new Message.RequestVote(from, to, term, number(r), number(r), r.nextBoolean());
            case 3 -> new Message.VoteReply(from, to, term, r.nextBoolean(), number(r), number(r));
            case 4 -> {
                List<Entry> entries = new ArrayList<>();
                for (int i = r.nextInt(5); i > 0; i--) {
                    entries.add(new Entry(number(r), number(r), Entry.Kind.values()[r.nextInt(3)], data(r)));
                }
                yield new Message.Append(from, to, term, number(r), number(r), entries, number(r));
            }
            case 5 -> new Message.Appended(from, to, term, number(r));
            case 6 -> new Message.AppendRefused(from, to, term, number(r), number(r), number(r));
            case 7 -> new Message.Heartbeat(from, to, term, number(r), number(r));
            case 8 -> new Message.HeartbeatReply(from, to, term, number(r));
            case 9 -> new Message.InstallSnapshot(from, to, term,
                    new Snapshot(number(r), number(r), Membership.of(1, 2, number(r) + 3), data(r)));
            case 10 -> new Message.TimeoutNow(from, to, term);
            default -> new Message.NewerTerm(from, to, term);
        };
    }

    @Test
    void everyMessageComesBackFromItsBytes() {
        Set<String> kinds = new TreeSet<>();
        TestSeed.check(MessageCodecTest.class, 5_000, random -> {
            Message message = random(random);
            kinds.add(message.getClass().getSimpleName());
            byte[] bytes = MessageCodec.encode(message);
            Message back = MessageCodec.decode(bytes);
            assertArrayEquals(bytes, MessageCodec.encode(back));
            if (message instanceof Message.InstallSnapshot(_, _, _, Snapshot snapshot)) {
                Snapshot copy = ((Message.InstallSnapshot) back).snapshot();
                assertArrayEquals(snapshot.data(), copy.data());
                assertEquals(snapshot.toString(), copy.toString());
            } else {
                assertEquals(message, back);
            }
        });
        assertTrue(Long.getLong("nokv.seed") != null || kinds.size() == 12, kinds::toString);
    }

    @Test
    void everyTruncationIsCorruption() {
        TestSeed.check(MessageCodecTest.class, 500, random -> {
            byte[] bytes = MessageCodec.encode(random(random));
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                NokvException failure = assertThrows(NokvException.class, () -> MessageCodec.decode(cut));
                assertEquals(FailureCode.CORRUPTION, failure.code());
            }
        });
    }

    @Test
    void damagedBytesEndAsAMessageOrAsAFailureWithACode() {
        TestSeed.check(MessageCodecTest.class, 20_000, random -> {
            byte[] bytes = MessageCodec.encode(random(random));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                MessageCodec.decode(bytes);
            } catch (NokvException e) {
                assertTrue(e.code() == FailureCode.CORRUPTION || e.code() == FailureCode.UNSUPPORTED_VERSION,
                        e::toString);
            }
        });
    }

    @Test
    void aHardStateComesBackFromItsBytes() {
        HardState state = new HardState(7, 3, 1L << 40);
        ByteWriter out = new ByteWriter();
        EntryCodec.put(out, state);
        assertEquals(state, EntryCodec.hardState(new ByteReader(out.toBytes())));
    }
}

package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.TestSeed;
import io.nokv.raft.membership.ChangeOutcome;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.membership.MembershipChange.Step;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What the store writes and sends, as bytes: entries of regions, messages between stores, records, tombstones and applied
 * indexes. Each comes back; other bytes end as a value or as a failure with a code, and take no more memory than they are long.
 */
class StoreCodecTest {
    private record Sample(String kind, byte[] bytes, Function<byte[], byte[]> again) {}

    private static long number(Random random) {
        return random.nextLong() >>> random.nextInt(1, 64);
    }

    private static byte[] data(Random random, int most) {
        byte[] out = new byte[random.nextInt(most)];
        random.nextBytes(out);
        return out;
    }

    private static RegionEpoch epoch(Random random) {
        return new RegionEpoch(number(random), number(random));
    }

    private static RegionDescriptor region(Random random) {
        List<Peer> peers = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            peers.add(new Peer(number(random), number(random),
                    Peer.Role.values()[random.nextInt(Peer.Role.values().length)]));
        }
        return new RegionDescriptor(number(random),
                new KeyRange(data(random, 8), random.nextBoolean() ? null : data(random, 8)), epoch(random), peers);
    }

    private static Membership membership(Random random) {
        Membership voters = Membership.of(1, 2 + random.nextInt(100), 200 + random.nextInt(100));
        return random.nextBoolean()
                ? voters
                : ((ChangeOutcome.Changed) voters.with(new MembershipChange.EnterJoint(
                        List.of(new Step.Remove(1), new Step.AddVoter(1_000)), random.nextBoolean()))).membership();
    }

    private static Command command(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new Command.Write(number(random), data(random, 100));
            case 1 -> {
                List<Command.Child> children = new ArrayList<>();
                for (int left = random.nextInt(5); left >= 0; left--) {
                    children.add(new Command.Child(data(random, 9), number(random),
                            random.longs(random.nextInt(5)).map(id -> id >>> 1).toArray()));
                }
                yield new Command.Split(epoch(random), children);
            }
            case 2 -> new Command.Prepare(epoch(random), number(random), epoch(random));
            case 3 -> new Command.Commit(epoch(random), region(random), number(random));
            case 4 -> new Command.Refuse(epoch(random), number(random));
            default -> new Command.Rollback(epoch(random), number(random));
        };
    }

    private static Control control(Random random) {
        return switch (random.nextInt(11)) {
            case 0 -> new Control.Stale(number(random), number(random), random.nextBoolean(), region(random));
            case 1 -> new Control.Check(number(random), number(random), epoch(random));
            case 2 -> new Control.SnapshotDone(number(random), number(random), number(random), random.nextBoolean());
            case 3 -> new Control.AskFrozen(number(random), number(random));
            case 4 -> new Control.IsFrozen(number(random), number(random));
            case 5 -> new Control.TakeOver(number(random), epoch(random), number(random), region(random));
            case 6 -> new Control.Refuse(number(random), epoch(random), number(random), number(random));
            case 7 -> new Control.Refused(number(random), number(random), random.nextBoolean());
            case 8 -> new Control.Alive(number(random));
            case 9 -> new Control.Wake(number(random));
            default -> new Control.Sleep(number(random), number(random), number(random), number(random),
                    number(random), random.nextBoolean());
        };
    }

    private static RegionRecord record(Random random) {
        RegionRecord record = new RegionRecord(region(random), membership(random),
                random.nextBoolean() ? null : new RegionRecord.Frozen(number(random), epoch(random), number(random)),
                List.of());
        for (int left = random.nextInt(20); left > 0; left--) {
            record = record.refusing(record.region(), new RegionRecord.Refusal(number(random), number(random)));
        }
        return record;
    }

    private static Sample sample(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> {
                Command command = command(random);
                yield new Sample("Command." + command.getClass().getSimpleName(), command.encode(),
                        bytes -> Command.decode(bytes).encode());
            }
            case 1 -> {
                Control control = control(random);
                assertEquals(control, Control.decode(control.encode()));
                yield new Sample("Control." + control.getClass().getSimpleName(), control.encode(),
                        bytes -> Control.decode(bytes).encode());
            }
            case 2 -> {
                RegionRecord record = record(random);
                assertEquals(record, RegionRecord.decode(record.encode()));
                yield new Sample("RegionRecord", record.encode(), bytes -> RegionRecord.decode(bytes).encode());
            }
            case 3 -> {
                Tombstone tombstone = new Tombstone(number(random), random.nextBoolean(), region(random));
                assertEquals(tombstone, Tombstone.decode(tombstone.encode()));
                yield new Sample("Tombstone", tombstone.encode(), bytes -> Tombstone.decode(bytes).encode());
            }
            case 4 -> new Sample("Applied", new StoreKeys.Applied(number(random), number(random)).encode(),
                    bytes -> StoreKeys.Applied.decode(bytes).encode());
            default -> {
                SnapshotMaker.Data data = new SnapshotMaker.Data(record(random), data(random, 40));
                yield new Sample("Data", data.encode(), bytes -> SnapshotMaker.Data.decode(bytes).encode());
            }
        };
    }

    @Test
    void everythingComesBackFromItsBytes() {
        Set<String> kinds = new TreeSet<>();
        TestSeed.check(StoreCodecTest.class, 10_000, random -> {
            Sample sample = sample(random);
            kinds.add(sample.kind);
            assertArrayEquals(sample.bytes, sample.again.apply(sample.bytes), sample.kind);
        });
        assertTrue(Long.getLong("nokv.seed") != null || kinds.size() == 6 + 11 + 4, kinds::toString);
    }

    /** A write goes on with whatever its command is: only what is before it can be missing. */
    @Test
    void everyTruncationIsCorruption() {
        TestSeed.check(StoreCodecTest.class, 2_000, random -> {
            Sample sample = sample(random);
            for (int length = 0; length < sample.bytes.length; length++) {
                byte[] cut = Arrays.copyOf(sample.bytes, length);
                if (sample.kind.equals("Command.Write")) {
                    survives(sample, cut);
                } else {
                    NokvException failure = assertThrows(NokvException.class, () -> sample.again.apply(cut),
                            sample.kind);
                    assertEquals(FailureCode.CORRUPTION, failure.code(), failure::toString);
                }
            }
        });
    }

    @Test
    void damagedBytesEndAsAValueOrAsAFailureWithACode() {
        TestSeed.check(StoreCodecTest.class, 60_000, random -> {
            Sample sample = sample(random);
            byte[] bytes = sample.bytes.clone();
            for (int left = random.nextInt(4); left >= 0 && bytes.length > 0; left--) {
                switch (random.nextInt(4)) {
                    case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    // A length or a count that says more than there can be.
                    case 2 -> Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) 0xFF);
                    default -> {
                        int from = random.nextInt(bytes.length);
                        int to = random.nextInt(bytes.length);
                        System.arraycopy(sample.bytes, from, bytes, to,
                                random.nextInt(bytes.length - Math.max(from, to)));
                    }
                }
            }
            survives(sample, bytes);
        });
    }

    @Test
    void randomBytesEndAsAValueOrAsAFailureWithACode() {
        TestSeed.check(StoreCodecTest.class, 60_000, random -> {
            byte[] bytes = data(random, 60);
            if (bytes.length > 1) {
                bytes[0] = (byte) random.nextInt(1, 8);
                bytes[1] = (byte) random.nextInt(0, 14);
            }
            survives(sample(random), bytes);
        });
    }

    private static void survives(Sample sample, byte[] bytes) {
        try {
            byte[] again = sample.again.apply(bytes);
            assertTrue(again.length <= 4 * bytes.length + 16, "much came of little");
        } catch (NokvException e) {
            assertTrue(e.code() == FailureCode.CORRUPTION || e.code() == FailureCode.UNSUPPORTED_VERSION, e::toString);
        }
    }

    /** The frame that carries Raft messages of many regions. */
    @Test
    void damagedFramesEndAsMessagesOrAsAFailureWithACode() {
        TestSeed.check(StoreCodecTest.class, 20_000, random -> {
            ByteWriter frame = new ByteWriter().u8(Frames.RAFT);
            for (int left = random.nextInt(3); left >= 0; left--) {
                Frames.put(frame, number(random), epoch(random),
                        new io.nokv.raft.core.Message.Heartbeat(number(random), number(random), number(random),
                                number(random), number(random)));
            }
            byte[] bytes = frame.toBytes();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            io.nokv.base.codec.ByteReader in = new io.nokv.base.codec.ByteReader(bytes);
            in.u8();
            try {
                while (in.remaining() > 0) {
                    Frames.next(in);
                }
            } catch (NokvException e) {
                assertTrue(e.code() == FailureCode.CORRUPTION || e.code() == FailureCode.UNSUPPORTED_VERSION,
                        e::toString);
            }
        });
    }
}

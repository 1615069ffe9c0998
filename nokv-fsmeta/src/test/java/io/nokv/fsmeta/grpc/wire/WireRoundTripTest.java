package io.nokv.fsmeta.grpc.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.proto.fsmeta.v1.InodeInfo;
import io.nokv.proto.fsmeta.v1.MountInfo;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each direction of the translation undoes the other, for values from all over their ranges. */
class WireRoundTripTest {
    private static final int ROUNDS = 2_000;

    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private void check(Runnable test) {
        try {
            test.run();
        } catch (Throwable t) {
            throw new AssertionError("seed " + seed + "; again: -Dtest=WireRoundTripTest -Dnokv.seed=" + seed, t);
        }
    }

    @Test
    void operationsComeBack() {
        check(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                Operation there = operation();
                same(there, WireRequests.operation(WireRequests.step(there), i));
            }
        });
    }

    @Test
    void resultsComeBack() {
        check(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                MutationResult there = new MutationResult(number(), random.nextInt(4) == 0 ? null : entry(),
                        random.nextBoolean() ? null : entry(), random.nextBoolean());
                MutationResult back = WireValues.result(WireValues.result(there));
                assertEquals(there.version(), back.version());
                assertEquals(there.inodeRemoved(), back.inodeRemoved());
                same(there.entry(), back.entry());
                same(there.replaced(), back.replaced());
            }
        });
    }

    @Test
    void eventsComeBack() {
        check(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                WatchEvent.Kind kind = WatchEvent.Kind.values()[random.nextInt(WatchEvent.Kind.values().length)];
                WatchEvent there = new WatchEvent(number(), number(), kind, "m", number(), nameOrNull(), number(),
                        number(), nameOrNull());
                assertEquals(there, WireValues.event("m", WireValues.event(there)));
            }
        });
    }

    @Test
    void requestIdsComeBack() {
        for (RequestId id : new RequestId[]{new RequestId(0, 0), new RequestId(-1, 1), new RequestId(Long.MIN_VALUE,
                Long.MAX_VALUE)}) {
            assertEquals(id, WireRequests.id(WireRequests.id(id)));
        }
    }

    @Test
    void aTypeOrStateOfANewerServerIsUnsupportedNotGuessed() {
        for (int type : new int[]{0, 8, -1}) {
            assertEquals(Reason.UNSUPPORTED, assertThrows(NamespaceException.class,
                    () -> WireValues.attributes(InodeInfo.newBuilder().setTypeValue(type).build())).reason());
        }
        for (int state : new int[]{0, 3, -1}) {
            assertEquals(Reason.UNSUPPORTED, assertThrows(NamespaceException.class,
                    () -> WireValues.mount(MountInfo.newBuilder().setStateValue(state).build())).reason());
        }
    }

    private Operation operation() {
        String mount = "m" + random.nextInt(5);
        return switch (random.nextInt(8)) {
            case 0 -> new Mutation.Create(mount, number(), name(), newInode());
            case 1 -> new Mutation.SetAttr(mount, number(), maybeInt(), maybeInt(), maybeInt(), maybeLong(),
                    maybeLong(), maybeLong(), maybeLong());
            case 2 -> new Mutation.Link(mount, number(), number(), name());
            case 3 -> new Mutation.Unlink(mount, number(), name());
            case 4 -> new Mutation.RemoveDir(mount, number(), name());
            case 5 -> new Mutation.Rename(mount, number(), name(), random.nextBoolean() ? mount : "elsewhere", number(),
                    name(), Mutation.RenameMode.values()[random.nextInt(3)]);
            case 6 -> new Query.Lookup(mount, number(), name());
            default -> new Query.GetAttr(mount, number());
        };
    }

    private NewInode newInode() {
        return new NewInode(type(), (int) number(), (int) number(), (int) number(), number(), number(),
                random.nextBoolean() ? null : new NewInode.Times(number(), number(), number()),
                random.nextBoolean() ? null : bytes(random.nextInt(100)));
    }

    private Entry entry() {
        return new Entry(number(), nameOrNull(),
                new Attributes(number(), type(), (int) number(), (int) number(), (int) number(), number(), number(),
                        number(), number(), number(), number(), number(), number(),
                        random.nextBoolean() ? null : bytes(random.nextInt(100))));
    }

    private FileType type() {
        return FileType.values()[random.nextInt(FileType.values().length)];
    }

    /** Of any magnitude and sign, with the ends of the range and zero. */
    private long number() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> Long.MIN_VALUE;
            case 2 -> Long.MAX_VALUE;
            case 3 -> -1L - random.nextInt(100);
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private Integer maybeInt() {
        return random.nextBoolean() ? null : (Integer) (int) number();
    }

    private Long maybeLong() {
        return random.nextBoolean() ? null : (Long) number();
    }

    private FileName nameOrNull() {
        return random.nextInt(4) == 0 ? null : name();
    }

    private FileName name() {
        byte[] bytes = bytes(1 + random.nextInt(FileName.MAX_BYTES));
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0 || bytes[i] == '/' || bytes[i] == '.') {
                bytes[i] = 'x';
            }
        }
        return FileName.of(bytes);
    }

    private byte[] bytes(int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    private static void same(Entry there, Entry back) {
        if (there == null || back == null) {
            assertEquals(there, back);
            return;
        }
        assertEquals(there.parent(), back.parent());
        assertEquals(there.name(), back.name());
        assertArrayEquals(there.attributes().target(), back.attributes().target());
        assertEquals(withoutTarget(there.attributes()), withoutTarget(back.attributes()));
    }

    private static Attributes withoutTarget(Attributes a) {
        return new Attributes(a.inode(), a.type(), a.mode(), a.uid(), a.gid(), a.linkCount(), a.size(), a.rdev(),
                a.atimeNs(), a.mtimeNs(), a.ctimeNs(), a.createdNs(), a.version(), null);
    }

    private static void same(Operation there, Operation back) {
        if (there instanceof Mutation.Create a && back instanceof Mutation.Create b) {
            assertArrayEquals(a.inode().target(), b.inode().target());
            assertEquals(withoutTarget(a), withoutTarget(b));
        } else {
            assertEquals(there, back);
        }
    }

    private static Mutation.Create withoutTarget(Mutation.Create c) {
        NewInode n = c.inode();
        return new Mutation.Create(c.mount(), c.parent(), c.name(),
                new NewInode(n.type(), n.mode(), n.uid(), n.gid(), n.size(), n.rdev(), n.times(), null));
    }
}

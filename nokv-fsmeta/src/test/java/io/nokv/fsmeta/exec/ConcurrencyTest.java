package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.SystemEntropy;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.fsck.Fsck;
import io.nokv.fsmeta.txn.SeededEntropy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What two threads try together and must never bring about. */
@ParameterizedClass
@EnumSource(TestStore.class)
class ConcurrencyTest {
    private static final int ROUNDS = 60;

    private final NamespaceUnderTest fs;

    ConcurrencyTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void everythingIsStillWhole() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    @Test
    void twoRenamesNeverMakeACycle() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long a = fs.mkdir(ROOT, "a" + round);
            long b = fs.mkdir(ROOT, "b" + round);
            long below = fs.mkdir(b, "below");
            String r = Integer.toString(round);
            List<Reason> refused = Together.run(2, i -> refusal(() -> {
                if (i == 0) {
                    fs.rename(ROOT, "a" + r, below, "a");
                } else {
                    fs.rename(ROOT, "b" + r, a, "b");
                }
            }));
            assertEquals(1, refused.stream().filter(x -> x == null).count(), "exactly one succeeds: " + refused);
            assertTrue(refused.contains(Reason.INTO_ITSELF), refused.toString());
        }
    }

    @Test
    void threeExchangesNeverMakeACycle() throws Exception {
        for (int round = 0; round < ROUNDS / 2; round++) {
            long[] dirs = new long[3];
            long[] subs = new long[3];
            String r = Integer.toString(round);
            for (int i = 0; i < 3; i++) {
                dirs[i] = fs.mkdir(ROOT, "d" + r + "-" + i);
                subs[i] = fs.mkdir(dirs[i], "sub");
            }
            Together.run(3, i -> refusal(() -> fs.rename(ROOT, "d" + r + "-" + i, dirs[(i + 1) % 3], "sub",
                    Mutation.RenameMode.EXCHANGE)));
        }
    }

    @Test
    void nothingIsCreatedInADirectoryThatIsRemoved() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long d = fs.mkdir(ROOT, "d");
            List<Reason> refused = Together.run(2, i -> refusal(() -> {
                if (i == 0) {
                    fs.rmdir(ROOT, "d");
                } else {
                    fs.file(d, "f");
                }
            }));
            if (refused.get(0) == null) {
                assertEquals(Reason.NOT_FOUND, refused.get(1));
            } else {
                assertEquals(Arrays.asList(Reason.NOT_EMPTY, null), refused);
                fs.unlink(d, "f");
                fs.rmdir(ROOT, "d");
            }
        }
    }

    @Test
    void nothingIsMovedOrLinkedIntoADirectoryThatIsReplaced() throws Exception {
        for (int round = 0; round < ROUNDS / 2; round++) {
            long target = fs.mkdir(ROOT, "target");
            fs.mkdir(ROOT, "source");
            long f = fs.file(ROOT, "f");
            List<Reason> refused = Together.run(3, i -> refusal(() -> {
                switch (i) {
                    case 0 -> fs.rename(ROOT, "source", ROOT, "target");
                    case 1 -> fs.rename(ROOT, "f", target, "f");
                    default -> fs.link(f, target, "g");
                }
            }));
            if (refused.get(0) == null) {
                assertEquals(Arrays.asList(null, Reason.NOT_FOUND, Reason.NOT_FOUND), refused);
                fs.unlink(ROOT, "f");
            } else {
                assertEquals(Reason.NOT_EMPTY, refused.get(0));
                fs.rename(ROOT, "target", ROOT, "old" + round);
                fs.rmdir(ROOT, "source");
                refusal(() -> fs.unlink(ROOT, "f"));
            }
            refusal(() -> fs.rmdir(ROOT, "target"));
        }
    }

    @Test
    void aQuotaIsNeverExceededTogether() throws Exception {
        long d = fs.mkdir(ROOT, "d");
        long e = fs.mkdir(d, "e");
        fs.namespace().setQuota(MOUNT, d, 10_000, 41);
        List<Integer> made = Together.run(8, i -> {
            int done = 0;
            for (int n = 0; n < 20; n++) {
                int number = n;
                Reason refused = refusal(() -> fs.file(number % 2 == 0 ? d : e, "f" + i + "-" + number, 300));
                assertTrue(refused == null || refused == Reason.QUOTA_EXCEEDED, () -> "refused with " + refused);
                done += refused == null ? 1 : 0;
            }
            return done;
        });
        assertEquals(33, made.stream().mapToInt(Integer::intValue).sum(), "10,000 bytes hold 33 files of 300");
        assertEquals(new Quota(MOUNT, d, 10_000, 41, 9_900, 34), fs.namespace().quota(MOUNT, d));
        assertEquals(9_900, fs.namespace().quota(MOUNT, ROOT).usedBytes());
    }

    @Test
    void aQuotaSetWhileFilesComeCountsEachOnce() throws Exception {
        long d = fs.mkdir(ROOT, "d");
        for (int round = 0; round < 6; round++) {
            String r = Integer.toString(round);
            long sub = fs.mkdir(d, "sub" + r);
            Together.run(5, i -> {
                if (i == 0) {
                    return fs.namespace().setQuota(MOUNT, d, Long.MAX_VALUE, 0);
                }
                for (int n = 0; n < 15; n++) {
                    fs.file(sub, "f" + i + "-" + n, n);
                }
                return null;
            });
            Quota quota = fs.namespace().quota(MOUNT, d);
            assertEquals((round + 1) * 61L, quota.usedInodes());
            assertEquals((round + 1) * 4 * 105L, quota.usedBytes());
            fs.namespace().setQuota(MOUNT, d, 0, 0);
        }
    }

    @Test
    void usageFollowsSubtreesThatMoveWhileTheyChange() throws Exception {
        long a = fs.mkdir(ROOT, "a");
        long b = fs.mkdir(ROOT, "b");
        fs.namespace().setQuota(MOUNT, a, Long.MAX_VALUE, 0);
        fs.namespace().setQuota(MOUNT, b, Long.MAX_VALUE, 0);
        long moving = fs.mkdir(a, "moving");
        long inside = fs.mkdir(moving, "inside");
        Together.run(4, i -> {
            for (int n = 0; n < 12; n++) {
                int number = n;
                if (i == 0) {
                    fs.rename(number % 2 == 0 ? a : b, "moving", number % 2 == 0 ? b : a, "moving");
                } else {
                    fs.file(inside, "f" + i + "-" + number, 10);
                    if (number % 3 == 0) {
                        fs.unlink(inside, "f" + i + "-" + number);
                    }
                }
            }
            return null;
        });
        assertEquals(2 + 24, fs.namespace().quota(MOUNT, a).usedInodes());
        assertEquals(240, fs.namespace().quota(MOUNT, a).usedBytes());
        assertEquals(0, fs.namespace().quota(MOUNT, b).usedInodes());
    }

    @Test
    void createsInOneDirectoryDoNotConflict() throws Exception {
        long d = fs.mkdir(ROOT, "d");
        long before = fs.namespace().stats().executor().txnRetriesTotal();
        List<List<Long>> made = Together.run(8, i -> {
            List<Long> inodes = new ArrayList<>();
            for (int n = 0; n < 40; n++) {
                inodes.add(fs.file(d, "f" + i + "-" + n));
            }
            return inodes;
        });
        Set<Long> distinct = new HashSet<>();
        made.forEach(distinct::addAll);
        assertEquals(320, distinct.size(), "every file has its own number");
        assertEquals(before, fs.namespace().stats().executor().txnRetriesTotal());
        assertEquals(320, fs.namespace().readDir(MOUNT, d, null, 1_000, 0).items().size());
    }

    @Test
    void oneOfManyCreatesOfANameSucceeds() throws Exception {
        for (int round = 0; round < ROUNDS / 3; round++) {
            String name = "n" + round;
            List<Reason> refused = Together.run(6, _ -> refusal(() -> fs.file(ROOT, name)));
            assertEquals(1, refused.stream().filter(r -> r == null).count());
            assertEquals(5, refused.stream().filter(r -> r == Reason.ALREADY_EXISTS).count());
        }
    }

    @Test
    void linkCountsAreExactWhateverHappensToTheNames() throws Exception {
        long d = fs.mkdir(ROOT, "d");
        for (int round = 0; round < ROUNDS / 3; round++) {
            long f = fs.file(ROOT, "f");
            String r = Integer.toString(round);
            Together.run(6, i -> refusal(() -> {
                switch (i) {
                    case 0 -> fs.unlink(ROOT, "f");
                    case 1 -> fs.rename(ROOT, "f", d, "moved" + r);
                    case 2 -> fs.resize(f, 100);
                    default -> fs.link(f, d, "link" + r + "-" + i);
                }
            }));
            refusal(() -> fs.unlink(ROOT, "f"));
        }
    }

    @Test
    void aRetiredMountTakesNoChangeThatCommitsLater() throws Exception {
        for (int round = 0; round < 10; round++) {
            String mount = "r" + round;
            fs.namespace().registerMount(mount);
            ConcurrentLinkedQueue<Long> versions = new ConcurrentLinkedQueue<>();
            List<Mount> retired = Together.run(5, i -> {
                if (i == 0) {
                    return fs.namespace().retireMount(mount);
                }
                for (int n = 0; n < 200; n++) {
                    try {
                        versions.add(fs.namespace().apply(new Mutation.Create(mount, ROOT,
                                FileName.of(i + "-" + n), NewInode.file(0644)), null)
                                .version());
                    } catch (NamespaceException e) {
                        assertEquals(Reason.MOUNT_RETIRED, e.reason());
                        break;
                    }
                }
                return null;
            });
            assertEquals(Mount.State.RETIRED, retired.get(0).state());
            int there = fs.namespace().readDir(mount, ROOT, null, 10_000, 0).items().size();
            assertEquals(versions.size(), there, "what was acknowledged before is there, and nothing else");
            assertNotNull(fs.namespace().getAttr(mount, ROOT, 0));
        }
    }

    @Test
    void aMixOfEverythingLeavesAWholeNamespace() throws Exception {
        fs.namespace().setQuota(MOUNT, ROOT, 50_000, 400);
        long seed = Long.getLong("nokv.seed", new SystemEntropy().nextLong());
        Together.run(6, i -> {
            RandomMutations mutations = new RandomMutations(new SeededEntropy(seed + i), MOUNT);
            for (int n = 0; n < 400; n++) {
                Mutation mutation = mutations.next();
                Reason refused = refusal(() -> {
                    var result = fs.apply(mutation);
                    if (mutation instanceof Mutation.Create) {
                        mutations.made(result.entry().inode(), result.entry().attributes().isDirectory());
                    }
                });
                assertTrue(refused != Reason.CORRUPTION && refused != Reason.INTERNAL && refused != Reason.CONFLICT,
                        () -> "seed " + seed + ": " + mutation + " refused with " + refused);
            }
            return null;
        });
    }
}

package io.nokv.lsm.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableTraits;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueShare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whatever is picked, beside whatever is under way, its output fits where it goes: a table that spans all inputs overlaps
 * nothing that stays there, and no entry comes to lie below an older one.
 */
class LevelPickerTest {
    private static final LevelPicker PICKER = new LevelPicker(4, 100_000, 10_000, 10);
    private static final int KEYS = 100;
    /** Tables that begin at the last of the keys end behind them. */
    private static final int MOST_KEYS = KEYS + 200;
    private static final long STEP_BYTES = 5_000;
    private static final long VALUE_FILE = 99;

    @Test
    void aManualRewriteStopsAtATableThatIsNewAlready() {
        Version version = with(table(6, 1, 10, 19), table(6, 8, 20, 29), table(6, 2, 30, 39), table(6, 3, 40, 49));
        ManualCompaction way = new ManualCompaction(Family.WRITE, Range.ALL, 8, 5, 100_000);
        RunningJobs none = new RunningJobs();

        Compaction first = step(way.next(version, none, PICKER));
        assertEquals(List.of(1L), numbers(first.upper()));
        version = done(version, first, 9);
        Compaction second = step(way.next(version, none, PICKER));
        assertEquals(List.of(2L, 3L), numbers(second.upper()));
        assertInstanceOf(ManualCompaction.Next.Done.class, way.next(done(version, second, 10), none, PICKER));
    }

    @Test
    void aManualRewriteGoesInSteps() {
        Version version = with(table(6, 1, 10, 19), table(6, 2, 20, 29), table(6, 3, 30, 39), table(6, 4, 40, 49));
        ManualCompaction way = new ManualCompaction(Family.WRITE, Range.ALL, 8, 5, 6_000);
        RunningJobs running = new RunningJobs();

        Compaction first = step(way.next(version, running, PICKER));
        assertEquals(List.of(1L, 2L), numbers(first.upper()));
        running.add(first);
        Compaction second = step(way.next(version, running, PICKER));
        assertEquals(List.of(3L, 4L), numbers(second.upper()));
        way.again(second);
        assertInstanceOf(ManualCompaction.Next.Blocked.class, way.next(version, running, PICKER));
        running.remove(first);
        version = done(version, first, 9);
        assertEquals(List.of(3L, 4L), numbers(step(way.next(version, running, PICKER)).upper()));
    }

    @Test
    void aNewerTableStaysAboveAnOlderOneThatIsBeingRewritten() {
        Version version = with(table(0, 1, 0, 50), table(0, 2, 40, 60), table(0, 3, 55, 99), table(0, 4, 70, 80));
        LevelPicker eager = new LevelPicker(1, 100_000, 10_000, 10);
        RunningJobs running = new RunningJobs();
        running.add(Compaction.of(version, 0, List.of(version.level(0).getLast()), 6, true));

        Compaction beside = eager.pick(version, running, false, Long.MAX_VALUE);
        assertEquals(0, beside.outputLevel(), "what lies on table 1 must wait, so must what lies on that");
        assertEquals(List.of(2L, 3L, 4L), numbers(beside.upper()));
    }

    @Test
    void levelZeroGoesDownWhenItHasAsManyBytesAsTheBaseLevelMay() {
        Version version = with(table(0, 1, 0, 20), table(0, 2, 10, 30), table(0, 3, 20, 40));
        assertNull(PICKER.pick(version), "three tables of 3,000 bytes are fewer than 10,000");
        assertEquals(List.of(1L, 2L, 3L), numbers(new LevelPicker(4, 100_000, 9_000, 10).pick(version).upper()));
    }

    @Test
    void leftoversOfLevelZeroGoDownWhenTheyAreWorthIt() {
        Version version = with(table(0, 1, 0, 20), table(0, 2, 10, 30), table(6, 3, 0, 9), table(6, 4, 10, 40));
        RunningJobs running = new RunningJobs();
        assertNull(PICKER.pick(version), "two tables are few");
        Compaction down = PICKER.leftovers(version, running);
        assertEquals(List.of(1L, 2L), numbers(down.upper()));
        assertEquals(List.of(3L, 4L), numbers(down.lower()));
        running.add(down);
        assertNull(PICKER.leftovers(version, running), "under way");

        LevelPicker gentle = new LevelPicker(4, 100_000, 10_000, 2);
        List<VersionEdit.Added> wide = new ArrayList<>(List.of(table(0, 1, 0, 99)));
        for (int i = 0; i < 3; i++) {
            wide.add(table(6, 2 + i, 30 * i, 30 * i + 9));
        }
        assertNull(gentle.leftovers(with(wide.toArray(VersionEdit.Added[]::new)), new RunningJobs()),
                "three times its own bytes is more than a level rewrites");
        wide.removeLast();
        assertNotNull(gentle.leftovers(with(wide.toArray(VersionEdit.Added[]::new)), new RunningJobs()));
        assertNull(PICKER.leftovers(with(table(6, 3, 0, 9)), new RunningJobs()));
    }

    @Test
    void heapsOfLevelZeroGoDownSideBySide() {
        Version version = with(table(0, 1, 0, 20), table(0, 2, 10, 30), table(0, 3, 50, 60), table(0, 4, 55, 70),
                table(6, 5, 0, 40), table(6, 6, 45, 90));
        LevelPicker eager = new LevelPicker(2, 100_000, 10_000, 10);
        RunningJobs running = new RunningJobs();
        Compaction first = eager.pick(version, running, false, Long.MAX_VALUE);
        running.add(first);
        Compaction second = eager.pick(version, running, false, Long.MAX_VALUE);
        assertEquals(List.of(1L, 2L), numbers(first.upper()));
        assertEquals(List.of(3L, 4L), numbers(second.upper()));
        running.add(second);
        assertNull(eager.pick(version, running, false, Long.MAX_VALUE));
    }

    @Test
    void theLastPlaceIsKeptForLevelZero() {
        Version version = with(table(0, 1, 0, 20), table(0, 2, 10, 30), table(5, 3, 40, 50), table(5, 4, 60, 70),
                table(5, 5, 80, 90), table(5, 6, 91, 92), table(6, 7, 0, 99));
        assertEquals(5, PICKER.pick(version, new RunningJobs(), false, Long.MAX_VALUE).upperLevel());
        assertNull(PICKER.pick(version, new RunningJobs(), true, Long.MAX_VALUE));
    }

    @Test
    void tombstonesAreDrivenDownAndOut() {
        VersionEdit.Added full = tombstones(5, 1, 10, 19);
        Version version = with(full, table(6, 2, 0, 30));
        Compaction down = PICKER.pick(version);
        assertEquals(5, down.upperLevel());
        assertFalse(down.move());

        Version lowest = with(tombstones(6, 7, 10, 19), table(6, 2, 30, 40));
        assertNull(PICKER.pick(lowest, new RunningJobs(), false, 6), "a snapshot sees what they hide");
        Compaction inPlace = PICKER.pick(lowest, new RunningJobs(), false, 7);
        assertEquals(6, inPlace.upperLevel());
        assertEquals(6, inPlace.outputLevel());
    }

    @Test
    void levelZeroIsRewrittenForItsBytesToo() {
        Version version = with(table(0, 1, 0, 20), table(0, 2, 10, 30), table(6, 3, 0, 40));
        assertNull(PICKER.pick(version));
        Compaction down = new LevelPicker(4, 6_000, 10_000, 10).pick(version);
        assertEquals(0, down.upperLevel());
        assertEquals(6, down.outputLevel());
        assertEquals(List.of(1L, 2L), numbers(down.upper()));
        Version none = with(table(6, 3, 0, 40));
        assertNull(new LevelPicker(4, 1, 10_000, 10).pick(none), "nothing is no work, however low the limit");
    }

    /** Levels 5 and 6 hold alike tables, but one of them lies over keys with large values elsewhere. */
    @Test
    void whatFreesValuesGoesDownFirst() {
        VersionEdit.Added over = pointing(6, 8, 40, 49, 50_000);
        Version version = with(table(5, 1, 0, 9), table(5, 2, 10, 19), table(5, 3, 20, 29), table(5, 4, 40, 49),
                table(6, 5, 0, 9), table(6, 6, 10, 19), table(6, 7, 20, 29), over);
        LevelPicker small = new LevelPicker(4, 100_000, 4_000, 10);
        Compaction down = small.pick(version);
        assertEquals(List.of(4L), numbers(down.upper()));
        assertEquals(List.of(8L), numbers(down.lower()));
    }

    @Test
    void tombstonesThatFreeMoreThanIsRewrittenGoDownThoughTheyAreFew() {
        LevelPicker roomy = new LevelPicker(4, 100_000, 100_000, 10);
        VersionEdit.Added few = table(5, 1, 2, 10, 19);
        assertNull(roomy.pick(with(few, table(6, 2, 0, 30))), "two of ten are not many");
        assertNull(roomy.pick(with(few, pointing(6, 2, 0, 30, 20_000))), "a fifth of 20,000 is less than both tables");
        Version version = with(few, pointing(6, 2, 0, 30, 40_000));
        Compaction down = roomy.pick(version);
        assertEquals(List.of(1L), numbers(down.upper()));
        assertEquals(6, down.outputLevel());
        assertNull(roomy.pick(version, new RunningJobs(), false, 0), "a snapshot keeps the values");
    }

    @Test
    void aRewriteOfAnyVersionFitsAndManualOnesEnd() {
        TestWorld.seeded(getClass(), random -> {
            for (int run = 0; run < 40; run++) {
                new Life(random).live();
            }
        });
    }

    /** Jobs begin and end in any order beside flushes, as they would in an engine. */
    private static final class Life {
        private final TestWorld.Seeded random;
        private final LevelPicker picker;
        private final int most;
        private final RunningJobs running = new RunningJobs();
        private final List<Compaction> jobs = new ArrayList<>();
        private final ManualCompaction way;
        /** By table, the newest sequence number of each key; 0 where the table has none. */
        private final TreeMap<Long, long[]> contents = new TreeMap<>();
        private Version version;
        private long number = 100;
        private boolean done;

        Life(TestWorld.Seeded random) {
            this.random = random;
            this.picker = new LevelPicker(1 + random.nextInt(5), 1_000L << random.nextInt(8), 10_000, 10);
            this.most = 1 + random.nextInt(4);
            this.version = any();
            int from = random.nextInt(KEYS);
            Range range = new Range(key(from), key(from + random.nextInt(KEYS)));
            this.way = new ManualCompaction(Family.WRITE, range, 60 + random.nextInt(60), 1 + random.nextInt(60),
                    STEP_BYTES);
        }

        void live() {
            for (int step = 0; step < 150; step++) {
                switch (random.nextInt(4)) {
                    case 0 -> flush();
                    case 1 -> end();
                    default -> begin();
                }
            }
            for (int step = 0; step < 1_000 && !(done && jobs.isEmpty()); step++) {
                begin();
                end();
            }
            assertTrue(done && jobs.isEmpty(), "a manual rewrite ends");
        }

        private void flush() {
            if (version.level(0).size() < 12) {
                int from = random.nextInt(KEYS);
                version = version.apply(new VersionEdit(List.of(added(0, number, from, from + random.nextInt(40))),
                        List.of(), null, ++number), _ -> {});
            }
        }

        private void begin() {
            if (jobs.size() == most) {
                return;
            }
            Compaction job = null;
            if (!done && random.nextInt(2) == 0) {
                ManualCompaction.Next next = way.next(version, running, picker);
                done = next instanceof ManualCompaction.Next.Done;
                job = next instanceof ManualCompaction.Next.Step step ? step.compaction() : null;
                assertTrue(!(next instanceof ManualCompaction.Next.Blocked) || !jobs.isEmpty(), "blocked by nothing");
                if (job != null && random.nextInt(8) == 0) {
                    way.again(job);
                    return;
                }
            } else {
                job = picker.pick(version, running, jobs.size() == most - 1 && most > 1,
                        random.nextInt(2) == 0 ? Long.MAX_VALUE : number / 2);
                job = job == null && random.nextInt(2) == 0 ? picker.leftovers(version, running) : job;
            }
            if (job != null) {
                check(job);
                jobs.add(job);
                running.add(job);
            }
        }

        private void check(Compaction job) {
            for (Compaction other : jobs) {
                List<Long> shared = new ArrayList<>(numbers(other.inputs()));
                shared.retainAll(numbers(job.inputs()));
                assertEquals(List.of(), shared, "two jobs share tables");
            }
            if (job.upperLevel() == 0) {
                for (TableHandle taken : job.upper()) {
                    for (TableHandle stays : version.level(0)) {
                        boolean below = job.outputLevel() > 0
                                && stays.meta().maxSequence() < taken.meta().maxSequence();
                        assertTrue(job.upper().contains(stays) || !below
                                || !stays.meta().overlaps(taken.meta().smallest(), taken.meta().largest()),
                                "an older table stays above");
                    }
                }
            }
            if (job.outputLevel() == 0) {
                long oldest = job.upper().getLast().meta().maxSequence();
                long newest = job.upper().getFirst().meta().maxSequence();
                for (TableHandle stays : version.level(0)) {
                    assertTrue(job.upper().contains(stays) || stays.meta().maxSequence() < oldest
                            || stays.meta().maxSequence() > newest || job.upper().stream().noneMatch(
                                    t -> t.meta().overlaps(stays.meta().smallest(), stays.meta().largest())),
                            "a table in between");
                }
            }
        }

        private void end() {
            if (!jobs.isEmpty()) {
                Compaction job = jobs.remove(random.nextInt(jobs.size()));
                long[] newest = new long[MOST_KEYS];
                for (TableHandle input : job.inputs()) {
                    long[] of = contents.get(input.meta().number());
                    for (int key = 0; key < MOST_KEYS; key++) {
                        newest[key] = Math.max(newest[key], of[key]);
                    }
                }
                contents.put(number, newest);
                version = LevelPickerTest.done(version, job, number++);
                running.remove(job);
                inOrder();
            }
        }

        /** Of each key, what is found first is newest, and what comes behind it is older and older. */
        private void inOrder() {
            for (int key = 0; key < MOST_KEYS; key++) {
                byte[] at = TableKey.of(Family.WRITE, key(key));
                long above = Long.MAX_VALUE;
                for (int level = 0; level < Version.LEVELS; level++) {
                    for (TableHandle table : version.overlapping(level, at, at)) {
                        long newest = contents.get(table.meta().number())[key];
                        assertTrue(newest < above, () -> table.meta() + " lies below an older one");
                        above = newest == 0 ? above : newest;
                    }
                }
            }
        }

        /** Deeper tables are older. */
        private Version any() {
            List<VersionEdit.Added> tables = new ArrayList<>();
            long next = 1;
            int top = random.nextInt(Version.LEVELS);
            for (int level = Version.LEVELS - 1; level >= top; level--) {
                int at = 0;
                for (int count = random.nextInt(6); count > 0 && at < KEYS; count--) {
                    int from = level == 0 ? random.nextInt(KEYS) : at + random.nextInt(20);
                    int to = from + random.nextInt(15);
                    at = to + 1;
                    tables.add(added(level, next, from, to));
                    next++;
                }
            }
            return with(tables.toArray(VersionEdit.Added[]::new));
        }

        private VersionEdit.Added added(int level, long fresh, int from, int to) {
            long[] newest = new long[MOST_KEYS];
            Arrays.fill(newest, from, to + 1, fresh);
            contents.put(fresh, newest);
            return switch (random.nextInt(5)) {
                case 0 -> tombstones(level, fresh, from, to);
                case 1 -> table(level, fresh, random.nextInt(4), from, to);
                case 2 -> pointing(level, fresh, from, to, 1_000L << random.nextInt(8));
                default -> table(level, fresh, from, to);
            };
        }
    }

    /** Carried out with one output for all inputs, the widest there can be; a version refuses tables that overlap. */
    private static Version done(Version version, Compaction compaction, long number) {
        assertNotNull(compaction);
        assertTrue(compaction.outputLevel() >= compaction.upperLevel());
        List<TableMeta> inputs = compaction.inputs().stream().map(TableHandle::meta).toList();
        List<TableMeta> outputs = compaction.move()
                ? inputs
                : List.of(new TableMeta(number, 1_000L * inputs.size(), 1, 0,
                        inputs.stream().mapToLong(TableMeta::minSequence).min().orElseThrow(),
                        inputs.stream().mapToLong(TableMeta::maxSequence).max().orElseThrow(),
                        inputs.stream().map(TableMeta::smallest).min(Arrays::compareUnsigned).orElseThrow(),
                        inputs.stream().map(TableMeta::largest).max(Arrays::compareUnsigned).orElseThrow()));
        return version.apply(compaction.edit(outputs, number + 1), _ -> {});
    }

    private static Compaction step(ManualCompaction.Next next) {
        return assertInstanceOf(ManualCompaction.Next.Step.class, next).compaction();
    }

    private static List<Long> numbers(List<TableHandle> tables) {
        return tables.stream().map(t -> t.meta().number()).sorted(Comparator.naturalOrder()).toList();
    }

    /** With a value file that has all that tables point to. */
    private static Version with(VersionEdit.Added... tables) {
        ValueShare all = new ValueShare(VALUE_FILE, 1L << 40, 1L << 40);
        ValueFileMeta file = new ValueFileMeta(VALUE_FILE, 1L << 41, Family.WRITE, 0, List.of(all));
        return Version.empty().apply(new VersionEdit(List.of(tables), List.of(), List.of(file), List.of(), null, 100),
                _ -> {});
    }

    private static VersionEdit.Added table(int level, long number, int from, int to) {
        return table(level, number, 0, from, to);
    }

    private static VersionEdit.Added tombstones(int level, long number, int from, int to) {
        return table(level, number, 9, from, to);
    }

    private static VersionEdit.Added table(int level, long number, int tombstones, int from, int to) {
        return new VersionEdit.Added(level, new TableMeta(number, 3_000, 10, tombstones, number, number,
                TableKey.of(Family.WRITE, key(from)), TableKey.of(Family.WRITE, key(to))));
    }

    /** Ten entries whose values are elsewhere. */
    private static VersionEdit.Added pointing(int level, long number, int from, int to, long valueBytes) {
        TableMeta plain = table(level, number, from, to).table();
        return new VersionEdit.Added(level, new TableMeta(number, plain.bytes(), plain.entries(), 0, number, number,
                plain.smallest(), plain.largest(), TableTraits.NONE,
                List.of(new ValueShare(VALUE_FILE, plain.entries(), valueBytes)), 0));
    }

    private static byte[] key(int n) {
        return TestWorld.b(String.format("%04d", n));
    }
}

package io.nokv.lsm.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is picked, its output fits where it goes: a table that spans all inputs overlaps nothing that stays there. */
class LevelPickerTest {
    private static final LevelPicker PICKER = new LevelPicker(4, 10_000, 10);
    private static final int KEYS = 100;

    @Test
    void aManualRewriteStopsAtATableThatIsNewAlready() {
        Version version = with(table(6, 1, 10, 19), table(6, 8, 20, 29), table(6, 2, 30, 39), table(6, 3, 40, 49));

        Compaction first = PICKER.pickManual(version, Family.WRITE, Range.ALL, 5);
        assertEquals(List.of(1L), numbers(first.upper()));
        Version next = done(version, first, 9);
        Compaction second = PICKER.pickManual(next, Family.WRITE, Range.ALL, 5);
        assertEquals(List.of(2L, 3L), numbers(second.upper()));
        assertNull(PICKER.pickManual(done(next, second, 10), Family.WRITE, Range.ALL, 5));
    }

    @Test
    void aRewriteOfAnyVersionFitsAndManualOnesEnd() {
        TestWorld.seeded(getClass(), random -> {
            for (int run = 0; run < 300; run++) {
                Version version = any(random);
                long since = 1 + random.nextInt(60);
                int from = random.nextInt(KEYS);
                Range range = new Range(key(from), key(from + random.nextInt(KEYS)));
                long number = 100;
                for (int step = 0; step < 100; step++) {
                    Compaction own = PICKER.pick(version);
                    if (own != null && random.nextInt(3) == 0) {
                        version = done(version, own, number++);
                    }
                    Compaction asked = PICKER.pickManual(version, Family.WRITE, range, since);
                    if (asked == null) {
                        break;
                    }
                    version = done(version, asked, number++);
                }
                assertNull(PICKER.pickManual(version, Family.WRITE, range, since), "a manual rewrite ends");
            }
        });
    }

    private static Version any(TestWorld.Seeded random) {
        List<VersionEdit.Added> tables = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        for (long number = 1; number < 60; number++) {
            numbers.add(number);
        }
        int top = random.nextInt(Version.LEVELS);
        for (int level = top; level < Version.LEVELS; level++) {
            int at = 0;
            for (int count = random.nextInt(6); count > 0 && at < KEYS && !numbers.isEmpty(); count--) {
                int from = level == 0 ? random.nextInt(KEYS) : at + random.nextInt(20);
                int to = from + random.nextInt(15);
                at = to + 1;
                tables.add(table(level, numbers.remove(random.nextInt(numbers.size())), from, to));
            }
        }
        return with(tables.toArray(VersionEdit.Added[]::new));
    }

    /** Carried out with one output for all inputs, the widest there can be; a version refuses tables that overlap. */
    private static Version done(Version version, Compaction compaction, long number) {
        assertNotNull(compaction);
        assertTrue(compaction.outputLevel() >= compaction.upperLevel());
        List<TableMeta> inputs = compaction.inputs().stream().map(TableHandle::meta).toList();
        List<TableMeta> outputs = compaction.move()
                ? inputs
                : List.of(new TableMeta(number, 1_000L * inputs.size(), 1, 0, 1, 1,
                        inputs.stream().map(TableMeta::smallest).min(Arrays::compareUnsigned).orElseThrow(),
                        inputs.stream().map(TableMeta::largest).max(Arrays::compareUnsigned).orElseThrow()));
        return version.apply(compaction.edit(outputs, number + 1), _ -> {});
    }

    private static List<Long> numbers(List<TableHandle> tables) {
        return tables.stream().map(t -> t.meta().number()).sorted(Comparator.naturalOrder()).toList();
    }

    private static Version with(VersionEdit.Added... tables) {
        return Version.empty().apply(new VersionEdit(List.of(tables), List.of(), null, 100), _ -> {});
    }

    private static VersionEdit.Added table(int level, long number, int from, int to) {
        return new VersionEdit.Added(level, new TableMeta(number, 3_000, 10, 0, number, number,
                TableKey.of(Family.WRITE, key(from)), TableKey.of(Family.WRITE, key(to))));
    }

    private static byte[] key(int n) {
        return TestWorld.b(String.format("%04d", n));
    }
}

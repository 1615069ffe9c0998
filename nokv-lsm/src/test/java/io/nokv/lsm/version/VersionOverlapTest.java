package io.nokv.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The tables of a range, found by halving, are those that asking each table gives. */
class VersionOverlapTest {
    @Test
    void asIfEveryTableWereAsked() {
        TestWorld.seeded(getClass(), random -> {
            int several = 0;
            for (int round = 0; round < 300; round++) {
                int level = random.nextInt(3);
                Version version = version(random, level);
                for (int i = 0; i < 60; i++) {
                    byte[] a = key(random);
                    byte[] b = key(random);
                    boolean swap = Bytes.ORDER.compare(a, b) > 0;
                    Range range = new Range(random.nextInt(4) == 0 ? null : swap ? b : a,
                            random.nextInt(4) == 0 ? null : swap ? a : b);
                    Family family = Family.values()[random.nextInt(3)];
                    List<TableHandle> found = version.overlapping(level, family, range);
                    assertEquals(version.level(level).stream().filter(t -> t.meta().overlaps(family, range)).toList(),
                            found);
                    byte[] from = TableKey.of(family, swap ? b : a);
                    byte[] to = TableKey.of(Family.values()[family.ordinal() + random.nextInt(2)], swap ? a : b);
                    assertEquals(version.level(level).stream().filter(t -> t.meta().overlaps(from, to)).toList(),
                            version.overlapping(level, from, to));
                    several += found.size() > 1 && found.size() < version.level(level).size() ? 1 : 0;
                }
            }
            assertTrue(several > 500);
        });
    }

    private static byte[] key(TestWorld.Seeded random) {
        return TestWorld.b(String.format("%02d", random.nextInt(60)));
    }

    /** Tables next to each other; some end where the next one begins, that key being the next one's. */
    private static Version version(TestWorld.Seeded random, int level) {
        TreeSet<byte[]> bounds = new TreeSet<>(Bytes.ORDER);
        for (int i = random.nextInt(30) * 2; i >= 0; i--) {
            bounds.add(TableKey.of(Family.values()[random.nextInt(3)], key(random)));
        }
        List<VersionEdit.Added> tables = new ArrayList<>();
        byte[] from = null;
        for (byte[] bound : bounds) {
            if (from == null) {
                from = bound;
            } else {
                boolean openEnd = random.nextInt(2) == 0;
                long number = tables.size() + 1;
                tables.add(new VersionEdit.Added(level, new TableMeta(number, 1_000, 10, 0, number, number, from,
                        bound, new TableTraits(0, 0, openEnd ? 1 : 0, openEnd), List.of(), 0)));
                from = openEnd ? bound : null;
            }
        }
        return Version.empty().apply(new VersionEdit(tables, List.of(), null, 100), _ -> {});
    }
}

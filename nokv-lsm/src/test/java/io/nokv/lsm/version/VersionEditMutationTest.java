package io.nokv.lsm.version;

import io.nokv.lsm.Family;
import io.nokv.lsm.Mutations;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableTraits;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueShare;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Edits of a manifest whose bytes are not what was written. */
class VersionEditMutationTest {
    @Test
    void changedEdits() {
        TestWorld.seeded(getClass(), random -> mutate(random, 20_000));
    }

    @Test
    @Tag("slow")
    void manyChangedEdits() {
        TestWorld.seeded(getClass(), random -> mutate(random, 1_000_000));
    }

    private static void mutate(TestWorld.Seeded random, int rounds) {
        List<ValueShare> shares = List.of(new ValueShare(4, 10, 5_000), new ValueShare(9, 1, 1_000));
        VersionEdit edit = new VersionEdit(
                List.of(new VersionEdit.Added(3, table(12, "a", "k", shares)),
                        new VersionEdit.Added(0, table(13, "b", "zz", List.of()))),
                List.of(new VersionEdit.Removed(2, 7)), new VersionEdit.LogMark(5, 900), 14)
                .withValues(List.of(new ValueFileMeta(4, 9_000, Family.DEFAULT, 1, shares)), List.of(3L));
        Mutations.check(random, edit.encode(), rounds, bytes -> {
            VersionEdit read = VersionEdit.decode(bytes);
            // What was read is shown to people and written anew.
            read.toString();
            VersionEdit.decode(read.encode());
        });
    }

    private static TableMeta table(long number, String from, String to, List<ValueShare> shares) {
        return new TableMeta(number, 4_000, 100, 3, 1, 900, TableKey.of(Family.DEFAULT, TestWorld.b(from)),
                TableKey.of(Family.DEFAULT, TestWorld.b(to)), new TableTraits(77, 5, 2, true), shares, 0x1234_5678);
    }
}

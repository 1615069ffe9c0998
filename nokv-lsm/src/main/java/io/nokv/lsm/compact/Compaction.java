package io.nokv.lsm.compact;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A decision to rewrite tables.
 *
 * @param upperLevel where {@code upper} comes from
 * @param upper at least one table
 * @param outputLevel where the result goes; may be the upper level itself (then {@code lower} is empty)
 * @param lower the tables of the output level that overlap {@code upper}
 * @param move whether the tables only change their level, because nothing is in their way
 */
public record Compaction(int upperLevel, List<TableHandle> upper, int outputLevel, List<TableHandle> lower,
        boolean move) {
    /** Pieces that one table is weighed in per part: what a part is too large or too small by is a small share of it. */
    private static final int PIECES_PER_PART = 16;

    /** {@code upper} with what it must be merged with in {@code outputLevel}. */
    static Compaction of(Version version, int upperLevel, List<TableHandle> upper, int outputLevel, boolean mayMove) {
        if (upperLevel == outputLevel) {
            return new Compaction(upperLevel, upper, outputLevel, List.of(), false);
        }
        List<TableHandle> lower = version.overlapping(outputLevel, smallest(upper), largest(upper));
        return new Compaction(upperLevel, upper, outputLevel, lower,
                mayMove && lower.isEmpty() && disjoint(upper) && !deletesRanges(upper));
    }

    static byte[] smallest(List<TableHandle> tables) {
        return tables.stream().map(t -> t.meta().smallest()).min(Arrays::compareUnsigned).orElseThrow();
    }

    static byte[] largest(List<TableHandle> tables) {
        return tables.stream().map(t -> t.meta().largest()).max(Arrays::compareUnsigned).orElseThrow();
    }

    /** Moved as it is, a deletion of a range would stay for ever. */
    private static boolean deletesRanges(List<TableHandle> tables) {
        return tables.stream().anyMatch(t -> t.meta().traits().rangeDeletions() > 0);
    }

    private static boolean disjoint(List<TableHandle> tables) {
        List<TableMeta> sorted = tables.stream().map(TableHandle::meta)
                .sorted((a, b) -> Arrays.compareUnsigned(a.smallest(), b.smallest())).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (Arrays.compareUnsigned(sorted.get(i - 1).largest(), sorted.get(i).smallest()) >= 0) {
                return false;
            }
        }
        return true;
    }

    public List<TableHandle> inputs() {
        List<TableHandle> all = new ArrayList<>(upper);
        all.addAll(lower);
        return all;
    }

    public long inputBytes() {
        return inputs().stream().mapToLong(t -> t.meta().bytes()).sum();
    }

    /** The tables whose range the job takes for itself on {@code level}, which lies between where it reads and writes. */
    List<TableHandle> tablesFor(int level) {
        return level == outputLevel ? inputs() : upper;
    }

    /** Bytes that leave the level they are in. */
    public long upperBytes() {
        return upper.stream().mapToLong(t -> t.meta().bytes()).sum();
    }

    /**
     * Cuts all keys into at most {@code parts} spans that hold about as much of the input each, but at least
     * {@code partBytes}. Reads the indexes of tables.
     */
    public List<KeySpan> parts(TableStore store, int parts, long partBytes) {
        int most = (int) Math.min(parts, inputBytes() / Math.max(1, partBytes));
        if (most <= 1 || outputLevel == 0) {
            return List.of(KeySpan.ALL);
        }
        List<LearnedCuts.Piece> pieces = new ArrayList<>();
        for (TableHandle table : inputs()) {
            for (Family family : Family.values()) {
                if (table.meta().overlaps(family, Range.ALL)) {
                    table.reader(store).pieces(family, Range.ALL, PIECES_PER_PART * most, (key, bytes) -> pieces.add(
                            new LearnedCuts.Piece(key == null ? TableKey.end(family) : TableKey.of(family, key),
                                    bytes)));
                }
            }
        }
        return KeySpan.between(LearnedCuts.balanced(pieces, most));
    }

    /** All tables below the output that overlap the inputs, by level. */
    List<List<TableHandle>> deeper(Version version) {
        byte[] from = smallest(inputs());
        byte[] to = largest(inputs());
        List<List<TableHandle>> deeper = new ArrayList<>();
        for (int level = outputLevel + 1; level < Version.LEVELS; level++) {
            List<TableHandle> tables = version.overlapping(level, from, to);
            if (!tables.isEmpty()) {
                deeper.add(tables);
            }
        }
        return deeper;
    }

    /** The change of tables once {@code outputs} are written; for a move, {@code outputs} are the inputs. */
    public VersionEdit edit(List<TableMeta> outputs, long nextNumber) {
        List<VersionEdit.Removed> removed = new ArrayList<>();
        upper.forEach(t -> removed.add(new VersionEdit.Removed(upperLevel, t.meta().number())));
        lower.forEach(t -> removed.add(new VersionEdit.Removed(outputLevel, t.meta().number())));
        List<VersionEdit.Added> added = new ArrayList<>();
        outputs.forEach(t -> added.add(new VersionEdit.Added(outputLevel, t)));
        return new VersionEdit(added, removed, null, nextNumber);
    }
}

package io.nokv.lsm.vlog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Decides which value files to rewrite; a pure function of a set of files. What is garbage is known exactly, from what
 * tables point to, so nothing has to be sampled.
 *
 * @param garbageShare of all record bytes that may be garbage, above 0 and below 1: the files take at most
 *     1 / (1 - garbageShare) times the bytes pointed to, and a little more while a rewrite is under way
 * @param fileBytes size that a rewrite aims at
 */
public record GarbagePicker(double garbageShare, long fileBytes) {
    /**
     * Files of one family and generation with the most garbage, to be rewritten as one; empty when there is nothing to do.
     *
     * @param busy says which files, by number, are being rewritten
     */
    public List<ValueFileHandle> pick(ValueFileSet set, LongPredicate busy) {
        long garbage = 0;
        long all = 0;
        for (ValueFileMeta file : set.metas()) {
            // A file being rewritten is as good as rewritten.
            garbage += busy.test(file.number()) ? 0 : set.garbageBytes(file);
            all += busy.test(file.number()) ? set.liveBytes(file) : file.recordBytes();
        }
        return garbage <= all * garbageShare ? List.of() : worst(set, busy, garbageShare);
    }

    /** As {@link #pick}, among files in which more than {@code share} is garbage. */
    public List<ValueFileHandle> worst(ValueFileSet set, LongPredicate busy, double share) {
        List<ValueFileHandle> byGarbage = set.handles().stream()
                .filter(f -> !busy.test(f.meta().number()) && shareOf(set, f) > share)
                .sorted(Comparator.<ValueFileHandle>comparingDouble(f -> -shareOf(set, f))
                        .thenComparingLong(f -> f.meta().number()))
                .toList();
        List<ValueFileHandle> picked = new ArrayList<>();
        long live = 0;
        for (ValueFileHandle file : byGarbage) {
            ValueFileMeta first = picked.isEmpty() ? file.meta() : picked.getFirst().meta();
            boolean alike = file.meta().family() == first.family() && file.meta().generation() == first.generation();
            live += alike ? set.liveBytes(file.meta()) : 0;
            if (alike && (picked.isEmpty() || live <= fileBytes)) {
                picked.add(file);
            }
        }
        return picked;
    }

    private static double shareOf(ValueFileSet set, ValueFileHandle file) {
        return (double) set.garbageBytes(file.meta()) / Math.max(1, file.meta().recordBytes());
    }
}

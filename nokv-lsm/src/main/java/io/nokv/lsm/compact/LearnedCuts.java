package io.nokv.lsm.compact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts the keys there are, not the keys there could be, into ranges of about equal weight. */
final class LearnedCuts {
    private LearnedCuts() {}

    /**
     * A piece of what there is.
     *
     * @param key the table key it ends with
     * @param bytes what it weighs
     */
    record Piece(byte[] key, long bytes) {}

    /** At most {@code parts - 1} keys, ascending, each once, such that about as many bytes lie between any two. */
    static List<byte[]> balanced(List<Piece> pieces, int parts) {
        List<Piece> sorted = new ArrayList<>(pieces);
        sorted.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
        long total = sorted.stream().mapToLong(Piece::bytes).sum();
        List<byte[]> cuts = new ArrayList<>();
        long before = 0;
        for (Piece piece : sorted) {
            before += piece.bytes();
            boolean due = before >= total / parts * (cuts.size() + 1);
            boolean isNew = cuts.isEmpty() || Arrays.compareUnsigned(cuts.getLast(), piece.key()) < 0;
            if (due && isNew && before < total && cuts.size() < parts - 1) {
                cuts.add(piece.key());
            }
        }
        return cuts;
    }
}

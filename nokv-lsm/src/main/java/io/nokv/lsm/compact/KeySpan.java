package io.nokv.lsm.compact;

import io.nokv.lsm.Family;
import io.nokv.lsm.table.TableKey;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of {@linkplain TableKey table keys}.
 *
 * @param from inclusive; null for no bound
 * @param to exclusive; null for no bound
 */
public record KeySpan(byte[] from, byte[] to) {
    /** All keys. */
    public static final KeySpan ALL = new KeySpan(null, null);

    /** All keys, cut at {@code cuts}, which ascend. */
    public static List<KeySpan> between(List<byte[]> cuts) {
        List<KeySpan> spans = new ArrayList<>();
        byte[] from = null;
        for (byte[] cut : cuts) {
            spans.add(new KeySpan(from, cut));
            from = cut;
        }
        spans.add(new KeySpan(from, null));
        return spans;
    }

    /** Where the span begins in {@code family}: null at its first key. Only asked when some of the family is in the span. */
    byte[] firstOf(Family family) {
        return from != null && (from[0] & 0xFF) == family.code() ? TableKey.userKey(from) : null;
    }

    /** Where the span ends in {@code family}: null behind its last key. Only asked when some of the family is in the span. */
    byte[] endOf(Family family) {
        return to != null && (to[0] & 0xFF) == family.code() ? TableKey.userKey(to) : null;
    }

    /** Whether keys of {@code family} are in the span. */
    boolean meets(Family family) {
        boolean endsBefore = to != null
                && ((to[0] & 0xFF) < family.code() || (to[0] & 0xFF) == family.code() && to.length == 1);
        boolean beginsAfter = from != null && (from[0] & 0xFF) > family.code();
        return !endsBefore && !beginsAfter;
    }
}

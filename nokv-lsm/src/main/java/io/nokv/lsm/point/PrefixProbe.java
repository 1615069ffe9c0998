package io.nokv.lsm.point;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;

/**
 * A scan whose keys all have one prefix: tables whose filters do not know the prefix have none of them. Immutable.
 *
 * @param rule by which {@code hash} was taken: it means something only to filters that were built with the same one
 * @param hash what filters hold of the prefix
 * @param range has a first key
 */
public record PrefixProbe(Family family, PrefixRule rule, long hash, Range range) {
    /** What to ask filters before {@code range} is read; null when its keys need not share a prefix. */
    public static PrefixProbe of(KeyPrefixes prefixes, Family family, Range range) {
        PrefixRule rule = prefixes.of(family);
        if (rule.isNone() || range.from() == null || range.isEmpty()) {
            return null;
        }
        byte[] common = range.commonPrefix();
        int length = rule.length(common, 0, common.length);
        return length < 0
                ? null
                : new PrefixProbe(family, rule, KeyPrefixes.hash(family, common, 0, length), range);
    }
}

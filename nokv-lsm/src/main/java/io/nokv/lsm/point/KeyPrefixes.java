package io.nokv.lsm.point;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import java.util.Arrays;

/** Of which keys filters hold the prefixes too, by family. Immutable. */
public final class KeyPrefixes {
    /** No family has prefixes. */
    public static final KeyPrefixes NONE = new KeyPrefixes(none());
    /** Keeps a prefix apart from a head of the same bytes. Part of the table format. */
    private static final long MARK = 0xD6E8FEB86659FD93L;
    private static final int ESCAPED = 1;

    private final PrefixRule[] rules;

    private KeyPrefixes(PrefixRule[] rules) {
        this.rules = rules;
    }

    private static PrefixRule[] none() {
        PrefixRule[] rules = new PrefixRule[Family.values().length];
        Arrays.fill(rules, PrefixRule.NONE);
        return rules;
    }

    /** These prefixes, with {@code rule} for {@code family}. */
    public KeyPrefixes with(Family family, PrefixRule rule) {
        PrefixRule[] changed = rules.clone();
        changed[family.ordinal()] = rule;
        return new KeyPrefixes(changed);
    }

    public PrefixRule of(Family family) {
        return rules[family.ordinal()];
    }

    /** What filters hold of the prefix in {@code key[offset, offset + length)}. */
    public static long hash(Family family, byte[] key, int offset, int length) {
        return KeyHash.of(family, key, offset, length) ^ MARK;
    }

    /** As {@link #decode} reads it. */
    public void encode(ByteWriter out) {
        int count = 0;
        for (PrefixRule rule : rules) {
            count += rule.isNone() ? 0 : 1;
        }
        out.varint(count);
        for (Family family : Family.values()) {
            PrefixRule rule = of(family);
            if (!rule.isNone()) {
                out.u8(family.code()).u8(rule.bytes()).u8(rule.fields()).u8(rule.escaped() ? ESCAPED : 0);
            }
        }
    }

    /** CORRUPTION, without a place, when the grammar is broken. */
    public static KeyPrefixes decode(ByteReader in) {
        KeyPrefixes read = NONE;
        for (int left = in.varint(Family.values().length); left > 0; left--) {
            Family family = Family.ofCode(in.u8());
            PrefixRule rule = new PrefixRule(in.u8(), in.u8(), in.u8() == ESCAPED);
            if (family == null) {
                throw new NokvException(FailureCode.CORRUPTION, "prefixes of an unknown family");
            }
            read = read.with(family, rule);
        }
        return read;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPrefixes prefixes && Arrays.equals(rules, prefixes.rules);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rules);
    }

    @Override
    public String toString() {
        return Arrays.toString(rules);
    }
}

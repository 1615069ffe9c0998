package io.nokv.lsm.memtable;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;
import java.util.Arrays;

/**
 * An adaptive radix tree (Leis, Kemper, Neumann: "The Adaptive Radix Tree", ICDE 2013) for one writer and many readers.
 * The way to a key is as long as there are places where keys part on it, however many keys there are; a byte of a key is
 * looked at once, where a skip list compares the common prefix of neighbours over and over.
 *
 * <p>Differences from the paper: two node sizes instead of four, since small ones are copied when they grow; compressed
 * paths refer to a key instead of holding a copy; a key may be the prefix of another, it then ends at an inner node.
 *
 * <p>Concurrency: the writer publishes with release stores, each of them one consistent step: a new version of a key, a
 * node with one child more in place of the same without it, a node in front of one whose path parts. Nodes that were
 * replaced stay as they were and keep all that was there before, so a reader that still stands on one misses only entries
 * added after it came, which it must not see anyway.
 */
final class RadixTree implements EntryIndex {
    /** A {@link RadixNode}, a {@link RadixEntry}, or null. */
    private volatile Object root;

    @Override
    public long add(byte[] key, long sequence, byte[] value, int offset, int length) {
        RadixNode parent = null;
        int slot = 0;
        Object at = root;
        int from = 0;
        while (at instanceof RadixNode node) {
            int end = Math.min(node.depth, key.length);
            int parts = Arrays.mismatch(key, from, end, node.sample, from, end);
            if (parts >= 0 || key.length < node.depth) {
                int depth = parts >= 0 ? from + parts : key.length;
                return fork(parent, slot, depth, node.sample, node, key, sequence, value, offset, length);
            }
            if (key.length == node.depth) {
                return end(node, key, sequence, value, offset, length);
            }
            int wanted = key[node.depth] & 0xFF;
            int next = node.ceiling(wanted);
            if (!node.isExact(next, wanted)) {
                RadixNode grown = node.with(wanted, new RadixEntry(key, sequence, value, offset, length, null));
                if (grown == node) {
                    return entryBytes(key, length);
                }
                put(parent, slot, grown);
                return entryBytes(key, length) + grown.bytes() - node.bytes();
            }
            parent = node;
            slot = next;
            from = node.depth + 1;
            at = node.child(next);
        }
        if (at == null) {
            put(parent, slot, new RadixEntry(key, sequence, value, offset, length, null));
            return entryBytes(key, length);
        }
        RadixEntry entry = (RadixEntry) at;
        int parts = Arrays.mismatch(key, from, key.length, entry.key, from, entry.key.length);
        if (parts >= 0) {
            return fork(parent, slot, from + parts, entry.key, entry, key, sequence, value, offset, length);
        }
        if (entry.sequence == sequence) {
            return replaceValue(entry, value, offset, length);
        }
        put(parent, slot, newer(entry, sequence, value, offset, length));
        return RadixEntry.OVERHEAD_BYTES + length;
    }

    private long end(RadixNode node, byte[] key, long sequence, byte[] value, int offset, int length) {
        RadixEntry before = node.ends;
        if (before == null) {
            node.ends = new RadixEntry(key, sequence, value, offset, length, null);
            return entryBytes(key, length);
        }
        if (before.sequence == sequence) {
            return replaceValue(before, value, offset, length);
        }
        node.ends = newer(before, sequence, value, offset, length);
        return RadixEntry.OVERHEAD_BYTES + length;
    }

    private static RadixEntry newer(RadixEntry before, long sequence, byte[] value, int offset, int length) {
        Invariant.check(sequence > before.sequence, "a version is added after a newer one");
        return new RadixEntry(before.key, sequence, value, offset, length, before);
    }

    private static long replaceValue(RadixEntry entry, byte[] value, int offset, int length) {
        entry.offset = offset;
        entry.length = length;
        entry.value = value;
        return length;
    }

    /** Puts a node in front of {@code old}: its keys and {@code key} part at {@code depth}, or one of them ends there. */
    private long fork(RadixNode parent, int slot, int depth, byte[] sample, Object old, byte[] key, long sequence,
            byte[] value, int offset, int length) {
        RadixEntry added = new RadixEntry(key, sequence, value, offset, length, null);
        RadixNode node;
        if (sample.length == depth) { // a node has keys that go on after its depth, so this is an entry
            node = RadixNode.of(sample, depth, (RadixEntry) old, key[depth], added);
        } else if (key.length == depth) {
            node = RadixNode.of(sample, depth, added, sample[depth], old);
        } else {
            node = RadixNode.of(sample, depth, sample[depth], old, key[depth], added);
        }
        put(parent, slot, node);
        return entryBytes(key, length) + node.bytes();
    }

    private void put(RadixNode parent, int slot, Object child) {
        if (parent == null) {
            root = child;
        } else {
            parent.replace(slot, child);
        }
    }

    private static long entryBytes(byte[] key, int length) {
        return RadixEntry.OVERHEAD_BYTES + key.length + length;
    }

    /** Allocates nothing, unless entries that are not visible yet are in the way. */
    @Override
    public void find(PointLookup lookup) {
        RadixEntry newest = ceiling(lookup.key());
        while (newest != null) {
            RadixEntry visible = lookup.matches(newest.key, 0, newest.key.length)
                    ? newest.atOrBelow(lookup.sequence())
                    : null;
            if (visible != null) {
                byte[] value = visible.value;
                lookup.offer(lookup.tailOf(visible.key, 0), visible.sequence,
                        value == null ? EntryKind.DELETE : EntryKind.PUT, value, visible.offset, visible.length);
                return;
            }
            newest = lookup.mayMatchAfter(newest.key, 0, newest.key.length)
                    ? ceiling(Arrays.copyOf(newest.key, newest.key.length + 1)) // the next key there can be
                    : null;
        }
    }

    /** The newest version of the first key at or after {@code key}, or null. */
    private RadixEntry ceiling(byte[] key) {
        RadixNode fork = null; // the lowest node with a child behind the way
        int behind = 0;
        Object at = root;
        int from = 0;
        while (at instanceof RadixNode node) {
            int order = node.orderOfPath(key, from);
            if (order < 0 || order == 0 && key.length <= node.depth) {
                return first(node);
            }
            int wanted = order > 0 ? 0 : key[node.depth] & 0xFF;
            int slot = order > 0 ? node.slots() : node.ceiling(wanted);
            if (slot == node.slots()) {
                at = null;
            } else if (!node.isExact(slot, wanted)) {
                return first(node.child(slot));
            } else {
                int next = node.after(slot);
                if (next < node.slots()) {
                    fork = node;
                    behind = next;
                }
                at = node.child(slot);
                from = node.depth + 1;
            }
        }
        if (at != null && compare((RadixEntry) at, key, from) >= 0) {
            return (RadixEntry) at;
        }
        return fork == null ? null : first(fork.child(behind));
    }

    /** Order of an entry's key and {@code key}, which agree before {@code from}. */
    static int compare(RadixEntry entry, byte[] key, int from) {
        return Arrays.compareUnsigned(entry.key, from, entry.key.length, key, from, key.length);
    }

    /** The newest version of the first key under {@code at}. */
    private static RadixEntry first(Object at) {
        Object down = at;
        while (down instanceof RadixNode node) {
            RadixEntry ends = node.ends;
            down = ends != null ? ends : node.child(node.after(RadixNode.ENDS));
        }
        return (RadixEntry) down;
    }

    @Override
    public EntryCursor cursor() {
        return new RadixCursor(this);
    }

    /** A {@link RadixNode}, the newest {@link RadixEntry} of the only key, or null. */
    Object root() {
        return root;
    }
}

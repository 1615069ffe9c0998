package io.nokv.lsm.memtable;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.cursor.EntryCursor;
import java.util.Arrays;

/** Moves over a {@link RadixTree}: the way from the root to the current key is a stack of nodes and slots. */
final class RadixCursor implements EntryCursor {
    private static final int SHALLOW = 16;

    private final RadixTree tree;
    private RadixNode[] nodes = new RadixNode[SHALLOW];
    private int[] slots = new int[SHALLOW];
    private int depth;

    /** The newest version of the current key; null when there is no entry. */
    private RadixEntry newest;
    private RadixEntry current;

    RadixCursor(RadixTree tree) {
        this.tree = tree;
    }

    private void push(RadixNode node, int slot) {
        if (depth == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * depth);
            slots = Arrays.copyOf(slots, 2 * depth);
        }
        nodes[depth] = node;
        slots[depth++] = slot;
    }

    private void reset() {
        depth = 0;
        newest = null;
        current = null;
    }

    // ---- forward ----------------------------------------------------------------------------------------------

    /** To the first entry under {@code at}. */
    private void first(Object at) {
        Object down = at;
        while (down instanceof RadixNode node) {
            RadixEntry ends = node.ends;
            if (ends != null) {
                push(node, RadixNode.ENDS);
                down = ends;
            } else {
                int slot = node.after(RadixNode.ENDS);
                push(node, slot);
                down = node.child(slot);
            }
        }
        newest = (RadixEntry) down;
        current = newest;
    }

    /** To the first entry behind the stack. */
    private void nextKey() {
        newest = null;
        current = null;
        while (depth > 0) {
            RadixNode node = nodes[depth - 1];
            int slot = node.after(slots[depth - 1]);
            if (slot < node.slots()) {
                slots[depth - 1] = slot;
                first(node.child(slot));
                return;
            }
            depth--;
        }
    }

    @Override
    public void seekToFirst() {
        reset();
        first(tree.root());
    }

    @Override
    public void seek(byte[] key, long sequence) {
        reset();
        Object at = tree.root();
        int from = 0;
        while (at instanceof RadixNode node) {
            int order = node.orderOfPath(key, from);
            if (order < 0 || order == 0 && key.length < node.depth) {
                first(node);
                return;
            }
            if (order > 0) {
                nextKey();
                return;
            }
            if (key.length == node.depth) {
                RadixEntry ends = node.ends;
                push(node, RadixNode.ENDS);
                if (ends == null) {
                    nextKey();
                } else {
                    from(ends, sequence);
                }
                return;
            }
            int wanted = key[node.depth] & 0xFF;
            int slot = node.ceiling(wanted);
            if (slot == node.slots()) {
                nextKey();
                return;
            }
            push(node, slot);
            at = node.child(slot);
            if (!node.isExact(slot, wanted)) {
                first(at);
                return;
            }
            from = node.depth + 1;
        }
        if (at == null) {
            return;
        }
        RadixEntry entry = (RadixEntry) at;
        int order = RadixTree.compare(entry, key, from);
        if (order > 0) {
            newest = entry;
            current = entry;
        } else if (order == 0) {
            from(entry, sequence);
        } else {
            nextKey();
        }
    }

    /** To the first version of this key at or below {@code sequence}, else to the next key. */
    private void from(RadixEntry chain, long sequence) {
        newest = chain;
        current = chain.atOrBelow(sequence);
        if (current == null) {
            nextKey();
        }
    }

    @Override
    public void next() {
        current = current.older;
        if (current == null) {
            nextKey();
        }
    }

    // ---- backward ---------------------------------------------------------------------------------------------

    /** To the last entry under {@code at}. */
    private void last(Object at) {
        Object down = at;
        while (down instanceof RadixNode node) {
            int slot = node.before(node.slots());
            push(node, slot);
            down = slot == RadixNode.ENDS ? node.ends : node.child(slot);
        }
        newest = (RadixEntry) down;
        current = newest == null ? null : newest.oldest();
    }

    /** To the last entry before the stack. */
    private void previousKey() {
        newest = null;
        current = null;
        while (depth > 0) {
            RadixNode node = nodes[depth - 1];
            int slot = slots[depth - 1];
            if (slot != RadixNode.ENDS) {
                slot = node.before(slot);
                slots[depth - 1] = slot;
                Object down = slot == RadixNode.ENDS ? node.ends : node.child(slot);
                if (down != null) {
                    last(down);
                    return;
                }
            }
            depth--;
        }
    }

    @Override
    public void seekToLast() {
        reset();
        last(tree.root());
    }

    @Override
    public void seekBefore(byte[] key, long sequence) {
        reset();
        Object at = tree.root();
        int from = 0;
        while (at instanceof RadixNode node) {
            int order = node.orderOfPath(key, from);
            if (order > 0) {
                last(node);
                return;
            }
            if (order < 0 || key.length < node.depth) {
                previousKey();
                return;
            }
            if (key.length == node.depth) {
                push(node, RadixNode.ENDS);
                RadixEntry ends = node.ends;
                if (ends == null) {
                    previousKey();
                } else {
                    before(ends, sequence);
                }
                return;
            }
            int wanted = key[node.depth] & 0xFF;
            int slot = node.ceiling(wanted);
            push(node, slot);
            if (!node.isExact(slot, wanted)) {
                previousKey();
                return;
            }
            at = node.child(slot);
            from = node.depth + 1;
        }
        if (at == null) {
            return;
        }
        RadixEntry entry = (RadixEntry) at;
        int order = RadixTree.compare(entry, key, from);
        if (order < 0) {
            newest = entry;
            current = entry.oldest();
        } else if (order == 0) {
            before(entry, sequence);
        } else {
            previousKey();
        }
    }

    /** To the last version of this key above {@code sequence}, else to the key before. */
    private void before(RadixEntry chain, long sequence) {
        newest = chain;
        current = chain.lastAbove(sequence);
        if (current == null) {
            previousKey();
        }
    }

    @Override
    public void prev() {
        current = newest.lastAbove(current.sequence);
        if (current == null) {
            previousKey();
        }
    }

    // ---- the entry --------------------------------------------------------------------------------------------

    @Override
    public boolean isValid() {
        return current != null;
    }

    @Override
    public byte[] keyArray() {
        return current.key;
    }

    @Override
    public int keyOffset() {
        return 0;
    }

    @Override
    public int keyLength() {
        return current.key.length;
    }

    @Override
    public long sequence() {
        return current.sequence;
    }

    @Override
    public EntryKind kind() {
        return current.value == null ? EntryKind.DELETE : EntryKind.PUT;
    }

    @Override
    public byte[] valueArray() {
        return current.value;
    }

    @Override
    public int valueOffset() {
        return current.offset;
    }

    @Override
    public int valueLength() {
        return current.length;
    }
}

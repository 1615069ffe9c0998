package io.nokv.lsm.memtable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A place in a {@link RadixTree} where keys part: all keys below it agree up to {@link #depth} and differ there or end
 * there. The bytes they agree in are not copied: {@link #sample} is one of the keys.
 *
 * <p>A slot is {@link #ENDS} for the key that ends here, or the number of a child, ascending with the byte it stands for.
 * The set of children of a {@link Sparse} node never changes, a copy with one more takes its place; what a slot holds is
 * replaced by a release store. A child is a node or the newest {@link RadixEntry} of a key.
 */
abstract sealed class RadixNode {
    /** The slot before all children. */
    static final int ENDS = -1;

    private static final VarHandle CHILD = MethodHandles.arrayElementVarHandle(Object[].class);

    final byte[] sample;
    final int depth;
    final Object[] children;

    /** The newest version of the key that ends here, or null. */
    volatile RadixEntry ends;

    private RadixNode(byte[] sample, int depth, Object[] children, RadixEntry ends) {
        this.sample = sample;
        this.depth = depth;
        this.children = children;
        this.ends = ends;
    }

    /** One key ends at {@code depth}, others go on with {@code at}. */
    static RadixNode of(byte[] sample, int depth, RadixEntry ends, byte at, Object child) {
        return new Sparse(sample, depth, new byte[]{at}, new Object[]{child}, ends);
    }

    /** Some keys go on with {@code at}, others with {@code another}. */
    static RadixNode of(byte[] sample, int depth, byte at, Object child, byte another, Object otherChild) {
        return Byte.compareUnsigned(at, another) < 0
                ? new Sparse(sample, depth, new byte[]{at, another}, new Object[]{child, otherChild}, null)
                : new Sparse(sample, depth, new byte[]{another, at}, new Object[]{otherChild, child}, null);
    }

    /** Null for {@link Dense} slots without a child. */
    final Object child(int slot) {
        return CHILD.getAcquire(children, slot);
    }

    final void replace(int slot, Object child) {
        CHILD.setRelease(children, slot, child);
    }

    final int slots() {
        return children.length;
    }

    /**
     * How {@code key} compares with the bytes that all keys below agree in, from {@code from} up to {@link #depth}: 0 when
     * it agrees as far as it goes, else the sign of key minus those.
     */
    final int orderOfPath(byte[] key, int from) {
        int end = Math.min(depth, key.length);
        int parts = Arrays.mismatch(key, from, end, sample, from, end);
        return parts < 0 ? 0 : Byte.compareUnsigned(key[from + parts], sample[from + parts]);
    }

    /** The slot of the first child whose byte is at least {@code wanted}; {@link #slots()} when there is none. */
    abstract int ceiling(int wanted);

    /** Whether {@code slot}, a {@link #ceiling}, stands for {@code wanted} itself. */
    abstract boolean isExact(int slot, int wanted);

    /** The first slot after {@code slot} that holds a child; {@link #slots()} when there is none. */
    abstract int after(int slot);

    /** The last child slot before {@code slot}, or {@link #ENDS}. */
    abstract int before(int slot);

    /** This node or one in its place that has {@code child} at {@code at}, which has none yet. */
    abstract RadixNode with(int at, Object child);

    /** Heap bytes of the node. */
    abstract long bytes();

    /** The bytes of its children in order, and the children: 4 bytes and a reference for each. */
    static final class Sparse extends RadixNode {
        private static final int MOST = 48;

        private final byte[] keys;

        private Sparse(byte[] sample, int depth, byte[] keys, Object[] children, RadixEntry ends) {
            super(sample, depth, children, ends);
            this.keys = keys;
        }

        @Override
        int ceiling(int wanted) {
            int slot = 0;
            while (slot < keys.length && (keys[slot] & 0xFF) < wanted) {
                slot++;
            }
            return slot;
        }

        @Override
        boolean isExact(int slot, int wanted) {
            return slot < keys.length && (keys[slot] & 0xFF) == wanted;
        }

        @Override
        int after(int slot) {
            return slot + 1;
        }

        @Override
        int before(int slot) {
            return slot - 1;
        }

        @Override
        RadixNode with(int at, Object child) {
            if (keys.length == MOST) {
                Dense dense = new Dense(sample, depth, ends);
                for (int i = 0; i < keys.length; i++) {
                    dense.children[keys[i] & 0xFF] = children[i];
                }
                dense.children[at] = child;
                return dense;
            }
            int slot = ceiling(at);
            byte[] moreKeys = Arrays.copyOf(keys, keys.length + 1);
            Object[] more = Arrays.copyOf(children, children.length + 1);
            System.arraycopy(keys, slot, moreKeys, slot + 1, keys.length - slot);
            System.arraycopy(children, slot, more, slot + 1, children.length - slot);
            moreKeys[slot] = (byte) at;
            more[slot] = child;
            return new Sparse(sample, depth, moreKeys, more, ends);
        }

        @Override
        long bytes() {
            return 32 + 2 * 16 + 5L * keys.length;
        }
    }

    /** A slot for every byte. */
    static final class Dense extends RadixNode {
        private static final int SLOTS = 256;

        private Dense(byte[] sample, int depth, RadixEntry ends) {
            super(sample, depth, new Object[SLOTS], ends);
        }

        @Override
        int ceiling(int wanted) {
            return child(wanted) != null ? wanted : after(wanted);
        }

        @Override
        boolean isExact(int slot, int wanted) {
            return slot == wanted && slot < SLOTS;
        }

        @Override
        int after(int slot) {
            int next = slot + 1;
            while (next < SLOTS && child(next) == null) {
                next++;
            }
            return next;
        }

        @Override
        int before(int slot) {
            int next = slot - 1;
            while (next >= 0 && child(next) == null) {
                next--;
            }
            return next;
        }

        @Override
        RadixNode with(int at, Object child) {
            replace(at, child);
            return this;
        }

        @Override
        long bytes() {
            return 32 + 16 + 4L * SLOTS;
        }
    }
}

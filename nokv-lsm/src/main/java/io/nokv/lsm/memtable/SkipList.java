package io.nokv.lsm.memtable;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A skip list (Pugh 1990) for one writer and many readers, as LevelDB has it: a node is complete before a release store
 * links it, bottom level first, and nothing is ever unlinked, so readers need only acquire loads.
 */
final class SkipList implements EntryIndex {
    private static final int MAX_HEIGHT = 16;
    private static final VarHandle NEXT = MethodHandles.arrayElementVarHandle(Node[].class);

    private static final class Node {
        final byte[] key;
        final long sequence;
        final Node[] next;
        /** Where the value is; null for a tombstone. These three change only before its sequence is visible. */
        volatile byte[] value;
        int offset;
        int length;

        Node(byte[] key, long sequence, int height) {
            this.key = key;
            this.sequence = sequence;
            this.next = new Node[height];
        }

        void set(byte[] array, int at, int count) {
            offset = at;
            length = count;
            value = array;
        }

        Node next(int level) {
            return (Node) NEXT.getAcquire(next, level);
        }

        /** Whether this node comes before ({@code wanted}, {@code at}). */
        boolean isBefore(byte[] wanted, long at) {
            int order = Arrays.compareUnsigned(key, wanted);
            return order < 0 || order == 0 && sequence > at;
        }
    }

    private final Node head = new Node(new byte[0], Long.MAX_VALUE, MAX_HEIGHT);
    private final Node[] path = new Node[MAX_HEIGHT];
    private volatile int height = 1;
    /** XorShift (Marsaglia 2003); heights need no more, and a fixed seed keeps runs alike. */
    private int random = 0x2545F491;

    @Override
    public long add(byte[] key, long sequence, byte[] value, int offset, int length) {
        Node at = head;
        for (int level = MAX_HEIGHT - 1; level >= 0; level--) {
            Node next = level < height ? at.next(level) : null;
            while (next != null && next.isBefore(key, sequence)) {
                at = next;
                next = at.next(level);
            }
            path[level] = at;
        }
        Node found = path[0].next(0);
        if (found != null && found.sequence == sequence && Arrays.equals(found.key, key)) {
            found.set(value, offset, length);
            return length;
        }
        int nodeHeight = randomHeight();
        if (nodeHeight > height) {
            height = nodeHeight;
        }
        Node node = new Node(key, sequence, nodeHeight);
        node.set(value, offset, length);
        for (int level = 0; level < nodeHeight; level++) {
            node.next[level] = path[level].next(level);
        }
        for (int level = 0; level < nodeHeight; level++) {
            NEXT.setRelease(path[level].next, level, node);
        }
        return Memtable.ENTRY_OVERHEAD_BYTES + key.length + length;
    }

    /** One more level with probability 1/4. */
    private int randomHeight() {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return Math.min(MAX_HEIGHT, 1 + Integer.numberOfTrailingZeros(random | 1 << 30) / 2);
    }

    /** The last node before (key, sequence), the head when there is none. */
    private Node lastBefore(byte[] key, long sequence) {
        Node at = head;
        for (int level = height - 1; level >= 0; level--) {
            Node next = at.next(level);
            while (next != null && next.isBefore(key, sequence)) {
                at = next;
                next = at.next(level);
            }
        }
        return at;
    }

    /**
     * The first node at or after (key, sequence), or null. What stands behind the last node before may have been inserted
     * meanwhile and still be before: then the way goes on.
     */
    private Node firstFrom(byte[] key, long sequence) {
        Node node = lastBefore(key, sequence).next(0);
        while (node != null && node.isBefore(key, sequence)) {
            node = node.next(0);
        }
        return node;
    }

    private Node last() {
        Node at = head;
        for (int level = height - 1; level >= 0; level--) {
            for (Node next = at.next(level); next != null; next = at.next(level)) {
                at = next;
            }
        }
        return at;
    }

    @Override
    public void find(PointLookup lookup) {
        Node node = firstFrom(lookup.key(), lookup.sequence());
        while (node != null) {
            if (node.sequence <= lookup.sequence() && lookup.matches(node.key, 0, node.key.length)) {
                byte[] value = node.value;
                lookup.offer(lookup.tailOf(node.key, 0), node.sequence,
                        value == null ? EntryKind.DELETE : EntryKind.PUT, value, node.offset, node.length);
                return;
            }
            node = lookup.mayMatchAfter(node.key, 0, node.key.length) ? node.next(0) : null;
        }
    }

    @Override
    public EntryCursor cursor() {
        return new ListCursor();
    }

    private final class ListCursor implements EntryCursor {
        private Node node;

        @Override
        public boolean isValid() {
            return node != null;
        }

        private Node orNone(Node found) {
            return found == head ? null : found;
        }

        @Override
        public void seekToFirst() {
            node = head.next(0);
        }

        @Override
        public void seekToLast() {
            node = orNone(last());
        }

        @Override
        public void seek(byte[] key, long sequence) {
            node = firstFrom(key, sequence);
        }

        @Override
        public void seekBefore(byte[] key, long sequence) {
            node = orNone(lastBefore(key, sequence));
        }

        @Override
        public void next() {
            node = node.next(0);
        }

        @Override
        public void prev() {
            node = orNone(lastBefore(node.key, node.sequence));
        }

        @Override
        public byte[] keyArray() {
            return node.key;
        }

        @Override
        public int keyOffset() {
            return 0;
        }

        @Override
        public int keyLength() {
            return node.key.length;
        }

        @Override
        public long sequence() {
            return node.sequence;
        }

        @Override
        public EntryKind kind() {
            return node.value == null ? EntryKind.DELETE : EntryKind.PUT;
        }

        @Override
        public byte[] valueArray() {
            return node.value;
        }

        @Override
        public int valueOffset() {
            return node.offset;
        }

        @Override
        public int valueLength() {
            return node.length;
        }
    }
}

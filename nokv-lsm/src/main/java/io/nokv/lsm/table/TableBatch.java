package io.nokv.lsm.table;

import io.nokv.lsm.point.PointLookup;

/**
 * Many point reads of one table in one pass: each partition and each block is fetched once, filters are asked for all keys of
 * a partition before its blocks are, and blocks that are not in memory and lie close together are read with one call. Used
 * by one flow.
 */
final class TableBatch {
    /** Bytes between two blocks wanted that are read along rather than left out. */
    private static final int GAP_BYTES = 32 << 10;
    private static final int READ_BYTES = 1 << 20;

    private final TableReader table;
    private final PointLookup[] lookups;
    private final int from;
    private final int to;
    private final int familyCode;
    private final boolean filtered;

    /** Of the partition at hand: look-ups that its filter let through, and the block that each of them is led to. */
    private final PointLookup[] passed;
    private final int[] numbers;
    private final Block[] blocks;
    private int count;

    /** @param lookups of keys without tails, of one family, ascending between {@code from} and {@code to} */
    TableBatch(TableReader table, PointLookup[] lookups, int from, int to, boolean filtered) {
        this.table = table;
        this.lookups = lookups;
        this.from = from;
        this.to = to;
        this.familyCode = lookups[from].family().code();
        this.filtered = filtered;
        this.passed = new PointLookup[to - from];
        this.numbers = new int[to - from];
        this.blocks = new Block[to - from];
    }

    void run() {
        TableIndex index = table.index();
        int at = from;
        while (at < to) {
            int number = index.find(familyCode, lookups[at].key(), lookups[at].sequence());
            if (number == index.pieces()) {
                return;
            }
            int end = at + 1;
            while (end < to && !index.endsBefore(number, familyCode, lookups[end].key(), lookups[end].sequence())) {
                end++;
            }
            find(number, at, end);
            at = end;
        }
    }

    private void find(int number, int begin, int end) {
        Partition partition = table.partition(number, true);
        count = 0;
        for (int i = begin; i < end; i++) {
            boolean maybe = !filtered || partition.filter.mayContain(lookups[i].hash());
            if (maybe) {
                passed[count++] = lookups[i];
            }
            if (filtered) {
                lookups[i].countFilter(maybe);
            }
        }
        if (count > 0) {
            try {
                lead(partition.blocks);
                fetch(partition, number);
                search();
            } finally {
                release();
            }
        }
    }

    /** Each look-up has its own hold on its block, which its search gives up. */
    private void search() {
        for (int i = 0; i < count; i++) {
            Block block = blocks[i];
            blocks[i] = null;
            table.search(block, passed[i], filtered);
        }
    }

    private void release() {
        for (int i = 0; i < count; i++) {
            if (blocks[i] != null) {
                blocks[i].release();
                blocks[i] = null;
            }
        }
    }

    private void lead(TableIndex index) {
        int number = -1;
        for (int i = 0; i < count; i++) {
            PointLookup lookup = passed[i];
            if (number < 0 || index.endsBefore(number, familyCode, lookup.key(), lookup.sequence())) {
                number = index.find(familyCode, lookup.key(), lookup.sequence());
            }
            numbers[i] = number;
        }
    }

    private void fetch(Partition partition, int number) {
        int missing = 0;
        int different = 0;
        for (int i = 0; i < count; i++) {
            if (i > 0 && numbers[i] == numbers[i - 1]) {
                blocks[i] = blocks[i - 1] == null ? null : blocks[i - 1].heldAgain();
            } else {
                blocks[i] = table.blockInMemory(number, numbers[i]);
                missing += blocks[i] == null ? 1 : 0;
                different++;
            }
        }
        table.countBlocks(different - missing);
        for (int i = 0; missing > 0 && i < count; i++) {
            if (blocks[i] == null) {
                load(partition, number, i);
            }
        }
    }

    /** Reads the block of look-up {@code first}, which is not in memory, and those behind it that are near. */
    private void load(Partition partition, int number, int first) {
        TableIndex index = partition.blocks;
        long begin = index.offset(numbers[first]);
        long end = index.offset(numbers[first] + 1);
        int last = first;
        for (int i = first + 1; i < count; i++) {
            long next = index.offset(numbers[i] + 1);
            if (blocks[i] == null && numbers[i] != numbers[last]) {
                if (index.offset(numbers[i]) - end > GAP_BYTES || next - begin > READ_BYTES) {
                    break;
                }
                last = i;
                end = next;
            }
        }
        FrameBuffer frame = table.frames().take();
        try {
            table.read(frame, begin, (int) (end - begin));
            Block loaded = null;
            for (int i = first; i < count && numbers[i] <= numbers[last]; i++) {
                if (blocks[i] == null) {
                    boolean same = loaded != null && numbers[i] == numbers[i - 1];
                    loaded = same ? loaded.heldAgain() : table.loaded(partition, number, numbers[i], frame);
                    blocks[i] = loaded;
                }
            }
        } finally {
            table.frames().giveBack(frame);
        }
    }
}

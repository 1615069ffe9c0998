package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;

/** Moves over the entries of one family of one table. */
public final class TableCursor implements EntryCursor {
    private static final byte[] NO_KEY = {};

    private final TableReader table;
    private final int familyCode;
    private final boolean keepBlocks;
    /** What all entries carry in place of their own sequence numbers, which are 0; 0 for nothing. */
    private final long assigned;
    private final BlockCursor cursor = new BlockCursor();
    /** Null when blocks are shared. */
    private final FrameBuffer ahead;
    private int partitionNumber = -1;
    private Partition partition;
    private int blockNumber = -1;
    private boolean valid;

    TableCursor(TableReader table, Family family, boolean keepBlocks) {
        this.table = table;
        this.familyCode = family.code();
        this.keepBlocks = keepBlocks;
        this.ahead = keepBlocks ? null : new FrameBuffer();
        this.assigned = table.meta().traits().sequence();
    }

    private void enter(int number) {
        if (number != partitionNumber) {
            partitionNumber = -1;
            blockNumber = -1;
            partition = table.partition(number, keepBlocks);
            partitionNumber = number;
        }
    }

    private void goTo(int number) {
        if (number != blockNumber) {
            Block before = leave();
            cursor.reset(keepBlocks
                    ? table.block(partition, partitionNumber, number)
                    : table.copyOfBlock(partition, partitionNumber, number, before, ahead));
            blockNumber = number;
        }
    }

    /** Gives up the block that the cursor stands in; answers it if its memory is the cursor's own. */
    private Block leave() {
        Block block = cursor.block();
        cursor.reset(null);
        blockNumber = -1;
        if (block != null && keepBlocks) {
            block.release();
            return null;
        }
        return block;
    }

    /** To the first block of the next partition, or of the next block in this one; false at the end of the table. */
    private boolean goForward() {
        if (blockNumber + 1 < partition.blocks.pieces()) {
            goTo(blockNumber + 1);
            return true;
        }
        if (partitionNumber + 1 < table.index().pieces()) {
            enter(partitionNumber + 1);
            goTo(0);
            return true;
        }
        return false;
    }

    /** The counterpart of {@link #goForward}. */
    private boolean goBackward() {
        if (blockNumber > 0) {
            goTo(blockNumber - 1);
            return true;
        }
        if (partitionNumber > 0) {
            enter(partitionNumber - 1);
            goTo(partition.blocks.pieces() - 1);
            return true;
        }
        return false;
    }

    private void settle() {
        valid = cursor.isValid() && cursor.familyCode() == familyCode;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public void seekToFirst() {
        seekIn(familyCode, NO_KEY, MAX_SEQUENCE);
    }

    @Override
    public void seekToLast() {
        seekBeforeIn(familyCode + 1, NO_KEY, MAX_SEQUENCE);
    }

    @Override
    public void seek(byte[] key, long sequence) {
        seekIn(familyCode, key, own(sequence));
    }

    @Override
    public void seekBefore(byte[] key, long sequence) {
        seekBeforeIn(familyCode, key, own(sequence));
    }

    /** Where entries carry an assigned number, they are all before or all not before {@code sequence}. */
    private long own(long sequence) {
        if (assigned == 0) {
            return sequence;
        }
        return assigned > sequence ? -1 : MAX_SEQUENCE;
    }

    private void seekIn(int family, byte[] key, long sequence) {
        valid = false;
        int number = table.index().find(family, key, sequence);
        if (number < table.index().pieces()) {
            enter(number);
            goTo(partition.blocks.find(family, key, sequence));
            cursor.seek(family, key, sequence);
            settle();
        }
    }

    private void seekBeforeIn(int family, byte[] key, long sequence) {
        valid = false;
        if (table.index().pieces() == 0) {
            return;
        }
        enter(Math.min(table.index().find(family, key, sequence), table.index().pieces() - 1));
        goTo(Math.min(partition.blocks.find(family, key, sequence), partition.blocks.pieces() - 1));
        cursor.seekBefore(family, key, sequence);
        if (!cursor.isValid() && goBackward()) {
            cursor.seekToLast();
        }
        settle();
    }

    @Override
    public void next() {
        cursor.next();
        if (!cursor.isValid()) {
            valid = false;
            if (goForward()) {
                cursor.seekToFirst();
            }
        }
        settle();
    }

    @Override
    public void prev() {
        cursor.prev();
        if (!cursor.isValid()) {
            valid = false;
            if (goBackward()) {
                cursor.seekToLast();
            }
        }
        settle();
    }

    @Override
    public byte[] keyArray() {
        return cursor.keyArray;
    }

    @Override
    public int keyOffset() {
        return 1;
    }

    @Override
    public int keyLength() {
        return cursor.keyLength - 1;
    }

    @Override
    public long sequence() {
        return assigned == 0 ? cursor.sequence : assigned;
    }

    @Override
    public EntryKind kind() {
        return cursor.kind;
    }

    @Override
    public byte[] valueArray() {
        return cursor.block().bytes;
    }

    @Override
    public int valueOffset() {
        return cursor.valueOffset;
    }

    @Override
    public int valueLength() {
        return cursor.valueLength;
    }

    @Override
    public void close() {
        valid = false;
        leave();
    }
}

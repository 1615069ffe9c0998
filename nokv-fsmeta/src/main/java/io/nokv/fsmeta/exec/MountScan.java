package io.nokv.fsmeta.exec;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.Bytes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKind;
import io.nokv.fsmeta.txn.View;

/**
 * The rows of one kind of a whole mount, in key order: from group to group, skipping the other kinds. A few foreign rows
 * are stepped over, more are jumped.
 */
final class MountScan implements AutoCloseable {
    private static final int STEPS_BEFORE_JUMP = 8;
    /** Magic and layout version. */
    private static final int PREFIX_BYTES = 5;

    private final View view;
    private final long mount;
    private final RowKind kind;
    private final byte[] end;
    private View.Rows rows;

    /** @param end exclusive, or null for the end of the mount */
    MountScan(View view, long mount, RowKind kind, byte[] from, byte[] end) {
        this.view = view;
        this.mount = mount;
        this.kind = kind;
        this.end = end == null ? Bytes.prefixEnd(Keys.mountPrefix(mount)) : end;
        this.rows = Bytes.ORDER.compare(from, this.end) < 0 ? view.scan(from, this.end, false) : null;
    }

    /** Steps to the next row of the kind; false at the end. */
    boolean next() {
        int foreign = 0;
        while (rows != null) {
            if (!rows.next()) {
                close();
                return false;
            }
            byte[] key = rows.key();
            ByteReader in = new ByteReader(key, PREFIX_BYTES, key.length - PREFIX_BYTES);
            in.orderedUnsigned();
            long group = in.orderedUnsigned();
            int letter = in.u8();
            if (letter == kind.letter()) {
                return true;
            }
            foreign++;
            if (foreign > STEPS_BEFORE_JUMP) {
                jump(letter < kind.letter() ? group : Math.addExact(group, 1));
                foreign = 0;
            }
        }
        return false;
    }

    private void jump(long group) {
        byte[] to = Keys.kindPrefix(mount, group, kind);
        rows.close();
        rows = Bytes.ORDER.compare(to, end) < 0 ? view.scan(to, end, false) : null;
    }

    byte[] key() {
        return rows.key();
    }

    byte[] value() {
        return rows.value();
    }

    long version() {
        return rows.version();
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
            rows = null;
        }
    }
}

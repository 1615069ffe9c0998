package io.nokv.sql.avatica;

import io.nokv.sql.api.SqlResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.avatica.Meta;

/**
 * A result on its way to the client, frame by frame. Holds one row of look-ahead and the frame sent last, so that a
 * fetch whose answer was lost can be repeated; never the rest. Used under its connection's turn.
 */
final class RowCursor implements AutoCloseable {
    /** Rows of a frame when the client does not say. */
    static final int DEFAULT_FRAME_ROWS = 1_000;
    /** Most rows of a frame. */
    static final int MAX_FRAME_ROWS = 5_000;
    /** A frame ends with the row that reaches this estimate of its size. */
    static final int MAX_FRAME_BYTES = 1 << 20;

    private final SqlResult result;
    private Object[] ahead;
    private boolean ended;
    private long position;
    private Meta.Frame last;

    RowCursor(SqlResult result) {
        this.result = result;
    }

    /** 0 and below mean "as you like": Spark asks for 0 and must not get an empty table. */
    static int clamp(int wanted) {
        return wanted <= 0 ? DEFAULT_FRAME_ROWS : Math.min(wanted, MAX_FRAME_ROWS);
    }

    boolean ended() {
        return ended;
    }

    /** The frame that starts at {@code offset}: the next one, or the last one again. */
    Meta.Frame frame(long offset, int wantedRows) {
        if (offset != position) {
            if (last != null && offset == last.offset) {
                return last;
            }
            throw Failures.of("24000", "BAD_OFFSET",
                    "rows before " + position + " were sent already; row " + offset + " cannot be fetched");
        }
        int limit = clamp(wantedRows);
        List<Object> rows = new ArrayList<>(Math.min(limit, 256));
        long bytes = 0;
        Object[] row = ahead != null ? ahead : advance();
        ahead = null;
        while (row != null) {
            rows.add(Arrays.asList(row));
            bytes += weight(row);
            row = advance();
            if (rows.size() >= limit || bytes >= MAX_FRAME_BYTES) {
                break;
            }
        }
        ahead = row;
        position += rows.size();
        last = new Meta.Frame(offset, ended, rows);
        return last;
    }

    private Object[] advance() {
        if (ended) {
            return null;
        }
        Object[] row = result.next();
        if (row == null) {
            ended = true;
            result.close();
        }
        return row;
    }

    private static long weight(Object[] row) {
        long sum = 0;
        for (Object value : row) {
            sum += switch (value) {
                case null -> 4;
                case String s -> 8L + s.length();
                case byte[] b -> 8L + b.length;
                case BigDecimal d -> 8L + d.precision();
                default -> 12;
            };
        }
        return sum;
    }

    @Override
    public void close() {
        ended = true;
        ahead = null;
        last = null;
        result.close();
    }
}

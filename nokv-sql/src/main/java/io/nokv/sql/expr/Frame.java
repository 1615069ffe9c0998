package io.nokv.sql.expr;

/** What an expression may ask of the running statement besides its row. One thread at a time. */
public interface Frame {
    /** Value of the i-th '?', from 0. */
    Object parameter(int index);

    /** The current row of the outer query that has this slot. */
    Object[] outer(int slot);

    /** Time at which the statement began: the same for the whole statement. */
    long nowMillis();

    /** Mount that paths without one mean; also CURRENT_CATALOG's answer. */
    String mount();

    String user();

    /** Null when there is none. */
    String pathOf(String mount, long inode);

    /** Null when the path leads nowhere. */
    Long inodeOf(String path);
}

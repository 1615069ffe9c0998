package io.nokv.lsm;

/** What an entry says of its key. Memtables have values and deletions only; pointers come up when a table is written. */
public enum EntryKind {
    /** The entry has the value. */
    PUT(0),
    /** The key is deleted; the entry has no value. */
    DELETE(1),
    /** The entry has a pointer to the value, which lies in the value log. */
    POINTER(2);

    /** How many bits {@link #code()} takes. */
    public static final int BITS = 2;

    private static final EntryKind[] BY_CODE = {PUT, DELETE, POINTER, null};

    private final int code;

    EntryKind(int code) {
        this.code = code;
    }

    /** How tables name it; never changes. */
    public int code() {
        return code;
    }

    /** The kind whose code is in the lowest bits of {@code head}, or null. */
    public static EntryKind ofHead(long head) {
        return BY_CODE[(int) head & 3];
    }
}

package io.nokv.fsmeta.api;

/** What an inode is. The codes are stored and go over the wire: they never change. */
public enum FileType {
    FILE(1), DIRECTORY(2), SYMLINK(3), FIFO(4), SOCKET(5), CHAR_DEVICE(6), BLOCK_DEVICE(7);

    private final int code;

    FileType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Null when no type has this code. */
    public static FileType ofCode(int code) {
        return code >= 1 && code <= values().length ? values()[code - 1] : null;
    }
}

package io.nokv.fsmeta.record;

/** The kinds of rows; the letter is in every key and value and never changes. The drawing is in the package's page. */
public enum RowKind {
    CHUNK('C'), DENTRY('D'), FENCE('F'), INODE('I'), SESSION('L'), MOUNT('M'), LINK_NAME('P'), QUOTA('Q'), REQUEST('R'),
    DIRECTORY('S'), USAGE('U'), SNAPSHOT('V'), XATTR('X');

    private final int letter;

    RowKind(char letter) {
        this.letter = letter;
    }

    public int letter() {
        return letter;
    }

    /** Null when no kind has this letter. */
    public static RowKind ofLetter(int letter) {
        return switch (letter) {
            case 'C' -> CHUNK;
            case 'D' -> DENTRY;
            case 'F' -> FENCE;
            case 'I' -> INODE;
            case 'L' -> SESSION;
            case 'M' -> MOUNT;
            case 'P' -> LINK_NAME;
            case 'Q' -> QUOTA;
            case 'R' -> REQUEST;
            case 'S' -> DIRECTORY;
            case 'U' -> USAGE;
            case 'V' -> SNAPSHOT;
            case 'X' -> XATTR;
            default -> null;
        };
    }
}

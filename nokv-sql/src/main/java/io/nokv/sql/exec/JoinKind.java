package io.nokv.sql.exec;

/** Which rows a join gives; RIGHT is a LEFT with its sides exchanged. */
public enum JoinKind {
    INNER, LEFT, SEMI, ANTI, FULL;

    /** Whether rows have the fields of the right side. */
    public boolean showsRight() {
        return this == INNER || this == LEFT || this == FULL;
    }

    static Object[] concat(Object[] left, Object[] right, int rightFields) {
        Object[] row = java.util.Arrays.copyOf(left, left.length + rightFields);
        if (right != null) {
            System.arraycopy(right, 0, row, left.length, rightFields);
        }
        return row;
    }
}

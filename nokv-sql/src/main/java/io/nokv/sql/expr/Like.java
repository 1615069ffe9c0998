package io.nokv.sql.expr;

import io.nokv.sql.error.SqlState;

/** LIKE without backtracking blow-up: greedy over the last '%', so at most text times pattern steps. */
public final class Like {
    private static final int ANY_RUN = -1;
    private static final int ANY_ONE = -2;

    /** Code points, {@link #ANY_RUN} or {@link #ANY_ONE}. */
    private final int[] pattern;
    private final boolean ignoreCase;

    private Like(int[] pattern, boolean ignoreCase) {
        this.pattern = pattern;
        this.ignoreCase = ignoreCase;
    }

    /** @param escape null: none. 22025 when it is not one character, or escapes anything but '%', '_' and itself. */
    public static Like of(String pattern, String escape, boolean ignoreCase) {
        if (escape != null && escape.codePointCount(0, escape.length()) != 1) {
            throw SqlState.INVALID_ESCAPE.failure("ESCAPE takes one character, not '" + escape + "'");
        }
        int mark = escape == null ? -1 : escape.codePointAt(0);
        int[] points = pattern.codePoints().toArray();
        int[] out = new int[points.length];
        int size = 0;
        for (int i = 0; i < points.length; i++) {
            int c = points[i];
            if (c == mark) {
                i++;
                if (i == points.length || points[i] != '%' && points[i] != '_' && points[i] != mark) {
                    throw SqlState.INVALID_ESCAPE.failure(
                            "the escape character must precede '%', '_' or itself in '" + pattern + "'");
                }
                out[size++] = fold(points[i], ignoreCase);
            } else if (c == '%') {
                if (size == 0 || out[size - 1] != ANY_RUN) {
                    out[size++] = ANY_RUN;
                }
            } else {
                out[size++] = c == '_' ? ANY_ONE : fold(c, ignoreCase);
            }
        }
        return new Like(java.util.Arrays.copyOf(out, size), ignoreCase);
    }

    /** The text before the first wildcard. */
    public String prefix() {
        StringBuilder prefix = new StringBuilder();
        for (int c : pattern) {
            if (c < 0) {
                break;
            }
            prefix.appendCodePoint(c);
        }
        return prefix.toString();
    }

    /** Whether the pattern is its prefix and one '%': then the prefix alone decides. */
    public boolean isPrefixOnly() {
        return pattern.length > 0 && pattern[pattern.length - 1] == ANY_RUN
                && prefix().codePointCount(0, prefix().length()) == pattern.length - 1;
    }

    /** Whether there is no wildcard: then it is an equality. */
    public boolean isExact() {
        return prefix().codePointCount(0, prefix().length()) == pattern.length;
    }

    public boolean matches(String text) {
        int t = 0;
        int p = 0;
        int resumeText = -1;
        int resumePattern = -1;
        while (t < text.length()) {
            int c = text.codePointAt(t);
            int width = Character.charCount(c);
            if (p < pattern.length && pattern[p] == ANY_RUN) {
                resumePattern = ++p;
                resumeText = t;
            } else if (p < pattern.length && (pattern[p] == ANY_ONE || pattern[p] == fold(c, ignoreCase))) {
                p++;
                t += width;
            } else if (resumePattern >= 0) {
                p = resumePattern;
                resumeText += Character.charCount(text.codePointAt(resumeText));
                t = resumeText;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == ANY_RUN) {
            p++;
        }
        return p == pattern.length;
    }

    private static int fold(int c, boolean ignoreCase) {
        return ignoreCase ? Character.toLowerCase(Character.toUpperCase(c)) : c;
    }
}

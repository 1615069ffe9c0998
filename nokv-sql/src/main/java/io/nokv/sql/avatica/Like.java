package io.nokv.sql.avatica;

import org.apache.calcite.avatica.Meta;

/**
 * Patterns of DatabaseMetaData: % for any run, _ for one character, backslash before a literal one; without regard to
 * case, as unquoted identifiers match. Linear in pattern times text, whatever the pattern.
 */
final class Like {
    private Like() {}

    /** A null pattern matches everything; an empty one only the empty text, as JDBC says. */
    static boolean matches(Meta.Pat pattern, String text) {
        return pattern == null || pattern.s == null || matches(pattern.s, text);
    }

    private static boolean matches(String p, String t) {
        int pi = 0;
        int ti = 0;
        int retryPattern = -1;
        int retryText = 0;
        while (ti < t.length()) {
            if (pi < p.length() && p.charAt(pi) == '%') {
                retryPattern = ++pi;
                retryText = ti;
                continue;
            }
            int width = pi < p.length() ? step(p, pi, t.charAt(ti)) : 0;
            if (width > 0) {
                pi += width;
                ti++;
            } else if (retryPattern >= 0) {
                pi = retryPattern;
                ti = ++retryText;
            } else {
                return false;
            }
        }
        while (pi < p.length() && p.charAt(pi) == '%') {
            pi++;
        }
        return pi == p.length();
    }

    /** How many characters of the pattern match {@code c}; 0 when they do not. */
    private static int step(String p, int at, char c) {
        char want = p.charAt(at);
        if (want == '_') {
            return 1;
        }
        if (want == '\\' && at + 1 < p.length()) {
            return same(p.charAt(at + 1), c) ? 2 : 0;
        }
        return same(want, c) ? 1 : 0;
    }

    private static boolean same(char a, char b) {
        return Character.toLowerCase(Character.toUpperCase(a)) == Character.toLowerCase(Character.toUpperCase(b));
    }
}

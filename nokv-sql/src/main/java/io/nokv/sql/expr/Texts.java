package io.nokv.sql.expr;

import io.nokv.sql.error.SqlState;
import java.util.Arrays;

/** Functions on text; positions count characters (code points) from 1. */
final class Texts {
    /** No function makes a longer text. */
    static final int MAX_CHARS = 1 << 20;

    private Texts() {}

    static RuntimeException tooLong() {
        return SqlState.LIMIT_EXCEEDED.failure("a text of more than " + MAX_CHARS + " characters");
    }

    /** Of text or bytes, as SQL has it: positions before the start count. */
    static Object substring(Object value, long from, long length) {
        if (length < 0) {
            throw SqlState.INVALID_PARAMETER.failure("negative length of SUBSTRING: " + length);
        }
        int size = value instanceof byte[] bytes
                ? bytes.length
                : ((String) value).codePointCount(0, ((String) value).length());
        long end = length > Long.MAX_VALUE - Math.max(0, from) ? Long.MAX_VALUE : from + length;
        int start = (int) Math.clamp(from - 1, 0L, size);
        int stop = (int) Math.clamp(end - 1, start, (long) size);
        if (value instanceof byte[] bytes) {
            return Arrays.copyOfRange(bytes, start, stop);
        }
        String text = (String) value;
        int first = text.offsetByCodePoints(0, start);
        return text.substring(first, text.offsetByCodePoints(first, stop - start));
    }

    static String right(String text, long count) {
        long size = text.codePointCount(0, text.length());
        return (String) substring(text, Math.max(1, size - Math.max(0, count) + 1), Math.max(0, count));
    }

    /** OVERLAY(text, with, from [, length]). */
    static Object overlay(Object[] v) {
        String with = (String) v[1];
        long from = ((Number) v[2]).longValue();
        long length = v.length > 3 ? ((Number) v[3]).longValue() : with.codePointCount(0, with.length());
        if (from < 1) {
            throw SqlState.INVALID_PARAMETER.failure("OVERLAY starts at 1 or later, not at " + from);
        }
        return substring(v[0], 1, from - 1) + with + substring(v[0], from + Math.max(0, length), Long.MAX_VALUE);
    }

    static Integer position(String what, String text, long from) {
        if (from < 1 || from > text.codePointCount(0, text.length()) + 1L) {
            return 0;
        }
        int at = text.indexOf(what, text.offsetByCodePoints(0, (int) from - 1));
        return at < 0 ? 0 : text.codePointCount(0, at) + 1;
    }

    static String trim(String text, String seed, boolean leading, boolean trailing) {
        if (seed.codePointCount(0, seed.length()) != 1) {
            throw SqlState.INVALID_PARAMETER.failure("TRIM takes one character, not '" + seed + "'");
        }
        int start = 0;
        int end = text.length();
        while (leading && start < end && text.startsWith(seed, start)) {
            start += seed.length();
        }
        while (trailing && end - seed.length() >= start && text.startsWith(seed, end - seed.length())) {
            end -= seed.length();
        }
        return text.substring(start, end);
    }

    static String splitPart(String text, String delimiter, long n) {
        if (delimiter.isEmpty()) {
            return n == 1 ? text : "";
        }
        int from = 0;
        for (long part = 1;; part++) {
            int end = text.indexOf(delimiter, from);
            if (part == n) {
                return text.substring(from, end < 0 ? text.length() : end);
            }
            if (end < 0 || n < 1) {
                return "";
            }
            from = end + delimiter.length();
        }
    }
}

package io.nokv.sql.parse;

import io.nokv.sql.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One statement as text, looked at before Calcite does: at most 1 MiB, at most 200 open parentheses, one statement with
 * or without a ';' behind it.
 *
 * @param body the statement without the ';'
 * @param words the first words in upper case, at most 8, when the statement begins with words only; else empty
 */
public record StatementText(String body, List<String> words) {
    public static final int MAX_BYTES = 1 << 20;
    public static final int MAX_DEPTH = 200;
    private static final int MAX_WORDS = 8;

    /** 54000, 54001 or 42601. */
    public static StatementText of(String sql) {
        if (sql.length() > MAX_BYTES || sql.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw SqlState.LIMIT_EXCEEDED.failure("a statement has at most " + MAX_BYTES + " bytes");
        }
        Scanner scanner = new Scanner(sql);
        scanner.scan();
        if (scanner.out.toString().isBlank()) {
            throw SqlState.SYNTAX_ERROR.failure("the statement is empty");
        }
        return new StatementText(scanner.out.toString(), List.copyOf(scanner.words));
    }

    /** Walks over quotes and comments; quotes words that are keywords to Calcite but columns to us. */
    private static final class Scanner {
        private final String sql;
        private final StringBuilder out;
        private final List<String> words = new ArrayList<>();
        private boolean onlyWords = true;
        private int depth;
        private int at;

        Scanner(String sql) {
            this.sql = sql;
            this.out = new StringBuilder(sql.length() + 16);
        }

        void scan() {
            while (at < sql.length()) {
                char c = sql.charAt(at);
                if (c == '\'' || c == '"') {
                    onlyWords = false;
                    copyTo(endOfQuote(c));
                } else if (sql.startsWith("--", at)) {
                    int end = sql.indexOf('\n', at);
                    copyTo(end < 0 ? sql.length() : end);
                } else if (sql.startsWith("/*", at) && !sql.startsWith("/*+", at)) {
                    int end = sql.indexOf("*/", at + 2);
                    if (end < 0) {
                        throw SqlState.SYNTAX_ERROR.failure("syntax error: a comment is not closed");
                    }
                    copyTo(end + 2);
                } else if (c == ';') {
                    requireNothingAfter();
                    return;
                } else if (Character.isJavaIdentifierStart(c)) {
                    word();
                } else {
                    structure(c);
                    copyTo(at + 1);
                }
            }
        }

        private void structure(char c) {
            if (!Character.isWhitespace(c) && c != ',') {
                onlyWords = false;
            }
            if (c == '(') {
                if (++depth > MAX_DEPTH) {
                    throw SqlState.STATEMENT_TOO_COMPLEX.failure("more than " + MAX_DEPTH + " open parentheses");
                }
            } else if (c == ')') {
                depth--;
            }
        }

        private void word() {
            int end = at;
            while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
                end++;
            }
            String upper = sql.substring(at, end).toUpperCase(Locale.ROOT);
            if (onlyWords && words.size() < MAX_WORDS) {
                words.add(upper);
            }
            if (upper.equals("SCOPE")) {
                out.append("\"scope\"");
                at = end;
            } else {
                copyTo(end);
            }
        }

        private int endOfQuote(char quote) {
            int end = at + 1;
            while (true) {
                end = sql.indexOf(quote, end);
                if (end < 0) {
                    throw SqlState.SYNTAX_ERROR.failure("syntax error: a quote is not closed: "
                            + sql.substring(at, Math.min(sql.length(), at + 20)).strip());
                }
                if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
                    end += 2;
                } else {
                    return end + 1;
                }
            }
        }

        private void requireNothingAfter() {
            String rest = sql.substring(at + 1).replaceAll("--[^\n]*|/\\*(?s:.*?)\\*/", " ").replace(';', ' ').strip();
            if (!rest.isEmpty()) {
                throw SqlState.SYNTAX_ERROR.failure("one statement at a time; there is more behind the ';'");
            }
        }

        private void copyTo(int end) {
            out.append(sql, at, end);
            at = end;
        }
    }
}

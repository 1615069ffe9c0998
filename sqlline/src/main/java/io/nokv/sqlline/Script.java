package io.nokv.sqlline;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a script into commands: SQL statements end at a semicolon outside quotes and comments, sqlline's commands start
 * with '!' at the beginning of a line and end with it. Comments between
 * statements are dropped.
 */
final class Script {
    private final String text;
    private int at;

    private Script(String text) {
        this.text = text;
    }

    static List<String> split(String text) {
        Script script = new Script(text);
        List<String> out = new ArrayList<>();
        while (script.skipBlank()) {
            out.add(text.charAt(script.at) == '!' ? script.line() : script.statement());
        }
        return out;
    }

    /** To the next character of a command; false at the end. */
    private boolean skipBlank() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == ';' || c == '\uFEFF') {
                at++;
            } else if (!comment()) {
                return true;
            }
        }
        return false;
    }

    private String line() {
        int start = at;
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
        return text.substring(start, end < 0 ? text.length() : end).strip();
    }

    private String statement() {
        int start = at;
        while (at < text.length() && text.charAt(at) != ';') {
            char c = text.charAt(at);
            if (c == '\'' || c == '"') {
                quoted(c);
            } else if (!comment()) {
                at++;
            }
        }
        return text.substring(start, at).strip() + ";";
    }

    /** A doubled quote is two quoted texts in a row, which comes out the same. */
    private void quoted(char quote) {
        int end = text.indexOf(quote, at + 1);
        at = end < 0 ? text.length() : end + 1;
    }

    private boolean comment() {
        if (text.startsWith("--", at)) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end + 1;
            return true;
        }
        if (text.startsWith("/*", at)) {
            int end = text.indexOf("*/", at + 2);
            at = end < 0 ? text.length() : end + 2;
            return true;
        }
        return false;
    }
}

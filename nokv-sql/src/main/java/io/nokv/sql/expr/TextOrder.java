package io.nokv.sql.expr;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The one order of text: by UTF-8 bytes, where {@code \xNN} stands for the byte NN, so that escaped names sort exactly
 * as the names do; texts that mean the same bytes sort by their characters. Consistent with equality of strings.
 */
public final class TextOrder {
    private TextOrder() {}

    public static int compare(String a, String b) {
        int shared = Math.min(a.length(), b.length());
        int i = 0;
        while (i < shared && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        if (i == a.length() && i == b.length()) {
            return 0;
        }
        if (escapeNear(a, i) || escapeNear(b, i)) {
            int byBytes = Arrays.compareUnsigned(bytes(a), bytes(b));
            return byBytes != 0 ? byBytes : a.compareTo(b);
        }
        if (i == a.length()) {
            return -1;
        }
        if (i == b.length()) {
            return 1;
        }
        char x = a.charAt(i);
        char y = b.charAt(i);
        boolean xSurrogate = Character.isSurrogate(x);
        if (xSurrogate != Character.isSurrogate(y)) {
            return xSurrogate ? 1 : -1;
        }
        return x < y ? -1 : 1;
    }

    /** The bytes that {@code text} means: never fails, a backslash that begins no escape is itself. */
    public static byte[] bytes(String text) {
        if (text.indexOf('\\') < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int from = 0;
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 1)) {
            if (isEscape(text, i)) {
                out.writeBytes(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
                out.write(HexFormat.fromHexDigits(text, i + 2, i + 4));
                from = i + 4;
            }
        }
        out.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** Whether an escape could begin so that it covers the character at {@code i}. */
    private static boolean escapeNear(String text, int i) {
        for (int j = Math.max(0, i - 3); j <= i && j < text.length(); j++) {
            if (text.charAt(j) == '\\') {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscape(String text, int i) {
        return i + 3 < text.length() && text.charAt(i + 1) == 'x' && HexFormat.isHexDigit(text.charAt(i + 2))
                && HexFormat.isHexDigit(text.charAt(i + 3));
    }
}

package io.nokv.fsmeta.api;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Byte strings as text without loss: valid UTF-8 as it is, other bytes and the backslash as {@code \xNN}. */
public final class NameEscapes {
    private NameEscapes() {}

    public static String escape(byte[] bytes) {
        boolean plain = true;
        for (byte b : bytes) {
            if (b < 0x20 || b == '\\' || b == 0x7F) {
                plain = false;
                break;
            }
        }
        if (plain) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        StringBuilder out = new StringBuilder(bytes.length + 8);
        while (true) {
            CoderResult result = decoder.decode(in, chars, true);
            chars.flip();
            for (int i = 0; i < chars.length(); i++) {
                char c = chars.charAt(i);
                if (c == '\\') {
                    hex(out, (byte) '\\');
                } else {
                    out.append(c);
                }
            }
            chars.clear();
            if (!result.isError()) {
                return out.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                hex(out, in.get());
            }
            decoder.reset();
        }
    }

    /** INVALID_NAME when a backslash is not followed by {@code xNN}, or a surrogate stands alone. */
    public static byte[] unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return utf8(text);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int from = 0;
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', from)) {
            out.writeBytes(utf8(text.substring(from, i)));
            boolean wellFormed = i + 3 < text.length() && text.charAt(i + 1) == 'x'
                    && HexFormat.isHexDigit(text.charAt(i + 2))
                    && HexFormat.isHexDigit(text.charAt(i + 3));
            if (!wellFormed) {
                throw new NamespaceException(Reason.INVALID_NAME, "a backslash in a name is written \\x5c: " + text);
            }
            out.write(HexFormat.fromHexDigits(text, i + 2, i + 4));
            from = i + 4;
        }
        out.writeBytes(utf8(text.substring(from)));
        return out.toByteArray();
    }

    private static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new NamespaceException(Reason.INVALID_NAME, "a name has a lone surrogate at character " + i);
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void hex(StringBuilder out, byte b) {
        out.append("\\x").append(HexFormat.of().toHexDigits(b));
    }
}

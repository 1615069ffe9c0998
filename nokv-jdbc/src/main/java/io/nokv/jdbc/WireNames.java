package io.nokv.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.calcite.avatica.proto.Responses;

/**
 * Names of messages on the wire. Avatica sends the Java class name of a message; inside the single-file driver these
 * classes have moved, so that the driver agrees with any other Avatica of the application, and the names are changed
 * back and forth here. With unmoved classes everything passes untouched.
 */
final class WireNames {
    /** Put together at run time, so that moving classes does not change it as well. */
    private static final byte[] WIRE = String.join(".", "org", "apache", "calcite", "avatica", "proto", "")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOCAL = (Responses.class.getPackageName() + ".").getBytes(StandardCharsets.US_ASCII);
    private static final boolean SAME = Arrays.equals(WIRE, LOCAL);
    private static final byte NAME_TAG = 0x0A;

    private WireNames() {}

    static byte[] toWire(byte[] message) {
        return SAME ? message : rename(message, LOCAL, WIRE);
    }

    static byte[] fromWire(byte[] message) {
        return SAME ? message : rename(message, WIRE, LOCAL);
    }

    /** The name is the first field and, with its length, shorter than 128 bytes. */
    static byte[] rename(byte[] message, byte[] from, byte[] to) {
        int length = message.length > 2 && message[0] == NAME_TAG ? message[1] : -1;
        if (length < from.length || message.length < 2 + length
                || !Arrays.equals(message, 2, 2 + from.length, from, 0, from.length)) {
            return message;
        }
        byte[] out = new byte[message.length - from.length + to.length];
        out[0] = NAME_TAG;
        out[1] = (byte) (length - from.length + to.length);
        System.arraycopy(to, 0, out, 2, to.length);
        System.arraycopy(message, 2 + from.length, out, 2 + to.length, message.length - 2 - from.length);
        return out;
    }
}

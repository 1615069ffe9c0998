package io.nokv.server.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Paths of this machine as the JVM got them from the command line, back to the bytes that were typed. */
final class NativePath {
    /** What the JVM decoded the arguments with; in the C locale it is no UTF-8. */
    private static final Charset ARGUMENTS = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"),
            StandardCharsets.UTF_8);

    private NativePath() {}

    static byte[] bytes(String path) {
        return path.getBytes(ARGUMENTS);
    }
}

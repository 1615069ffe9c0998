package io.nokv.server.imports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real directory tree with what trees have in the wild, and what find(1) and du(1) say of it. */
public final class OddTree {
    /** One line of find: type letter, mode, owner, group, links, size, inode, times in nanoseconds, target, path. */
    public record Found(char type, int mode, int uid, int gid, long links, long size, long inode, long mtimeNs,
            long atimeNs, long ctimeNs, String target, String path) {}

    private static final String SCRIPT = """
            set -eu
            cd "$1"
            mkdir -p plain/deep/er/and/deeper empty sticky dup other
            printf 'hello' > plain/file
            head -c 100000 /dev/zero > plain/deep/large
            : > plain/empty-file
            truncate -s 5000000000 plain/sparse
            ln plain/file plain/deep/second-name
            ln plain/file other/third-name
            ln plain/file "other/fourth name"
            ln -s file plain/link
            ln -s ../nowhere/at/all plain/dangling
            ln -s . plain/deep/loop
            ln -s "$(printf 'target\\n with \\xff bytes')" other/odd-link
            ln other/odd-link other/odd-link-again
            mkfifo other/fifo
            printf x > "$(printf 'other/new\\nline')"
            printf x > "$(printf 'other/tab\\there')"
            printf x > "$(printf 'other/latin1-\\xe9\\xff')"
            printf x > "$(printf 'other/utf8-\\xc3\\xa9\\xe2\\x82\\xac')"
            printf x > 'other/back\\slash'
            printf x > 'other/ leading and trailing '
            printf x > "other/quote's \\"and\\" more"
            printf x > 'other/-rf'
            printf x > 'other/*?[glob]'
            printf x > "other/$(printf 'n%.0s' $(seq 255))"
            mkdir "$(printf 'other/dir-\\xfe')"
            printf y > "$(printf 'other/dir-\\xfe/inside')"
            for i in $(seq 1500); do : > "dup/f$i"; done
            chmod 7777 sticky
            chmod 0 plain/empty-file
            touch -d '1969-12-31 23:59:58.123456789 UTC' plain/file
            touch -d '2040-02-29 12:00:00.000000001 UTC' plain/deep
            touch -h -d '2001-09-09 01:46:40.5 UTC' plain/link
            if [ "$(id -u)" = 0 ]; then
              chown 12345:54321 plain/deep/large
              mknod other/char c 1 3 2>/dev/null || true
              mknod other/block b 250 300 2>/dev/null || true
            fi
            """;

    private OddTree() {}

    public static void make(Path directory) throws Exception {
        run(directory, "bash", "-c", SCRIPT, "odd-tree", directory.toString());
    }

    /** Everything below {@code directory}, itself first with the path "". Paths and targets as ISO 8859-1, byte for byte. */
    public static List<Found> find(Path directory) throws Exception {
        String format = "%y\\0%m\\0%U\\0%G\\0%n\\0%s\\0%i\\0%T@\\0%A@\\0%C@\\0%l\\0%P\\0";
        String text = run(directory, "find", directory.toString(), "-printf", format);
        String[] fields = text.split("\0", -1);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i + 12 <= fields.length; i += 12) {
            found.add(new Found(fields[i].charAt(0), Integer.parseInt(fields[i + 1], 8),
                    Integer.parseInt(fields[i + 2]),
                    Integer.parseInt(fields[i + 3]), Long.parseLong(fields[i + 4]), Long.parseLong(fields[i + 5]),
                    Long.parseLong(fields[i + 6]), nanos(fields[i + 7]), nanos(fields[i + 8]), nanos(fields[i + 9]),
                    fields[i + 10], fields[i + 11]));
        }
        return found;
    }

    /** Apparent size in bytes of {@code directory} and everything below. */
    public static long apparentBytes(Path directory) throws Exception {
        String text = run(directory, "du", "--apparent-size", "--block-size=1", "--summarize", directory.toString());
        return Long.parseLong(text.substring(0, text.indexOf('\t')));
    }

    /** find(1) prints whole seconds and the nanoseconds after them: "-2.1234567890" is 1.876543211 s before the epoch. */
    private static long nanos(String text) {
        int point = text.indexOf('.');
        return Long.parseLong(text.substring(0, point)) * 1_000_000_000L
                + Long.parseLong(text.substring(point + 1, point + 10));
    }

    static String run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(false)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process.getOutputStream().close();
        String out = readAll(process);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed: " + out);
        }
        return out;
    }

    private static String readAll(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}

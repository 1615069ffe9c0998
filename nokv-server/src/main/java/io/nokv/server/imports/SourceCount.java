package io.nokv.server.imports;

import io.nokv.server.posix.Posix;
import io.nokv.server.posix.PosixException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Counts the entries of a tree ahead of its import, for a progress bar: names only, no status, so it is far ahead soon.
 * An estimate: it does not know what is excluded. {@link #run} on a thread of its own; the rest from anywhere.
 */
public final class SourceCount implements Runnable {
    private final byte[] source;
    private volatile boolean stopped;
    private volatile long total = -1;

    public SourceCount(byte[] source) {
        this.source = source;
    }

    /** How many entries, or -1 while that is not known. */
    public long total() {
        return total;
    }

    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        long count = 0;
        Deque<byte[]> directories = new ArrayDeque<>(List.of(source));
        List<byte[]> below = new ArrayList<>();
        try (Posix posix = Posix.open()) {
            while (!directories.isEmpty()) {
                if (stopped) {
                    return;
                }
                byte[] path = directories.pop();
                below.clear();
                try (Posix.Directory directory = posix.openDirectory(path, path == source)) {
                    count += directory.count(below);
                } catch (PosixException e) {
                    continue; // the import itself reports it
                }
                for (byte[] name : below) {
                    directories.push(joined(path, name));
                }
            }
        }
        total = count;
    }

    private static byte[] joined(byte[] path, byte[] name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(path.length + 1 + name.length);
        out.writeBytes(path);
        out.write('/');
        out.writeBytes(name);
        return out.toByteArray();
    }
}

package io.nokv.lsm.file;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import java.util.TreeMap;

/**
 * The files of one kind in a directory: their names are numbers of six digits or more, and a suffix. Immutable.
 *
 * @param directory empty for the root
 * @param suffix with its dot
 * @param kind what such a file is, for messages
 */
public record NumberedFiles(Vfs vfs, String directory, String suffix, String kind) {
    private static final int LEAST_DIGITS = 6;
    private static final int MOST_DIGITS = 18;

    public String path(long number) {
        String digits = Long.toString(number);
        String name = "0".repeat(Math.max(0, LEAST_DIGITS - digits.length())) + digits + suffix;
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /** Number to name of all such files, whether in use or not. */
    public TreeMap<Long, String> present() {
        TreeMap<Long, String> found = new TreeMap<>();
        for (String name : vfs.list(directory)) {
            long number = number(name);
            if (number >= 0) {
                found.put(number, name);
            }
        }
        return found;
    }

    /** The number in {@code name}, or -1 when it is not of this kind. */
    private long number(String name) {
        int digits = name.length() - suffix.length();
        if (digits < LEAST_DIGITS || digits > MOST_DIGITS || !name.endsWith(suffix)) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            char c = name.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }

    /** CORRUPTION unless the file is there and has {@code bytes} bytes. */
    public void check(long number, long bytes) {
        String path = path(number);
        long size;
        try {
            size = vfs.size(path);
        } catch (NokvException e) {
            throw e.code() == FailureCode.FILE_NOT_FOUND
                    ? NokvException.corruption(path, 0, "the " + kind + " is missing")
                    : e;
        }
        if (size != bytes) {
            throw NokvException.corruption(path, Math.min(size, bytes),
                    "the " + kind + " has " + size + " bytes, the manifest says " + bytes);
        }
    }
}

package io.nokv.lsm.wal;

import io.nokv.base.vfs.Vfs;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Names of the log's files in the store's directory: {@code 000042.wal}, and {@code 000042.spare} for reuse. */
final class LogFiles {
    private static final String SEGMENT = ".wal";
    private static final String SPARE = ".spare";

    private final Vfs vfs;
    private final String directory;

    LogFiles(Vfs vfs, String directory) {
        this.vfs = vfs;
        this.directory = directory;
    }

    Vfs vfs() {
        return vfs;
    }

    String directory() {
        return directory;
    }

    private String path(long number, String suffix) {
        String name = String.format("%06d", number) + suffix;
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    String segment(long number) {
        return path(number, SEGMENT);
    }

    String spare(long number) {
        return path(number, SPARE);
    }

    /** Numbers of the segments present, ascending. */
    List<Long> segments() {
        return numbers(SEGMENT);
    }

    List<Long> spares() {
        return numbers(SPARE);
    }

    private List<Long> numbers(String suffix) {
        TreeMap<Long, String> found = new TreeMap<>();
        for (String name : vfs.list(directory)) {
            if (name.endsWith(suffix)) {
                String digits = name.substring(0, name.length() - suffix.length());
                if (digits.length() >= 6 && digits.length() <= 18
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    found.put(Long.parseLong(digits), name);
                }
            }
        }
        return new ArrayList<>(found.keySet());
    }
}

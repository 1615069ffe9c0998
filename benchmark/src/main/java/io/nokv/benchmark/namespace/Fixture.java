package io.nokv.benchmark.namespace;

import java.util.ArrayList;
import java.util.List;

/**
 * What every target holds before the measurement: a tree of {@link #TOP}^3 leaf directories four levels deep with
 * {@link #FILES} files each (so that a file's path has five components), and directories of 100, 1,000 and 10,000 files.
 */
final class Fixture {
    static final int TOP = 8;
    static final int FILES = 20;
    /** Directories and files below /tree. */
    static final int TREE_ENTRIES = TOP + TOP * TOP + TOP * TOP * TOP + TOP * TOP * TOP * FILES;
    static final int[] LISTED = {100, 1_000, 10_000};

    private final List<Long> leaves = new ArrayList<>();
    private final List<String> leafPaths = new ArrayList<>();
    private final long[] listed = new long[LISTED.length];
    private final long scratch;

    private Fixture(Session session) {
        long tree = session.mkdir(session.root(), "tree");
        for (int a = 0; a < TOP; a++) {
            long da = session.mkdir(tree, "a" + a);
            for (int b = 0; b < TOP; b++) {
                long db = session.mkdir(da, "b" + b);
                for (int c = 0; c < TOP; c++) {
                    long dc = session.mkdir(db, "c" + c);
                    session.createMany(dc, names(FILES));
                    leaves.add(dc);
                    leafPaths.add("/tree/a" + a + "/b" + b + "/c" + c);
                }
            }
        }
        for (int i = 0; i < LISTED.length; i++) {
            listed[i] = session.mkdir(session.root(), "listed" + LISTED[i]);
            session.createMany(listed[i], names(LISTED[i]));
        }
        scratch = session.mkdir(session.root(), "scratch");
    }

    static Fixture load(Target target) {
        try (Session session = target.open()) {
            return new Fixture(session);
        }
    }

    private static List<String> names(int count) {
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(file(i));
        }
        return names;
    }

    static String file(int index) {
        return "file-" + String.format("%06d", index);
    }

    List<Long> leaves() {
        return leaves;
    }

    /** A path of five components. */
    String path(int leaf, int file) {
        return leafPaths.get(leaf) + "/" + file(file);
    }

    long listed(int index) {
        return listed[index];
    }

    long scratch() {
        return scratch;
    }
}

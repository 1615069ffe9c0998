package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.EntryRange;
import io.nokv.fsmeta.api.NamespaceView.TreeEntry;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The scans that SQL is made of: their bounds, their order, their pieces. */
@ParameterizedClass
@EnumSource(TestStore.class)
class ScansTest {
    private final NamespaceUnderTest fs;
    private final List<Long> directories = new ArrayList<>();
    private final List<String> all = new ArrayList<>();

    ScansTest(TestStore store) {
        fs = store.namespace();
        long hard = 0;
        for (int i = 0; i < 6; i++) {
            long d = i == 0 ? ROOT : fs.mkdir(ROOT, "d" + i);
            directories.add(d);
            for (int n = 0; n < i * 20; n++) {
                hard = fs.file(d, "f%03d".formatted(n));
            }
        }
        fs.link(hard, ROOT, "hard");
        for (long d : directories) {
            for (var item : fs.namespace().readDir(MOUNT, d, null, 1_000, 0).items()) {
                all.add(d + "/" + item.name());
            }
        }
    }

    @AfterEach
    void close() {
        fs.close();
    }

    private static <T> List<T> drain(Rows<T> rows) {
        List<T> out = new ArrayList<>();
        try (rows) {
            for (T row = rows.next(); row != null; row = rows.next()) {
                out.add(row);
            }
            assertNull(rows.next());
        }
        return out;
    }

    private List<String> entries(EntryRange range, boolean attributes) {
        try (NamespaceView view = fs.namespace().view(0)) {
            List<Entry> entries = drain(view.scanEntries(MOUNT, range, attributes));
            if (attributes) {
                entries.forEach(e -> assertEquals(view.lookup(MOUNT, e.parent(), e.name()), e));
            } else {
                entries.forEach(e -> {
                    Attributes full = view.getAttr(MOUNT, e.inode());
                    assertEquals(new Attributes(e.inode(), full.type(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null),
                            e.attributes());
                });
            }
            return entries.stream().map(e -> e.parent() + "/" + e.name()).toList();
        }
    }

    private List<String> between(String from, String to) {
        return all.stream().filter(e -> (from == null || all.indexOf(e) >= all.indexOf(from))
                && (to == null || all.indexOf(e) < all.indexOf(to))).toList();
    }

    @Test
    void entriesComeByParentAndName() {
        assertEquals(all, entries(EntryRange.ALL, true));
        assertEquals(all, entries(EntryRange.ALL, false));
    }

    @Test
    void boundsOfEntriesAreExact() {
        long d2 = directories.get(2);
        long d4 = directories.get(4);
        FileName f5 = FileName.of("f005");
        assertEquals(between(d2 + "/f005", d4 + "/f005"), entries(new EntryRange(d2, f5, d4, f5), true));
        assertEquals(between(d2 + "/f000", d4 + "/f000"), entries(new EntryRange(d2, null, d4, null), false));
        assertEquals(between(d2 + "/f000", d2 + "/f039").size() + 1, entries(EntryRange.of(d2), true).size());
        assertEquals(between(d2 + "/f000", null), entries(new EntryRange(d2 - 1, f5, 0, null), false));
        assertEquals(between(d4 + "/f000", null), entries(new EntryRange(d4, null, 0, null), false));
        assertEquals(between(null, d4 + "/f000"), entries(new EntryRange(0, null, d4 - 5, f5), false));
        assertEquals(List.of(), entries(new EntryRange(d4, null, d2, null), false));
        assertEquals(List.of(), entries(new EntryRange(Long.MAX_VALUE - 3, null, 0, null), false));
        assertEquals(all, entries(new EntryRange(-7, null, 0, null), false));
    }

    @Test
    void inodesComeByNumberWithinTheirBounds() {
        try (NamespaceView view = fs.namespace().view(0)) {
            List<Attributes> inodes = drain(view.scanInodes(MOUNT, 0, 0));
            assertEquals(all.size(), inodes.size(), "the root has no entry, the hard link has two");
            for (int i = 0; i < inodes.size(); i++) {
                assertEquals(view.getAttr(MOUNT, inodes.get(i).inode()), inodes.get(i));
                assertEquals(true, i == 0 || inodes.get(i).inode() > inodes.get(i - 1).inode());
            }
            for (int from : List.of(0, 1, 7, 150)) {
                for (int to : List.of(0, 7, 90, 200)) {
                    List<Attributes> expected = inodes.subList(Math.min(from, to), to);
                    assertEquals(expected,
                            drain(view.scanInodes(MOUNT, inodes.get(from).inode(), inodes.get(to).inode())));
                }
            }
            long last = inodes.getLast().inode();
            assertEquals(List.of(inodes.getLast()), drain(view.scanInodes(MOUNT, last, 0)));
            assertEquals(List.of(), drain(view.scanInodes(MOUNT, last + 1, 0)));
        }
    }

    @Test
    void walksGoDeepBeforeWideAndStopAtTheirDepth() {
        long e = fs.mkdir(directories.get(1), "e");
        fs.file(e, "deepest");
        fs.file(directories.get(1), "z");
        try (NamespaceView view = fs.namespace().view(0)) {
            List<String> two = new ArrayList<>();
            for (TreeEntry t : drain(view.walk(MOUNT, ROOT, 2))) {
                two.add(t.depth() + " " + new String(t.path(), StandardCharsets.UTF_8));
            }
            assertEquals(all.size() + 2, two.size());
            assertEquals(List.of("1 d1", "2 d1/e", "2 d1/f000"), two.subList(0, 3));
            assertEquals("1 hard", two.getLast());
            assertEquals(all.size() + 3, drain(view.walk(MOUNT, ROOT, 0)).size());
            assertEquals(6, drain(view.walk(MOUNT, ROOT, 1)).size());
            List<TreeEntry> below = drain(view.walk(MOUNT, directories.get(1), 0));
            assertEquals("e/deepest", new String(below.get(1).path(), StandardCharsets.UTF_8));
            assertEquals(Reason.NOT_FOUND, refusal(() -> view.walk(MOUNT, 999L << 24, 0).close()));
            assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> view.walk(MOUNT, ROOT, -1).close()));
        }
    }
}

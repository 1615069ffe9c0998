package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the watcher of a directory hears. */
@ParameterizedClass
@EnumSource(TestStore.class)
class WatchTest {
    /** Long enough that an event that was committed arrives; no test waits this long unless it fails. */
    private static final long PATIENCE_MILLIS = 30_000;

    private final NamespaceUnderTest fs;

    WatchTest(TestStore store) {
        fs = NamespaceUnderTest.open(store::open, new ExecutorOptions(64, 200, 16, 64, 900_000, 200, 1 << 20));
    }

    @AfterEach
    void close() {
        fs.close();
    }

    private static String show(WatchEvent e) {
        return e.kind() + " " + e.name() + (e.otherParent() == 0 ? "" : " " + e.otherParent() + "/" + e.otherName());
    }

    /** The next {@code count} events. */
    private static List<String> hear(Watch watch, int count) {
        List<String> heard = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < count; i++) {
            WatchEvent event = watch.next(PATIENCE_MILLIS);
            assertTrue(event.cursor() > last, "cursors grow");
            assertEquals(event.cursor(), watch.cursor());
            last = event.cursor();
            heard.add(show(event));
        }
        return heard;
    }

    @Test
    void everyChangeOfADirectoryIsHeardInOrder() {
        long d = fs.mkdir(ROOT, "d");
        long other = fs.mkdir(ROOT, "other");
        try (Watch watch = fs.namespace().watch(MOUNT, d, 0, 100)) {
            long f = fs.file(d, "f");
            fs.file(other, "unheard");
            fs.resize(f, 10);
            fs.link(f, other, "hard");
            fs.resize(f, 11);
            fs.link(f, d, "hard2");
            fs.rename(d, "f", other, "g");
            fs.rename(other, "unheard", d, "hard2");
            fs.mkdir(d, "sub");
            fs.rmdir(d, "sub");
            fs.unlink(d, "hard2");
            fs.apply(new Mutation.SetAttr(MOUNT, d, 0700, null, null, null, null, null, null));
            fs.rmdir(ROOT, "d");
            assertEquals(
                    List.of("CREATED f", "CHANGED f", "CHANGED f", "CHANGED f", "LINKED hard2", "CHANGED f",
                            "CHANGED hard2",
                            "RENAMED_FROM f " + other + "/g", "REMOVED hard2", "RENAMED_TO hard2 " + other + "/unheard",
                            "CREATED sub", "REMOVED sub", "REMOVED hard2", "CHANGED null", "REMOVED null"),
                    hear(watch, 15));
            assertNull(watch.next(0));
        }
    }

    @Test
    void theWatcherOfTheParentHearsOfAttributesOfADirectory() {
        long d = fs.mkdir(ROOT, "d");
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 100)) {
            fs.apply(new Mutation.SetAttr(MOUNT, d, 0700, null, null, null, null, null, null));
            assertEquals(List.of("CHANGED d"), hear(watch, 1));
        }
    }

    @Test
    void aRefusedOrDroppedChangeIsNotHeard() {
        fs.file(ROOT, "f");
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 100)) {
            refusal(() -> fs.file(ROOT, "f"));
            try (var txn = fs.namespace().begin()) {
                txn.apply(new Mutation.Unlink(MOUNT, ROOT, FileName.of("f")));
            }
            fs.file(ROOT, "g");
            assertEquals(List.of("CREATED g"), hear(watch, 1));
        }
    }

    @Test
    void aWatcherResumesWhereItStopped() {
        long cursor;
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 100)) {
            fs.file(ROOT, "a");
            fs.file(ROOT, "b");
            assertEquals(List.of("CREATED a"), hear(watch, 1));
            cursor = watch.cursor();
        }
        fs.file(ROOT, "c");
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, cursor, 1)) {
            assertEquals(List.of("CREATED b", "CREATED c"), hear(watch, 2));
            fs.file(ROOT, "d");
            assertEquals(List.of("CREATED d"), hear(watch, 1));
        }
    }

    @Test
    void aCursorWhoseEventsAreGoneIsRefused() {
        long cursor;
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 100)) {
            fs.file(ROOT, "first");
            hear(watch, 1);
            cursor = watch.cursor();
            for (int i = 0; i < 250; i++) {
                fs.file(ROOT, "f" + i);
            }
        }
        assertEquals(Reason.WATCH_EXPIRED, refusal(() -> fs.namespace().watch(MOUNT, ROOT, cursor, 10).close()));
        assertEquals(Reason.WATCH_EXPIRED,
                refusal(() -> fs.namespace().watch(MOUNT, ROOT, Long.MAX_VALUE, 10).close()));
        fs.clock.passMillis(1);
        fs.reopen();
        assertEquals(Reason.WATCH_EXPIRED, refusal(() -> fs.namespace().watch(MOUNT, ROOT, cursor + 200, 10).close()),
                "cursors of an earlier process are not taken for new ones");
    }

    @Test
    void aWatcherThatDoesNotReadIsTold() {
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 3)) {
            for (int i = 0; i < 5; i++) {
                fs.file(ROOT, "f" + i);
            }
            assertEquals(List.of("CREATED f0", "CREATED f1", "CREATED f2"), hear(watch, 3));
            assertEquals(Reason.WATCH_OVERFLOW, refusal(() -> watch.next(PATIENCE_MILLIS)));
            try (Watch again = fs.namespace().watch(MOUNT, ROOT, watch.cursor(), 3)) {
                assertEquals(List.of("CREATED f3", "CREATED f4"), hear(again, 2));
            }
        }
        assertEquals(1, fs.namespace().stats().watch().overflowTotal());
        assertEquals(0, fs.namespace().stats().watch().subscribers());
    }

    @Test
    void aWaitingWatcherIsWokenByTheChangeAndByTheEnd() throws Exception {
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 10)) {
            List<String> heard = Together.run(2, i -> {
                if (i == 1) {
                    fs.file(ROOT, "f");
                    return "";
                }
                return show(watch.next(PATIENCE_MILLIS));
            });
            assertEquals("CREATED f", heard.get(0));
            List<Reason> ends = Together.run(2, i -> {
                if (i == 1) {
                    fs.namespace().close();
                    return null;
                }
                return refusal(() -> watch.next(PATIENCE_MILLIS));
            });
            assertEquals(Reason.CLOSED, ends.get(0));
        }
    }

    @Test
    void onlyDirectoriesAreWatched() {
        long f = fs.file(ROOT, "f");
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.namespace().watch(MOUNT, f, 0, 10)));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().watch(MOUNT, 9L << 24, 0, 10)));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.namespace().watch(MOUNT, ROOT, 0, 0)));
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 10)) {
            assertNull(watch.next(1));
        }
    }

    @Test
    void concurrentChangesAreHeardOnceEachInTheOrderOfTheirVersions() throws Exception {
        try (Watch watch = fs.namespace().watch(MOUNT, ROOT, 0, 1_000)) {
            Together.run(5, i -> {
                for (int n = 0; n < 30; n++) {
                    fs.file(ROOT, "f" + i + "-" + n);
                }
                return null;
            });
            long version = 0;
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                WatchEvent event = watch.next(PATIENCE_MILLIS);
                assertTrue(event.version() > version);
                version = event.version();
                names.add(event.name().escaped());
            }
            assertEquals(150, names.stream().distinct().count());
            assertNull(watch.next(0));
        }
    }
}

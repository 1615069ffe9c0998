package io.nokv.lsm.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Vfs} does. */
public interface VfsConformance {
    /** An empty file system. */
    Vfs vfs();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(Vfs vfs, String path, String content) {
        try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE_OR_TRUNCATE)) {
            VfsIo.writeFully(file, 0, ByteBuffer.wrap(bytes(content)));
        }
    }

    private static String text(Vfs vfs, String path) {
        return new String(VfsIo.readAll(vfs, path), StandardCharsets.UTF_8);
    }

    private static void assertCode(FailureCode code, Runnable call) {
        assertEquals(code, assertThrows(NokvException.class, call::run).code());
    }

    @Test
    default void whatIsWrittenIsRead() {
        Vfs vfs = vfs();
        put(vfs, "a", "hello");
        assertEquals("hello", text(vfs, "a"));
        assertEquals(5, vfs.size("a"));
        try (VfsFile file = vfs.open("a", Vfs.Mode.READ_WRITE)) {
            VfsIo.writeFully(file, 3, ByteBuffer.wrap(bytes("p!")));
            file.sync();
        }
        assertEquals("help!", text(vfs, "a"));
    }

    @Test
    default void directAndHeapBuffersAreEqual() {
        Vfs vfs = vfs();
        byte[] large = new byte[1_000_003];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >>> 3);
        }
        try (VfsFile file = vfs.open("large", Vfs.Mode.CREATE_NEW)) {
            VfsIo.writeFully(file, 0, ByteBuffer.allocateDirect(large.length).put(large).flip());
            byte[] back = new byte[large.length];
            VfsIo.readFully(file, 0, ByteBuffer.wrap(back));
            assertArrayEquals(large, back);
            ByteBuffer middle = ByteBuffer.allocateDirect(1000);
            VfsIo.readFully(file, 777_777, middle);
            byte[] part = new byte[1000];
            middle.flip().get(part);
            assertArrayEquals(java.util.Arrays.copyOfRange(large, 777_777, 778_777), part);
        }
    }

    @Test
    default void readingAtTheEndGivesNothingAndTooMuchIsCorruption() {
        Vfs vfs = vfs();
        put(vfs, "a", "hello");
        try (VfsFile file = vfs.open("a", Vfs.Mode.READ)) {
            assertEquals(0, file.read(5, ByteBuffer.allocate(1)));
            assertEquals(0, file.read(500, ByteBuffer.allocate(1)));
            assertEquals(2, file.read(3, ByteBuffer.allocate(10)));
            assertCode(FailureCode.CORRUPTION, () -> VfsIo.readFully(file, 3, ByteBuffer.allocate(3)));
        }
    }

    @Test
    default void aGapReadsAsZeros() {
        Vfs vfs = vfs();
        try (VfsFile file = vfs.open("gap", Vfs.Mode.CREATE_NEW)) {
            VfsIo.writeFully(file, 1000, ByteBuffer.wrap(bytes("x")));
            assertEquals(1001, file.size());
            byte[] gap = new byte[1000];
            VfsIo.readFully(file, 0, ByteBuffer.wrap(gap));
            assertArrayEquals(new byte[1000], gap);
        }
    }

    @Test
    default void modesSayWhatMustAndMustNotExist() {
        Vfs vfs = vfs();
        assertCode(FailureCode.FILE_NOT_FOUND, () -> vfs.open("a", Vfs.Mode.READ));
        assertCode(FailureCode.FILE_NOT_FOUND, () -> vfs.open("a", Vfs.Mode.READ_WRITE));
        assertCode(FailureCode.FILE_NOT_FOUND, () -> vfs.open("no/a", Vfs.Mode.CREATE_NEW));
        vfs.open("a", Vfs.Mode.CREATE_NEW).close();
        assertCode(FailureCode.FILE_EXISTS, () -> vfs.open("a", Vfs.Mode.CREATE_NEW));
        put(vfs, "a", "content");
        vfs.open("a", Vfs.Mode.CREATE_OR_TRUNCATE).close();
        assertEquals(0, vfs.size("a"));
        try (VfsFile file = vfs.open("a", Vfs.Mode.READ)) {
            assertCode(FailureCode.IO_ERROR, () -> file.write(0, ByteBuffer.wrap(bytes("x"))));
        }
    }

    @Test
    default void aClosedFileRefuses() {
        Vfs vfs = vfs();
        VfsFile file = vfs.open("a", Vfs.Mode.CREATE_NEW);
        file.close();
        file.close();
        assertCode(FailureCode.CLOSED, () -> file.read(0, ByteBuffer.allocate(1)));
        assertCode(FailureCode.CLOSED, () -> file.write(0, ByteBuffer.allocate(1)));
        assertCode(FailureCode.CLOSED, file::sync);
    }

    @Test
    default void truncateAndAllocate() {
        Vfs vfs = vfs();
        put(vfs, "a", "hello world");
        try (VfsFile file = vfs.open("a", Vfs.Mode.READ_WRITE)) {
            file.truncate(5);
            assertEquals("hello", text(vfs, "a"));
            file.allocate(300_000);
            assertEquals(300_000, file.size());
            file.allocate(10);
            assertEquals(300_000, file.size());
            byte[] all = VfsIo.readAll(vfs, "a");
            assertEquals("hello", new String(all, 0, 5, StandardCharsets.UTF_8));
            for (int i = 5; i < all.length; i++) {
                assertEquals(0, all[i]);
            }
        }
    }

    @Test
    default void aMappingShowsTheBytes() {
        Vfs vfs = vfs();
        put(vfs, "a", "0123456789");
        try (Arena arena = Arena.ofConfined(); VfsFile file = vfs.open("a", Vfs.Mode.READ)) {
            MemorySegment part = file.map(3, 4, arena);
            assertArrayEquals(bytes("3456"), part.toArray(ValueLayout.JAVA_BYTE));
            assertTrue(part.isReadOnly());
            assertEquals(0, file.map(5, 0, arena).byteSize());
            assertCode(FailureCode.IO_ERROR, () -> file.map(5, 6, arena));
        }
    }

    @Test
    default void namesAreListedInOrder() {
        Vfs vfs = vfs();
        vfs.makeDirectories("d/e/f");
        vfs.makeDirectories("d/e");
        put(vfs, "d/z", "");
        put(vfs, "d/a", "");
        assertEquals(List.of("a", "e", "z"), vfs.list("d"));
        assertEquals(List.of("f"), vfs.list("d/e"));
        assertCode(FailureCode.FILE_NOT_FOUND, () -> vfs.list("no"));
        assertTrue(vfs.exists("d/e/f"));
        assertFalse(vfs.exists("d/e/g"));
    }

    @Test
    default void renameReplaces() {
        Vfs vfs = vfs();
        put(vfs, "a", "new");
        put(vfs, "b", "old");
        vfs.rename("a", "b");
        assertFalse(vfs.exists("a"));
        assertEquals("new", text(vfs, "b"));
        assertCode(FailureCode.FILE_NOT_FOUND, () -> vfs.rename("a", "b"));
    }

    @Test
    default void aLinkIsASecondName() {
        Vfs vfs = vfs();
        put(vfs, "a", "same");
        vfs.link("a", "b");
        vfs.delete("a");
        assertEquals("same", text(vfs, "b"));
        put(vfs, "c", "");
        assertCode(FailureCode.FILE_EXISTS, () -> vfs.link("b", "c"));
    }

    @Test
    default void deleteTakesFilesAndEmptyDirectories() {
        Vfs vfs = vfs();
        vfs.makeDirectories("d");
        put(vfs, "d/a", "");
        assertCode(FailureCode.IO_ERROR, () -> vfs.delete("d"));
        vfs.delete("d/a");
        vfs.delete("d");
        assertFalse(vfs.exists("d"));
        assertCode(FailureCode.FILE_NOT_FOUND, () -> vfs.delete("d"));
    }

    @Test
    default void anOpenFileOutlivesItsName() {
        Vfs vfs = vfs();
        put(vfs, "a", "still here");
        try (VfsFile file = vfs.open("a", Vfs.Mode.READ)) {
            vfs.delete("a");
            byte[] back = new byte[10];
            VfsIo.readFully(file, 0, ByteBuffer.wrap(back));
            assertEquals("still here", new String(back, StandardCharsets.UTF_8));
        }
    }

    @Test
    default void aLockHasOneHolder() throws Exception {
        Vfs vfs = vfs();
        AutoCloseable lock = vfs.lock("LOCK");
        assertCode(FailureCode.LOCKED, () -> vfs.lock("LOCK"));
        lock.close();
        vfs.lock("LOCK").close();
    }

    @Test
    default void replaceLeavesNoTemporary() {
        Vfs vfs = vfs();
        vfs.makeDirectories("d");
        VfsIo.replace(vfs, "d", "f", bytes("one"));
        VfsIo.replace(vfs, "d", "f", bytes("two"));
        assertEquals("two", text(vfs, "d/f"));
        assertEquals(List.of("f"), vfs.list("d"));
        vfs.syncDir("d");
    }

    @Test
    default void pathsStayInside() {
        Vfs vfs = vfs();
        assertCode(FailureCode.INVALID_ARGUMENT, () -> vfs.exists("../x"));
        assertCode(FailureCode.INVALID_ARGUMENT, () -> vfs.exists("/x"));
        assertCode(FailureCode.INVALID_ARGUMENT, () -> vfs.exists("a//x"));
        assertCode(FailureCode.INVALID_ARGUMENT, () -> vfs.exists("a/./x"));
    }

    @Test
    default void anInterruptedCallerDoesNotCloseTheFile() throws InterruptedException {
        Vfs vfs = vfs();
        try (VfsFile file = vfs.open("a", Vfs.Mode.CREATE_NEW)) {
            Thread interrupted = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                VfsIo.writeFully(file, 0, ByteBuffer.wrap(bytes("hello")));
                file.sync();
                VfsIo.readFully(file, 0, ByteBuffer.allocate(5));
            });
            interrupted.join();
            byte[] back = new byte[5];
            VfsIo.readFully(file, 0, ByteBuffer.wrap(back));
            assertEquals("hello", new String(back, StandardCharsets.UTF_8));
        }
    }
}

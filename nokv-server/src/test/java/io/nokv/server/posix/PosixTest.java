package io.nokv.server.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileType;
import io.nokv.server.imports.OddTree;
import io.nokv.server.imports.OddTree.Found;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the calls return is what find(1) sees, byte for byte. */
class PosixTest {
    private static final Map<Character, FileType> TYPES = Map.of('f', FileType.FILE, 'd', FileType.DIRECTORY, 'l',
            FileType.SYMLINK, 'p', FileType.FIFO, 's', FileType.SOCKET, 'c', FileType.CHAR_DEVICE, 'b',
            FileType.BLOCK_DEVICE);

    @TempDir
    Path directory;

    @Test
    void agreesWithFindOnAnOddTree() throws Exception {
        OddTree.make(directory);
        Map<String, Found> expected = new TreeMap<>();
        OddTree.find(directory).forEach(found -> expected.put(found.path(), found));
        assertTrue(expected.size() > 1_500);
        Map<String, FileStatus> seen = new TreeMap<>();
        Map<String, String> targets = new TreeMap<>();
        try (Posix posix = Posix.open()) {
            walk(posix, "", seen, targets);
        }
        assertEquals(expected.keySet(), seen.keySet());
        expected.forEach((path, found) -> {
            FileStatus status = seen.get(path);
            assertEquals(TYPES.get(found.type()), status.type(), path);
            assertEquals(found.mode(), status.mode(), path);
            assertEquals(found.uid(), status.uid(), path);
            assertEquals(found.gid(), status.gid(), path);
            assertEquals(found.links(), status.linkCount(), path);
            assertEquals(found.size(), status.size(), path);
            assertEquals(found.inode(), status.inode(), path);
            assertEquals(found.mtimeNs(), status.mtimeNs(), path);
            assertEquals(found.ctimeNs(), status.ctimeNs(), path);
            assertEquals(found.target(), targets.getOrDefault(path, ""), path);
        });
    }

    @Test
    void deviceNumbersAreThoseOfTheSystem() {
        try (Posix posix = Posix.open()) {
            FileStatus status = posix.status(bytes("/dev/null"), true);
            assertEquals(FileType.CHAR_DEVICE, status.type());
            assertEquals(0x103, status.rdev());
        }
        // makedev(0x2FA, 0x12BC): the high parts of major and minor go above the classic 16 bits.
        assertEquals(0x122FABCL, FileStatus.deviceNumber(0x2FA, 0x12BC));
    }

    @Test
    void namesComeInByteOrder() throws Exception {
        for (String name : List.of("b", "a", "B", "aa", "_", "z")) {
            Files.createFile(directory.resolve(name));
        }
        try (Posix posix = Posix.open(); Posix.Directory opened = posix.openDirectory(bytes(directory + ""), false)) {
            List<String> names = opened.names().stream().map(n -> new String(n, StandardCharsets.US_ASCII)).toList();
            assertEquals(List.of("B", "_", "a", "aa", "b", "z"), names);
        }
    }

    @Test
    void refusalsNameThePathAndTheReason() throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), directory);
        try (Posix posix = Posix.open()) {
            PosixException missing = assertThrows(PosixException.class, () -> posix.status(bytes("/no/such"), false));
            assertEquals(PosixException.ENOENT, missing.errno());
            assertTrue(missing.vanished());
            assertTrue(missing.getMessage().contains("/no/such: No such file"), missing.getMessage());
            PosixException link = assertThrows(PosixException.class,
                    () -> posix.openDirectory(bytes(directory + "/link"), false));
            assertTrue(link.vanished(), link.getMessage());
            posix.openDirectory(bytes(directory + "/link"), true).close();
            assertThrows(PosixException.class, () -> posix.status(new byte[5_000], false));
        }
    }

    private void walk(Posix posix, String path, Map<String, FileStatus> seen, Map<String, String> targets) {
        byte[] full = (directory + (path.isEmpty() ? "" : "/" + path)).getBytes(StandardCharsets.ISO_8859_1);
        try (Posix.Directory opened = posix.openDirectory(full, false)) {
            if (path.isEmpty()) {
                seen.put("", opened.status());
            }
            List<byte[]> names = opened.names();
            for (byte[] name : names) {
                String child = (path.isEmpty() ? "" : path + "/") + new String(name, StandardCharsets.ISO_8859_1);
                FileStatus status = opened.status(name);
                seen.put(child, status);
                if (status.type() == FileType.SYMLINK) {
                    targets.put(child, new String(opened.readLink(name), StandardCharsets.ISO_8859_1));
                }
            }
            for (byte[] name : names) {
                String child = (path.isEmpty() ? "" : path + "/") + new String(name, StandardCharsets.ISO_8859_1);
                if (seen.get(child).type() == FileType.DIRECTORY) {
                    walk(posix, child, seen, targets);
                }
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

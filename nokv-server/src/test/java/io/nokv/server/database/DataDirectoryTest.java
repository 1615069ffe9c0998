package io.nokv.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.server.cli.CapturedRun;
import io.nokv.server.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories become databases. */
class DataDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void aWorldWritableDirectoryIsRefused() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        refused(open, "is writable by everybody (mode rwxrwxrwx)");
        assertEquals(0, Files.list(open).count());
    }

    @Test
    void aSymlinkIsRefused() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"),
                Files.createDirectory(directory.resolve("real")));
        refused(link, "is a symbolic link");
    }

    @Test
    void aFileIsRefused() throws Exception {
        refused(Files.writeString(directory.resolve("file"), ""), "is not a directory");
    }

    @Test
    void aDirectoryOfSomethingElseIsRefusedUntouched() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.writeString(home.resolve("letter.txt"), "dear");
        refused(home, "is not empty and holds no NoKV database (it has letter.txt)");
        assertEquals(List.of(home.resolve("letter.txt")), Files.list(home).toList());
    }

    @Test
    void aLayoutOfTheFutureIsRefused() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.writeString(data.resolve("nokv.format"), "nokv 99\n");
        NokvException e = assertThrows(NokvException.class, () -> Database.open(data, DatabaseOptions.defaults()));
        assertEquals(FailureCode.UNSUPPORTED_VERSION, e.code());
        assertTrue(e.getMessage().contains("nokv 99"), e.getMessage());
    }

    @Test
    void askingAboutADatabaseThatIsNotThereMakesNone() {
        Path absent = directory.resolve("absent");
        for (List<String> command : List.of(List.of("mount", "list"), List.of("quota", "list"), List.of("fsck"),
                List.of("stats"), List.of("snapshot", "list"))) {
            String[] arguments = new String[command.size() + 2];
            command.toArray(arguments);
            arguments[command.size()] = "--data";
            arguments[command.size() + 1] = absent.toString();
            CapturedRun run = CapturedRun.of(arguments).expect(ExitCode.FAILED);
            assertTrue(run.err().contains("no database in " + absent), run.err());
            assertFalse(Files.exists(absent));
        }
    }

    @Test
    void twoUsersOfOneProcessShareOneDatabase() {
        Path data = directory.resolve("data");
        try (SharedDatabases.Lease first = SharedDatabases.ofDirectory(data, DatabaseOptions.defaults())) {
            try (SharedDatabases.Lease second = SharedDatabases.ofDirectory(data, DatabaseOptions.defaults())) {
                assertTrue(first.database() == second.database());
            }
            first.database().namespace().registerMount("still-open");
            NokvException e = assertThrows(NokvException.class, () -> Database.open(data, DatabaseOptions.defaults()));
            assertEquals(FailureCode.LOCKED, e.code());
        }
        try (SharedDatabases.Lease again = SharedDatabases.ofDirectory(data, DatabaseOptions.defaults())) {
            assertEquals("still-open", again.database().namespace().mount("still-open").name());
        }
    }

    private static void refused(Path path, String why) {
        NokvException e = assertThrows(NokvException.class, () -> Database.open(path, DatabaseOptions.defaults()));
        assertEquals(FailureCode.INVALID_ARGUMENT, e.code());
        assertTrue(e.getMessage().contains(path.toString()) && e.getMessage().contains(why), e.getMessage());
    }
}

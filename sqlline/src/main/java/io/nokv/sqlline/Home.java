package io.nokv.sqlline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the shell keeps history and settings: XDG_STATE_HOME/nokv, or ~/.nokv; readable by its owner only. */
final class Home {
    private static final String BASE_PROPERTY = "x.sqlline.basedir";

    private Home() {}

    /** Tells sqlline, unless somebody else has. Without a usable directory there is no history, and no complaint. */
    static void prepare() {
        // Only stty is used to drive the terminal: no native library to load, nothing for the JVM to warn about.
        System.setProperty("org.jline.terminal.jna", System.getProperty("org.jline.terminal.jna", "false"));
        System.setProperty("org.jline.terminal.jansi", System.getProperty("org.jline.terminal.jansi", "false"));
        if (System.getProperty(BASE_PROPERTY) != null) {
            return;
        }
        Path dir = directory(System.getenv("XDG_STATE_HOME"), System.getProperty("user.home"));
        System.setProperty(BASE_PROPERTY, dir.toString());
        try {
            if (!Files.isDirectory(dir)) {
                Files.createDirectories(dir,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path history = dir.resolve("history");
            if (!Files.exists(history)) {
                Files.createFile(history,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (IOException | UnsupportedOperationException e) {
            // A read-only home: the shell works without history.
        }
    }

    static Path directory(String xdgStateHome, String userHome) {
        return xdgStateHome != null && !xdgStateHome.isEmpty()
                ? Path.of(xdgStateHome, "nokv")
                : Path.of(userHome, ".nokv");
    }
}

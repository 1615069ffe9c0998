package io.nokv.server.database;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsIo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The rules of the data directory: who may write to it, and that it is one. */
public final class DataDirectory {
    static final String FORMAT_FILE = "nokv.format";
    static final String ENGINE = "engine";

    private static final String FORMAT = "nokv 1\n";

    private DataDirectory() {}

    /**
     * Makes {@code directory} with mode 0700 when it does not exist, else checks that it is a directory, no symlink, and
     * not writable by everybody. INVALID_ARGUMENT naming it, IO_ERROR.
     */
    static void prepare(Path directory) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(directory, PosixFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                throw NokvException.invalid("the data directory " + directory + " is a symbolic link; name its target");
            }
            if (!attributes.isDirectory()) {
                throw NokvException.invalid("the data directory " + directory + " is not a directory");
            }
            if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
                throw NokvException.invalid("the data directory " + directory + " is writable by everybody (mode "
                        + PosixFilePermissions.toString(attributes.permissions())
                        + "), so its content cannot be trusted; take that right away (chmod o-w)");
            }
        } catch (NoSuchFileException e) {
            make(directory);
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static NokvException failed(Path directory, IOException e) {
        return new NokvException(FailureCode.IO_ERROR, "the data directory " + directory + " cannot be used: " + e, e);
    }

    /** Whether {@code directory} holds a database. */
    public static boolean holdsDatabase(Path directory) {
        return Files.isRegularFile(directory.resolve(FORMAT_FILE), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Marks the root of {@code vfs} as a data directory, or checks the mark. INVALID_ARGUMENT when it has other files,
     * UNSUPPORTED_VERSION for a layout of another version.
     *
     * @param shown the directory for people
     * @return whether it is new
     */
    static boolean mark(Vfs vfs, String shown) {
        if (vfs.exists(FORMAT_FILE)) {
            String format = new String(VfsIo.readAll(vfs, FORMAT_FILE), StandardCharsets.UTF_8);
            if (!format.equals(FORMAT)) {
                throw new NokvException(FailureCode.UNSUPPORTED_VERSION, "the data directory " + shown
                        + " has a layout that this program does not know: " + format.strip());
            }
            return false;
        }
        List<String> others = vfs.list("").stream().filter(name -> !name.equals(FORMAT_FILE + ".tmp")).toList();
        if (!others.isEmpty()) {
            throw NokvException.invalid("the directory " + shown + " is not empty and holds no NoKV database (it has "
                    + others.getFirst() + "); name an empty or a new one");
        }
        VfsIo.replace(vfs, "", FORMAT_FILE, FORMAT.getBytes(StandardCharsets.UTF_8));
        return true;
    }

    /** Bytes of all files below {@code directory}, as far as they can be read. */
    public static long bytes(Path directory) {
        try (var files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                        bytes += Files.size(file);
                    }
                } catch (IOException e) {
                    // A file that a compaction has just deleted.
                    continue;
                }
            }
            return bytes;
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}

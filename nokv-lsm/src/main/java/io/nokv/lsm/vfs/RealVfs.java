package io.nokv.lsm.vfs;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.system.WaitFree;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files below one directory of this machine. New files get mode 0600, new directories 0700. Opening a file for reading,
 * and reading, end with WouldWait on a {@link WaitFree} thread. Thread-safe.
 */
public final class RealVfs implements Vfs {
    private final Path root;

    /**
     * @param root an absolute or working-directory-relative directory; created on demand by {@link #makeDirectories}, which
     *     then makes the names above and of it durable too: no caller can reach them with {@link #syncDir}
     */
    public RealVfs(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** The directory all paths are relative to, absolute. */
    public Path root() {
        return root;
    }

    private Path resolve(String path) {
        Path resolved = root.resolve(VfsPath.checked(path)).normalize();
        if (!resolved.startsWith(root)) {
            throw NokvException.invalid(path + ": leads out of the root");
        }
        return resolved;
    }

    private interface NameCall<T> {
        T run() throws IOException;
    }

    private static <T> T named(String what, String path, NameCall<T> call) {
        try {
            return call.run();
        } catch (NoSuchFileException e) {
            throw new NokvException(FailureCode.FILE_NOT_FOUND, path + ": " + what + ": no such file", e);
        } catch (FileAlreadyExistsException e) {
            throw new NokvException(FailureCode.FILE_EXISTS, path + ": " + what + ": file exists", e);
        } catch (DirectoryNotEmptyException e) {
            throw new NokvException(FailureCode.IO_ERROR, path + ": " + what + ": directory is not empty", e);
        } catch (FileSystemException e) {
            String reason = String.valueOf(e.getReason());
            boolean full = reason.contains("No space left") || reason.contains("quota exceeded");
            throw new NokvException(full ? FailureCode.NO_SPACE : FailureCode.IO_ERROR,
                    path + ": " + what + ": " + reason, e);
        } catch (IOException e) {
            throw new NokvException(FailureCode.IO_ERROR, path + ": " + what + ": " + e.getMessage(), e);
        }
    }

    @Override
    public VfsFile open(String path, Mode mode) {
        if (mode == Mode.READ) {
            WaitFree.refuse();
        }
        int flags = switch (mode) {
            case READ -> Posix.READ_ONLY;
            case READ_WRITE -> Posix.READ_WRITE;
            case CREATE_NEW -> Posix.READ_WRITE | Posix.CREATE | Posix.EXCLUSIVE;
            case CREATE_OR_TRUNCATE -> Posix.READ_WRITE | Posix.CREATE | Posix.TRUNCATE;
        };
        int fd = Posix.open(resolve(path).toString(), path, flags);
        return new RealFile(path, fd, mode != Mode.READ);
    }

    @Override
    public void makeDirectories(String path) {
        Path resolved = resolve(path);
        if (Files.isDirectory(resolved)) {
            return;
        }
        Path existing = root;
        while (existing != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        named("create directory", path, () -> Files.createDirectories(resolved,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        for (Path made = root; existing != null && !made.equals(existing); made = made.getParent()) {
            syncDirectory(made.getParent(), path);
        }
    }

    private static void syncDirectory(Path directory, String path) {
        int fd = Posix.open(directory.toString(), path, Posix.READ_ONLY);
        try {
            Posix.syncAll(fd, path);
        } finally {
            Posix.close(fd, path);
        }
    }

    @Override
    public List<String> list(String directory) {
        Path resolved = resolve(directory);
        return named("list", directory, () -> {
            try (Stream<Path> children = Files.list(resolved)) {
                return children.map(child -> child.getFileName().toString()).sorted().toList();
            }
        });
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(resolve(path));
    }

    @Override
    public long size(String path) {
        return named("size", path, () -> Files.size(resolve(path)));
    }

    @Override
    public void rename(String from, String to) {
        named("rename to " + to, from,
                () -> Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public void link(String from, String to) {
        named("link from " + from, to, () -> Files.createLink(resolve(to), resolve(from)));
    }

    @Override
    public void delete(String path) {
        named("delete", path, () -> {
            Files.delete(resolve(path));
            return null;
        });
    }

    @Override
    public void syncDir(String directory) {
        syncDirectory(resolve(directory), directory);
    }

    @Override
    public AutoCloseable lock(String path) {
        int fd = Posix.open(resolve(path).toString(), path, Posix.READ_WRITE | Posix.CREATE);
        RealFile file = new RealFile(path, fd, true);
        try {
            Posix.lock(fd, path);
            return file;
        } catch (NokvException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public long freeBytes() {
        return named("free space", root.toString(), () -> Files.getFileStore(root).getUsableSpace());
    }
}

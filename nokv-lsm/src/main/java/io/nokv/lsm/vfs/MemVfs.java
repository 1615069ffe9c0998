package io.nokv.lsm.vfs;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Entropy;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file system in memory that knows what a power cut would leave. {@link #crash(Entropy)} cuts the power: every open
 * file and lock is gone, and of what was not synced
 * <ul>
 * <li>each 512-byte sector is kept, dropped (its bytes of the last sync return) or torn at a random byte;
 * <li>the length of a file is the new or the synced one;
 * <li>names created, renamed, linked or deleted in a directory since its last {@link Vfs#syncDir} survive up to a random
 * point of that directory's history: a later change never survives without the earlier ones, and a rename between two
 * directories survives in both or in neither.
 * </ul>
 * Syncing a file does not make its name durable, and syncing a name does not make its bytes durable. Thread-safe.
 */
public final class MemVfs implements Vfs {
    /** One name that now leads to {@code node}, or to nothing. */
    private record Assign(MemNode.Directory directory, String name, MemNode node) {}

    /** A change of names that survives as a whole or not at all. */
    private record NameChange(List<Assign> assigns) {
        boolean touches(Set<MemNode.Directory> directories) {
            return assigns.stream().anyMatch(a -> directories.contains(a.directory));
        }

        void applyDurably() {
            for (Assign a : assigns) {
                if (a.node == null) {
                    a.directory.durable.remove(a.name);
                } else {
                    a.directory.durable.put(a.name, a.node);
                }
            }
        }
    }

    private final long capacityBytes;
    private MemNode.Directory root = new MemNode.Directory();
    private List<NameChange> pendingNames = new ArrayList<>();
    private final TreeSet<String> locks = new TreeSet<>();
    private volatile int powerCycles;

    /** A file system that is never full. */
    public MemVfs() {
        this(Long.MAX_VALUE);
    }

    /** @param capacityBytes what {@link #freeBytes()} counts down from; writes are not refused by it */
    public MemVfs(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /**
     * These files as one machine sees them: after the next {@link #crash} every call throws IO_ERROR. For whatever has threads of its own that a
     * test cannot end before it starts the next.
     */
    public synchronized Vfs machine() {
        return new MachineVfs(this, powerCycles);
    }

    int powerCycles() {
        return powerCycles;
    }

    /** Cuts the power and restores it. Files and locks opened before throw IO_ERROR from now on. */
    public synchronized void crash(Entropy entropy) {
        powerCycles++;
        locks.clear();
        Set<MemNode.Directory> cut = new LinkedHashSet<>();
        for (NameChange change : pendingNames) {
            boolean survives = !change.touches(cut) && entropy.nextInt(3) > 0;
            if (survives) {
                change.applyDurably();
            } else {
                change.assigns.forEach(a -> cut.add(a.directory));
            }
        }
        pendingNames = new ArrayList<>();
        Set<MemNode> seen = new LinkedHashSet<>();
        restore(root, entropy, seen);
    }

    private static void restore(MemNode node, Entropy entropy, Set<MemNode> seen) {
        if (!seen.add(node)) {
            return;
        }
        switch (node) {
            case MemNode.Content content -> content.losePower(entropy);
            case MemNode.Directory directory -> {
                directory.current.clear();
                directory.current.putAll(directory.durable);
                directory.current.values().forEach(child -> restore(child, entropy, seen));
            }
        }
    }

    /** Flips the bits of {@code mask} in one stored byte, synced or not; nothing when the file is shorter. */
    public synchronized void damage(String path, long offset, int mask) {
        content(path, "damage").damage(offset, mask);
    }

    private MemNode.Directory directory(String path) {
        MemNode node = find(path);
        if (node instanceof MemNode.Directory directory) {
            return directory;
        }
        throw new NokvException(node == null ? FailureCode.FILE_NOT_FOUND : FailureCode.IO_ERROR,
                path + (node == null ? ": no such directory" : ": not a directory"));
    }

    /** Null when there is no such node. */
    private MemNode find(String path) {
        VfsPath.checked(path);
        MemNode node = root;
        if (path.isEmpty()) {
            return node;
        }
        for (String name : path.split("/")) {
            if (!(node instanceof MemNode.Directory directory)) {
                return null;
            }
            node = directory.current.get(name);
        }
        return node;
    }

    private MemNode.Content content(String path, String what) {
        return switch (find(path)) {
            case null -> throw new NokvException(FailureCode.FILE_NOT_FOUND, path + ": " + what + ": no such file");
            case MemNode.Directory _ ->
                throw new NokvException(FailureCode.IO_ERROR, path + ": " + what + ": is a directory");
            case MemNode.Content content -> content;
        };
    }

    private void change(Assign... assigns) {
        for (Assign a : assigns) {
            if (a.node == null) {
                a.directory.current.remove(a.name);
            } else {
                a.directory.current.put(a.name, a.node);
            }
        }
        pendingNames.add(new NameChange(List.of(assigns)));
    }

    @Override
    public synchronized VfsFile open(String path, Mode mode) {
        MemNode found = find(path);
        if (found == null && (mode == Mode.CREATE_NEW || mode == Mode.CREATE_OR_TRUNCATE)) {
            MemNode.Content made = new MemNode.Content();
            change(new Assign(directory(VfsPath.parent(path)), VfsPath.name(path), made));
            return new MemFile(path, made, true);
        }
        MemNode.Content content = content(path, "open");
        if (mode == Mode.CREATE_NEW) {
            throw new NokvException(FailureCode.FILE_EXISTS, path + ": open: file exists");
        }
        if (mode == Mode.CREATE_OR_TRUNCATE) {
            content.truncate(0);
        }
        return new MemFile(path, content, mode != Mode.READ);
    }

    @Override
    public synchronized void makeDirectories(String path) {
        VfsPath.checked(path);
        MemNode.Directory at = root;
        if (path.isEmpty()) {
            return;
        }
        for (String name : path.split("/")) {
            MemNode next = at.current.get(name);
            if (next == null) {
                next = new MemNode.Directory();
                change(new Assign(at, name, next));
            }
            if (!(next instanceof MemNode.Directory directory)) {
                throw new NokvException(FailureCode.FILE_EXISTS, path + ": create directory: a file is in the way");
            }
            at = directory;
        }
    }

    @Override
    public synchronized List<String> list(String directory) {
        return List.copyOf(directory(directory).current.keySet());
    }

    @Override
    public synchronized boolean exists(String path) {
        return find(path) != null;
    }

    @Override
    public synchronized long size(String path) {
        return content(path, "size").size();
    }

    @Override
    public synchronized void rename(String from, String to) {
        MemNode node = find(from);
        if (node == null || from.isEmpty()) {
            throw new NokvException(FailureCode.FILE_NOT_FOUND, from + ": rename: no such file");
        }
        MemNode.Directory target = directory(VfsPath.parent(to));
        MemNode inTheWay = target.current.get(VfsPath.name(to));
        if (inTheWay == node) {
            return;
        }
        if (inTheWay instanceof MemNode.Directory || node instanceof MemNode.Directory && inTheWay != null) {
            throw new NokvException(FailureCode.IO_ERROR, from + ": rename to " + to + ": a directory is in the way");
        }
        if (to.startsWith(from + "/")) {
            throw new NokvException(FailureCode.IO_ERROR, from + ": rename to " + to + ": into itself");
        }
        change(new Assign(directory(VfsPath.parent(from)), VfsPath.name(from), null),
                new Assign(target, VfsPath.name(to), node));
    }

    @Override
    public synchronized void link(String from, String to) {
        MemNode.Content content = content(from, "link");
        if (find(to) != null) {
            throw new NokvException(FailureCode.FILE_EXISTS, to + ": link from " + from + ": file exists");
        }
        change(new Assign(directory(VfsPath.parent(to)), VfsPath.name(to), content));
    }

    @Override
    public synchronized void delete(String path) {
        MemNode node = find(path);
        if (node == null || path.isEmpty()) {
            throw new NokvException(FailureCode.FILE_NOT_FOUND, path + ": delete: no such file");
        }
        if (node instanceof MemNode.Directory directory && !directory.current.isEmpty()) {
            throw new NokvException(FailureCode.IO_ERROR, path + ": delete: directory is not empty");
        }
        change(new Assign(directory(VfsPath.parent(path)), VfsPath.name(path), null));
    }

    /** Makes the changes in {@code path} durable, and those in other directories that they are tied to by a rename. */
    @Override
    public synchronized void syncDir(String path) {
        Set<MemNode.Directory> needed = new LinkedHashSet<>();
        needed.add(directory(path));
        List<NameChange> durable = new ArrayList<>();
        List<NameChange> left = new ArrayList<>();
        for (NameChange change : pendingNames.reversed()) {
            if (change.touches(needed)) {
                change.assigns.forEach(a -> needed.add(a.directory));
                durable.add(change);
            } else {
                left.add(change);
            }
        }
        durable.reversed().forEach(NameChange::applyDurably);
        pendingNames = new ArrayList<>(left.reversed());
    }

    @Override
    public synchronized AutoCloseable lock(String path) {
        if (locks.contains(path)) {
            throw new NokvException(FailureCode.LOCKED, path + ": lock: locked by another opener");
        }
        if (find(path) == null) {
            change(new Assign(directory(VfsPath.parent(path)), VfsPath.name(path), new MemNode.Content()));
        }
        locks.add(path);
        int born = powerCycles;
        return () -> unlock(path, born);
    }

    private synchronized void unlock(String path, int born) {
        if (born == powerCycles) {
            locks.remove(path);
        }
    }

    @Override
    public synchronized long freeBytes() {
        return capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, capacityBytes - used(root));
    }

    private static long used(MemNode node) {
        return switch (node) {
            case MemNode.Content content -> content.size();
            case MemNode.Directory directory -> directory.current.values().stream().mapToLong(MemVfs::used).sum();
        };
    }

    private final class MemFile implements VfsFile {
        private final String path;
        private final MemNode.Content content;
        private final boolean writable;
        private final int born = powerCycles;
        private volatile boolean closed;

        MemFile(String path, MemNode.Content content, boolean writable) {
            this.path = path;
            this.content = content;
            this.writable = writable;
        }

        private MemNode.Content use(boolean toWrite) {
            if (closed) {
                throw new NokvException(FailureCode.CLOSED, path + ": the file is closed");
            }
            if (born != powerCycles) {
                throw new NokvException(FailureCode.IO_ERROR, path + ": opened before the power was cut");
            }
            if (toWrite && !writable) {
                throw new NokvException(FailureCode.IO_ERROR, path + ": the file is open for reading");
            }
            return content;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public int read(long offset, ByteBuffer into) {
            return use(false).read(offset, into);
        }

        @Override
        public int write(long offset, ByteBuffer from) {
            return use(true).write(offset, from);
        }

        @Override
        public void sync() {
            use(false).sync();
        }

        @Override
        public void truncate(long size) {
            use(true).truncate(size);
        }

        @Override
        public void allocate(long size) {
            use(true).allocate(size);
        }

        @Override
        public long size() {
            return use(false).size();
        }

        /** A copy: nobody writes into what is mapped. */
        @Override
        public MemorySegment map(long offset, long length, Arena arena) {
            MemNode.Content bytes = use(false);
            if (offset < 0 || length < 0 || offset + length > bytes.size()) {
                throw new NokvException(FailureCode.IO_ERROR,
                        path + ": cannot map " + length + " bytes at " + offset + ", the file is shorter");
            }
            MemorySegment segment = arena.allocate(length);
            bytes.read(offset, segment.asByteBuffer());
            return segment.asReadOnly();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}

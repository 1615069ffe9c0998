package io.nokv.benchmark.namespace;

import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** A client of a {@link Namespace}; every change carries a request id, as a careful client's does. */
final class NamespaceSession implements Session {
    private static final int PAGE = 1_000;
    private static final int LOAD_BATCH = 1_000;

    private final Namespace namespace;
    private final String mount;
    private final boolean owned;

    NamespaceSession(Namespace namespace, String mount, boolean owned) {
        this.namespace = namespace;
        this.mount = mount;
        this.owned = owned;
    }

    private static RequestId newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new RequestId(random.nextLong(), random.nextLong());
    }

    private long made(long parent, String name, NewInode inode) {
        return namespace.apply(new Mutation.Create(mount, parent, FileName.of(name), inode), newId()).entry().inode();
    }

    @Override
    public long root() {
        return Namespace.ROOT_INODE;
    }

    @Override
    public long mkdir(long parent, String name) {
        return made(parent, name, NewInode.directory(0755));
    }

    @Override
    public void create(long parent, String name) {
        made(parent, name, NewInode.file(0644));
    }

    @Override
    public long find(long parent, String name) {
        return namespace.lookup(mount, parent, FileName.of(name), 0).inode();
    }

    @Override
    public void createMany(long parent, List<String> names) {
        for (int from = 0; from < names.size(); from += LOAD_BATCH) {
            List<Operation> steps = new ArrayList<>(LOAD_BATCH);
            for (String name : names.subList(from, Math.min(names.size(), from + LOAD_BATCH))) {
                steps.add(new Mutation.Create(mount, parent, FileName.of(name), NewInode.file(0644)));
            }
            namespace.transact(steps, newId());
        }
    }

    private static boolean found(java.util.function.Supplier<?> read) {
        try {
            return read.get() != null;
        } catch (NamespaceException e) {
            if (e.reason() == Reason.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean statPath(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        return found(() -> namespace.lookupPath(mount, bytes, false, 0));
    }

    @Override
    public boolean stat(long parent, String name) {
        return found(() -> namespace.lookup(mount, parent, FileName.of(name), 0));
    }

    @Override
    public boolean getAttr(long inode) {
        return found(() -> namespace.getAttr(mount, inode, 0));
    }

    @Override
    public int readDirPlus(long directory) {
        int count = 0;
        FileName after = null;
        do {
            DirPage page = namespace.readDirPlus(mount, directory, after, PAGE, 0);
            count += page.entries().size();
            after = page.next();
        } while (after != null);
        return count;
    }

    @Override
    public void rename(long fromParent, String fromName, long toParent, String toName) {
        namespace.apply(
                new Mutation.Rename(mount, fromParent, FileName.of(fromName), mount, toParent, FileName.of(toName),
                        RenameMode.REPLACE),
                newId());
    }

    @Override
    public void link(long inode, long parent, String name) {
        namespace.apply(new Mutation.Link(mount, inode, parent, FileName.of(name)), newId());
    }

    @Override
    public void unlink(long parent, String name) {
        namespace.apply(new Mutation.Unlink(mount, parent, FileName.of(name)), newId());
    }

    private interface Visitor {
        void visit(Entry entry);
    }

    /** Beside the store the walk is one call; a remote client lists directory by directory, at one version. */
    private long visit(String path, Visitor visitor) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        long count = 0;
        if (namespace instanceof LocalNamespace local) {
            try (NamespaceView view = local.view(0)) {
                long start = view.lookupPath(mount, bytes, false).inode();
                try (Rows<NamespaceView.TreeEntry> rows = view.walk(mount, start, 0)) {
                    for (NamespaceView.TreeEntry row = rows.next(); row != null; row = rows.next()) {
                        visitor.visit(row.entry());
                        count++;
                    }
                }
            }
            return count;
        }
        long version = namespace.readVersion();
        Deque<Long> open = new ArrayDeque<>();
        open.push(namespace.lookupPath(mount, bytes, false, version).inode());
        while (!open.isEmpty()) {
            long directory = open.pop();
            FileName after = null;
            do {
                DirPage page = namespace.readDirPlus(mount, directory, after, PAGE, version);
                for (Entry entry : page.entries()) {
                    visitor.visit(entry);
                    count++;
                    if (entry.attributes().isDirectory()) {
                        open.push(entry.inode());
                    }
                }
                after = page.next();
            } while (after != null);
        }
        return count;
    }

    @Override
    public long walk(String path) {
        return visit(path, _ -> {});
    }

    @Override
    public long du(String path) {
        long[] sum = new long[1];
        Set<Long> linked = new HashSet<>();
        visit(path, entry -> {
            boolean counts = entry.attributes().isDirectory() || entry.attributes().linkCount() <= 1
                    || linked.add(entry.inode());
            sum[0] += counts ? entry.attributes().size() : 0;
        });
        return sum[0];
    }

    @Override
    public void close() {
        if (owned) {
            namespace.close();
        }
    }
}

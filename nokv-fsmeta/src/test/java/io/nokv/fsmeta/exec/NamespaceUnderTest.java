package io.nokv.fsmeta.exec;

import io.nokv.base.port.Ports;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.txn.ManualClock;
import io.nokv.fsmeta.txn.ReferenceTxnRunner;
import io.nokv.fsmeta.txn.SeededEntropy;
import io.nokv.fsmeta.txn.TxnRunner;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** A namespace with one mount "m" over the reference store, and short words for what tests do with it. */
public final class NamespaceUnderTest implements AutoCloseable {
    public static final String MOUNT = "m";
    public static final long ROOT = Namespace.ROOT_INODE;

    public final ManualClock clock = new ManualClock();
    public final Ports ports;
    public final TxnRunner runner;
    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final ExecutorOptions options;
    private NamespaceExecutor namespace;

    private NamespaceUnderTest(Function<Ports, TxnRunner> store, ExecutorOptions options) {
        this.ports = new Ports(clock, new SeededEntropy(1), scheduler, null);
        this.runner = store.apply(ports);
        this.options = options;
        this.namespace = NamespaceExecutor.start(runner, ports, options);
        namespace.registerMount(MOUNT);
    }

    public static NamespaceUnderTest open() {
        return open(ReferenceTxnRunner::new);
    }

    /** Over another store, or one with a bug planted. */
    public static NamespaceUnderTest open(Function<Ports, TxnRunner> store) {
        return open(store, ExecutorOptions.DEFAULT);
    }

    public static NamespaceUnderTest open(Function<Ports, TxnRunner> store, ExecutorOptions options) {
        return new NamespaceUnderTest(store, options);
    }

    public NamespaceExecutor namespace() {
        return namespace;
    }

    /** Closes the namespace and opens it again over the same store, as a restart does. */
    public LocalNamespace reopen() {
        namespace.close();
        namespace = NamespaceExecutor.start(runner, ports, options);
        return namespace;
    }

    public MutationResult apply(Mutation mutation) {
        return namespace.apply(mutation, null);
    }

    /** Makes a directory below {@code parent} and answers its inode. */
    public long mkdir(long parent, String name) {
        return apply(new Mutation.Create(MOUNT, parent, FileName.of(name), NewInode.directory(0755))).entry().inode();
    }

    /** Makes an empty file below {@code parent} and answers its inode. */
    public long file(long parent, String name) {
        return file(parent, name, 0);
    }

    public long file(long parent, String name, long size) {
        NewInode inode = new NewInode(FileType.FILE, 0644, 0, 0, size, 0, null, null);
        return apply(new Mutation.Create(MOUNT, parent, FileName.of(name), inode)).entry().inode();
    }

    public long symlink(long parent, String name, String target) {
        NewInode inode = NewInode.symlink(target.getBytes(StandardCharsets.UTF_8));
        return apply(new Mutation.Create(MOUNT, parent, FileName.of(name), inode)).entry().inode();
    }

    public MutationResult link(long inode, long parent, String name) {
        return apply(new Mutation.Link(MOUNT, inode, parent, FileName.of(name)));
    }

    public MutationResult unlink(long parent, String name) {
        return apply(new Mutation.Unlink(MOUNT, parent, FileName.of(name)));
    }

    public MutationResult rmdir(long parent, String name) {
        return apply(new Mutation.RemoveDir(MOUNT, parent, FileName.of(name)));
    }

    public MutationResult rename(long fromParent, String fromName, long toParent, String toName) {
        return rename(fromParent, fromName, toParent, toName, Mutation.RenameMode.REPLACE);
    }

    public MutationResult rename(long fromParent, String fromName, long toParent, String toName,
            Mutation.RenameMode mode) {
        return apply(new Mutation.Rename(MOUNT, fromParent, FileName.of(fromName), MOUNT, toParent, FileName.of(toName),
                mode));
    }

    public MutationResult resize(long inode, long size) {
        return apply(new Mutation.SetAttr(MOUNT, inode, null, null, null, size, null, null, null));
    }

    public Attributes stat(long inode) {
        return namespace.getAttr(MOUNT, inode, 0);
    }

    /** The reason of the refusal, or null when {@code action} succeeds. */
    public static Reason refusal(Runnable action) {
        try {
            action.run();
            return null;
        } catch (NamespaceException e) {
            return e.reason();
        }
    }

    @Override
    public void close() {
        namespace.close();
        runner.close();
        scheduler.close();
    }
}

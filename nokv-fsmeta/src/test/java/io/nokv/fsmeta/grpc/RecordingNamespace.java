package io.nokv.fsmeta.grpc;

import io.nokv.base.system.WaitFree;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.SnapshotInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Notes every call and answers what the test told it to. */
public final class RecordingNamespace implements Namespace {
    /** A method with its arguments. */
    public record Call(String method, List<Object> arguments) {
        static Call of(String method, Object... arguments) {
            return new Call(method, Arrays.asList(arguments));
        }
    }

    /** All calls so far, oldest first. */
    public final Queue<Call> calls = new ConcurrentLinkedQueue<>();

    private volatile Function<Call, Object> answers = call -> {
        throw new IllegalStateException("nobody said what " + call.method() + " answers");
    };

    public void answer(Function<Call, Object> value) {
        answers = value;
    }

    @SuppressWarnings("unchecked")
    private <T> T call(String method, Object... arguments) {
        Call call = Call.of(method, arguments);
        calls.add(call);
        try {
            return (T) answers.apply(call);
        } catch (WaitFree.WouldWait e) {
            calls.remove(call); // it will be made again
            throw e;
        }
    }

    @Override
    public Mount registerMount(String name) {
        return call("registerMount", name);
    }

    @Override
    public Mount retireMount(String name) {
        return call("retireMount", name);
    }

    @Override
    public Mount mount(String name) {
        return call("mount", name);
    }

    @Override
    public List<Mount> mounts() {
        return call("mounts");
    }

    @Override
    public long readVersion() {
        return this.<Long>call("readVersion");
    }

    @Override
    public Entry lookup(String mount, long parent, FileName name, long version) {
        return call("lookup", mount, parent, name, version);
    }

    @Override
    public Entry lookupPath(String mount, byte[] path, boolean followLast, long version) {
        return call("lookupPath", mount, new String(path, java.nio.charset.StandardCharsets.ISO_8859_1), followLast,
                version);
    }

    @Override
    public Attributes getAttr(String mount, long inode, long version) {
        return call("getAttr", mount, inode, version);
    }

    @Override
    public List<Entry> batchLookup(String mount, long parent, List<FileName> names, long version) {
        return call("batchLookup", mount, parent, List.copyOf(names), version);
    }

    @Override
    public List<Attributes> batchGetAttr(String mount, List<Long> inodes, long version) {
        return call("batchGetAttr", mount, List.copyOf(inodes), version);
    }

    @Override
    public NamePage readDir(String mount, long directory, FileName after, int limit, long version) {
        return call("readDir", mount, directory, after, limit, version);
    }

    @Override
    public DirPage readDirPlus(String mount, long directory, FileName after, int limit, long version) {
        return call("readDirPlus", mount, directory, after, limit, version);
    }

    @Override
    public MutationResult apply(Mutation mutation, RequestId id) {
        return call("apply", mutation, id);
    }

    @Override
    public MutationResult renameSubtree(Mutation.Rename rename, RequestId id) {
        return call("renameSubtree", rename, id);
    }

    @Override
    public List<MutationResult> transact(List<? extends Operation> steps, RequestId id) {
        return call("transact", List.copyOf(steps), id);
    }

    @Override
    public Quota setQuota(String mount, long scope, long limitBytes, long limitInodes) {
        return call("setQuota", mount, scope, limitBytes, limitInodes);
    }

    @Override
    public Quota quota(String mount, long scope) {
        return call("quota", mount, scope);
    }

    @Override
    public List<Quota> quotas(String mount) {
        return call("quotas", mount);
    }

    @Override
    public SnapshotInfo snapshotSubtree(String mount, long rootInode, String label) {
        return call("snapshotSubtree", mount, rootInode, label);
    }

    @Override
    public SnapshotInfo retireSnapshot(String mount, long rootInode, long readVersion) {
        return call("retireSnapshot", mount, rootInode, readVersion);
    }

    @Override
    public List<SnapshotInfo> snapshots(String mount) {
        return call("snapshots", mount);
    }

    @Override
    public Watch watch(String mount, long directory, long cursor, int windowEvents) {
        return call("watch", mount, directory, cursor, windowEvents);
    }

    @Override
    public void close() {
        call("close");
    }
}

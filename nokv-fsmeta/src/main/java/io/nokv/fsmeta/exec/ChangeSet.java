package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.watch.FeedEvent;
import io.nokv.fsmeta.watch.FeedEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The changes of one transaction: applies mutations one after the other, each seeing those before. Not thread-safe. */
final class ChangeSet {
    private record Numbered(long mount, long directory) {}

    /** A state to go back to. */
    record Mark(int txnMark, int events) {}

    final Core core;
    final Txn txn;
    final long nowNs;
    private final Map<String, MountChanges> mounts = new LinkedHashMap<>();
    private final List<FeedEvent> events = new ArrayList<>();
    private final List<Numbered> numbered = new ArrayList<>();

    ChangeSet(Core core, Txn txn) {
        this.core = core;
        this.txn = txn;
        this.nowNs = core.ports.clock().wallNanos();
    }

    /** A refusal leaves the transaction as it was. */
    MutationResult apply(Mutation mutation) {
        return apply(mutation, false);
    }

    /** @param subtree of a rename, whether only a directory may move */
    MutationResult apply(Mutation mutation, boolean subtree) {
        MutationChecks.check(mutation);
        Mark before = mark();
        try {
            MountChanges m = mounts.get(mutation.mount());
            if (m == null) {
                m = new MountChanges(this, core.mounts.reads(txn, mutation.mount()));
                mounts.put(mutation.mount(), m);
            }
            m.admit();
            MutationResult result = switch (mutation) {
                case Mutation.Create create -> CreatePrimitive.apply(m, create);
                case Mutation.SetAttr setAttr -> SetAttrPrimitive.apply(m, setAttr);
                case Mutation.Link link -> LinkPrimitive.apply(m, link);
                case Mutation.Unlink unlink -> UnlinkPrimitive.apply(m, unlink);
                case Mutation.RemoveDir removeDir -> RemoveDirPrimitive.apply(m, removeDir);
                case Mutation.Rename rename -> RenamePrimitive.apply(m, rename, subtree);
            };
            if (txn.size() > Limits.MAX_TRANSACTION_KEYS) {
                throw new NamespaceException(Reason.TOO_LARGE,
                        "a transaction writes at most " + Limits.MAX_TRANSACTION_KEYS + " rows");
            }
            return result;
        } catch (RuntimeException | Error e) {
            rollbackTo(before);
            throw e;
        }
    }

    Mark mark() {
        return new Mark(txn.mark(), events.size());
    }

    void rollbackTo(Mark mark) {
        txn.rollbackTo(mark.txnMark);
        events.subList(mark.events, events.size()).clear();
        mounts.values().forEach(MountChanges::rolledBack);
    }

    void event(FeedEvent event) {
        events.add(event);
    }

    /** The number of a new file; given back to the tracker when the transaction has ended. */
    long newFileNumber(long mount, long directory, DirectoryState seen) {
        long inode = core.numbers.forFile(mount, directory, seen);
        numbered.add(new Numbered(mount, directory));
        return inode;
    }

    /** Commits, with the events for the watchers. */
    CommitOutcome commit() {
        if (!events.isEmpty()) {
            txn.annotate(FeedEvents.encode(events));
        }
        return txn.commit();
    }

    /** To be called once, when the transaction has ended with a known outcome. */
    void ended() {
        for (Numbered n : numbered) {
            core.numbers.release(n.mount, n.directory);
        }
        numbered.clear();
    }
}

package io.nokv.fsmeta.exec;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RequestRecord;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs one or several operations as one transaction until it commits, once per request id: the answers are written with
 * the changes, and a request that finds its answers there gives them again. Thread-safe.
 */
final class Transactions {
    /** The answers of a run, and the version they were given at when an earlier run gave them. */
    private record Answers(List<MutationResult> results, long earlierVersion) {}

    private final Core core;

    Transactions(Core core) {
        this.core = core;
    }

    List<MutationResult> run(List<? extends Operation> steps, RequestId id) {
        return run(steps, false, id);
    }

    /** A rename of a directory; NOT_A_DIRECTORY when the source is something else at the moment of the change. */
    MutationResult renameSubtree(Mutation.Rename rename, RequestId id) {
        return run(List.of(rename), true, id).getFirst();
    }

    private List<MutationResult> run(List<? extends Operation> steps, boolean subtree, RequestId id) {
        byte[] digest = id == null ? null : RequestDigest.of(steps, subtree);
        for (int attempt = 1;; attempt++) {
            Txn txn = core.runner.begin();
            ChangeSet changes = new ChangeSet(core, txn);
            boolean outcomeUnknown = false;
            CommitOutcome outcome;
            try {
                Answers answers = answer(changes, steps, subtree, id, digest);
                if (answers.earlierVersion != 0) {
                    core.counters.answersRemembered.increment();
                    return ResultCodec.committed(answers.results, answers.earlierVersion);
                }
                outcome = changes.commit();
                if (outcome instanceof CommitOutcome.Committed committed) {
                    core.counters.changes.increment();
                    return ResultCodec.committed(answers.results, committed.version());
                }
            } catch (NamespaceException e) {
                core.counters.refusals.increment();
                throw e;
            } catch (NokvException e) {
                outcomeUnknown = e.code() == FailureCode.UNKNOWN_OUTCOME;
                throw e;
            } finally {
                txn.close();
                if (!outcomeUnknown) {
                    changes.ended();
                }
            }
            core.attempts.next(attempt, outcome);
        }
    }

    private Answers answer(ChangeSet changes, List<? extends Operation> steps, boolean subtree, RequestId id,
            byte[] digest) {
        byte[] key = null;
        if (id != null && !steps.isEmpty()) {
            key = Keys.request(core.mounts.number(changes.txn, steps.get(0).mount()), id);
            View.Versioned row = changes.txn.getVersioned(key);
            if (row != null) {
                RequestRecord remembered = NamespaceReads.decoded(key, row.value(), RequestRecord::decode);
                if (!Arrays.equals(remembered.digest(), digest)) {
                    throw new NamespaceException(Reason.REQUEST_ID_REUSED, "request id "
                            + Long.toHexString(id.high()) + "-" + Long.toHexString(id.low())
                            + " was used for another request");
                }
                return new Answers(ResultCodec.decode(remembered.results()), row.version());
            }
        }
        List<MutationResult> results = new ArrayList<>(steps.size());
        for (Operation step : steps) {
            results.add(step(changes, steps.size(), step, subtree, results));
        }
        if (key != null) {
            byte[] encoded = ResultCodec.encode(results);
            if (encoded.length > Limits.MAX_REMEMBERED_BYTES) {
                throw new NamespaceException(Reason.TOO_LARGE, "the answers of a request with an id have at most "
                        + Limits.MAX_REMEMBERED_BYTES + " bytes, these have " + encoded.length);
            }
            changes.txn.putExpiring(key, new RequestRecord(digest, encoded).encode(), core.options.requestTtlMillis());
        }
        return new Answers(results, 0);
    }

    private MutationResult step(ChangeSet changes, int steps, Operation step, boolean subtree,
            List<MutationResult> before) {
        try {
            return switch (StepReferences.resolve(step, before)) {
                case Mutation mutation -> changes.apply(mutation, subtree);
                case Query.Lookup l ->
                    read(core.mounts.reads(changes.txn, l.mount()).lookup(l.parent(), l.name()));
                case Query.GetAttr g -> read(core.mounts.reads(changes.txn, g.mount()).entryOf(g.inode()));
            };
        } catch (NamespaceException e) {
            if (steps == 1) {
                throw e;
            }
            throw new NamespaceException(e.reason(), "step " + before.size() + ": " + e.getMessage(), e);
        }
    }

    private static MutationResult read(Entry entry) {
        return new MutationResult(0, entry, null, false);
    }
}

package io.nokv.fsmeta.exec;

import io.nokv.base.codec.Bytes;
import io.nokv.base.port.Ports;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import java.util.function.Function;

/** Runs a transaction until it commits: again after a conflict, with a growing random pause, a bounded number of times. */
final class Attempts {
    private static final int MOST_DOUBLINGS = 6;

    private final TxnRunner runner;
    private final Ports ports;
    private final ExecutorOptions options;
    private final ExecutorCounters counters;

    Attempts(TxnRunner runner, Ports ports, ExecutorOptions options, ExecutorCounters counters) {
        this.runner = runner;
        this.ports = ports;
        this.options = options;
        this.counters = counters;
    }

    /** What a committed transaction leaves. */
    record Done<T>(T value, long version) {}

    /** Runs {@code body} in fresh transactions and commits each until one is committed. */
    <T> Done<T> run(Function<Txn, T> body) {
        for (int attempt = 1;; attempt++) {
            CommitOutcome outcome;
            try (Txn txn = runner.begin()) {
                T value = body.apply(txn);
                outcome = txn.commit();
                if (outcome instanceof CommitOutcome.Committed committed) {
                    return new Done<>(value, committed.version());
                }
            }
            next(attempt, outcome);
        }
    }

    /** Pauses before the run after the {@code attempt}-th, which ended with {@code outcome}; CONFLICT when it was the last. */
    void next(int attempt, CommitOutcome outcome) {
        if (attempt >= options.attempts()) {
            counters.retriesExhausted.increment();
            throw conflict(outcome, attempt);
        }
        counters.retries.increment();
        pause(attempt);
    }

    static NamespaceException conflict(CommitOutcome outcome, int attempts) {
        String tried = attempts > 1 ? " after " + attempts + " attempts" : "";
        String what = switch (outcome) {
            case CommitOutcome.Committed _ -> "committed";
            case CommitOutcome.Conflict c -> "another change of " + Bytes.show(c.key());
            case CommitOutcome.AlreadyExists e -> "another change made " + Bytes.show(e.key());
            case CommitOutcome.Missing m -> "another change removed " + Bytes.show(m.key());
            case CommitOutcome.OutOfBounds o -> "other changes used up the bounds of " + Bytes.show(o.key());
        };
        return new NamespaceException(Reason.CONFLICT, what + " came first" + tried);
    }

    private void pause(int attempt) {
        long longest = options.backoffMicros() << Math.min(attempt - 1, MOST_DOUBLINGS);
        long micros = (long) (ports.entropy().nextDouble() * longest);
        if (micros > 0) {
            ports.scheduler().pause(micros * 1_000);
        }
    }
}

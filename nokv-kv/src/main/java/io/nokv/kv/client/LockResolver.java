package io.nokv.kv.client;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.control.time.TimestampOracle;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.percolator.CheckTxnStatus;
import io.nokv.kv.percolator.ResolveLock;
import io.nokv.kv.store.KvStore;
import io.nokv.kv.store.ReadPoint;
import java.util.List;

/** Deals with locks in the way: asks the primary key what became of the transaction, and ends what it left. Thread-safe. */
final class LockResolver {
    private final KvStore store;
    private final Routed routed;
    private final TimestampOracle oracle;

    LockResolver(KvStore store, Routed routed, TimestampOracle oracle) {
        this.store = store;
        this.routed = routed;
        this.oracle = oracle;
    }

    /**
     * For a reader held up by {@code lock}: a read point that this transaction does not hold up any more, or null when it
     * has to wait because the transaction's primary is not there yet.
     */
    ReadPoint makeWay(byte[] key, LockRecord lock, ReadPoint point) {
        return switch (status(lock, point.at())) {
            case CheckTxnStatus.Outcome.Committed(Timestamp commitTs) -> {
                if (commitTs.isAfter(point.at())) {
                    yield point.passing(lock.startTs());
                }
                end(key, lock, commitTs);
                yield point;
            }
            case CheckTxnStatus.Outcome.RolledBack _ -> {
                end(key, lock, null);
                yield point;
            }
            case CheckTxnStatus.Outcome.Alive alive -> alive.minCommitTs().isAfter(point.at())
                    ? point.passing(lock.startTs())
                    : null;
            case CheckTxnStatus.Outcome.Missing _ -> null;
            case CheckTxnStatus.Outcome.NotPrimary(byte[] primary) -> throw misled(key, lock, primary);
        };
    }

    /** For a writer: whether the lock is out of the way; else the transaction lives and the writer has to wait. */
    boolean clear(byte[] key, LockRecord lock) {
        return switch (status(lock, Timestamp.ZERO)) {
            case CheckTxnStatus.Outcome.Committed(Timestamp commitTs) -> {
                end(key, lock, commitTs);
                yield true;
            }
            case CheckTxnStatus.Outcome.RolledBack _ -> {
                end(key, lock, null);
                yield true;
            }
            case CheckTxnStatus.Outcome.Alive _,CheckTxnStatus.Outcome.Missing _ -> false;
            case CheckTxnStatus.Outcome.NotPrimary(byte[] primary) -> throw misled(key, lock, primary);
        };
    }

    private CheckTxnStatus.Outcome status(LockRecord lock, Timestamp callerTs) {
        // Its primary may still be on its way, unless its time is over.
        boolean rollbackIfMissing = lock.isExpiredAt(oracle.current().millis());
        CheckTxnStatus.Request request = new CheckTxnStatus.Request(lock.primary(), lock.startTs(), callerTs,
                rollbackIfMissing);
        return routed.call(lock.primary(), region -> store.checkStatus(region.header(), request));
    }

    private void end(byte[] key, LockRecord lock, Timestamp commitTs) {
        ResolveLock.Request request = new ResolveLock.Request(List.of(key), lock.startTs(), commitTs);
        routed.call(key, region -> store.resolve(region.header(), request));
    }

    private static NokvException misled(byte[] key, LockRecord lock, byte[] primary) {
        return new NokvException(FailureCode.CORRUPTION, "the lock on " + Bytes.show(key) + " names the primary "
                + Bytes.show(lock.primary()) + ", whose own lock names " + Bytes.show(primary));
    }
}

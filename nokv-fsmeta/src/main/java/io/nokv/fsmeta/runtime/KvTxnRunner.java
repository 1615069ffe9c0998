package io.nokv.fsmeta.runtime;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.control.time.Timestamp;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.fsmeta.txn.View;
import io.nokv.kv.KvOptions;
import io.nokv.kv.LocalKv;
import io.nokv.kv.gc.SafePoint;
import io.nokv.lsm.EngineOptions;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** The transactional store in a local directory. Thread-safe. Views are thread-safe, too; transactions are not. */
public final class KvTxnRunner implements TxnRunner {
    private record Kept(long version, String holder) {}

    private final LocalKv kv;
    private final ConcurrentHashMap<Kept, SafePoint.Hold> kept = new ConcurrentHashMap<>();

    /** Keeps the safe point where it was when the store was opened; empty from the first transaction on. */
    private final AtomicReference<SafePoint.Hold> opening;

    /** Takes over {@code kv}: closing this closes it. */
    public KvTxnRunner(LocalKv kv) {
        this.kv = kv;
        this.opening = new AtomicReference<>(kv.hold(kv.safePoint(), "opening"));
    }

    /** Opens or creates the store in {@code directory}, a path of {@code ports.vfs()}; see {@link LocalKv#open}. */
    public static KvTxnRunner open(String directory, EngineOptions engineOptions, KvOptions options, Ports ports) {
        return new KvTxnRunner(LocalKv.open(directory, engineOptions, options, ports));
    }

    /** What lies below; for statistics, the list of regions and locks, and garbage collection by command. */
    public LocalKv kv() {
        return kv;
    }

    @Override
    public long readVersion() {
        return kv.readVersion().value();
    }

    @Override
    public View latest() {
        return new KvView(kv, kv.readerAtReadVersion(kv.readVersion()));
    }

    @Override
    public View viewAt(long version) {
        if (version < 0) {
            throw NokvException.invalid("negative version " + version);
        }
        return new KvView(kv, kv.readerAt(new Timestamp(version)));
    }

    @Override
    public Txn begin() {
        SafePoint.Hold untilNow = opening.getAndSet(null);
        if (untilNow != null) {
            untilNow.close();
        }
        while (true) {
            Timestamp version = kv.readVersion();
            try {
                SafePoint.Hold hold = kv.hold(version, "transaction");
                return new KvTxn(kv, new KvView(kv, kv.readerAtReadVersion(version)), hold);
            } catch (NokvException e) {
                // The safe point passed between the two calls, which takes a retention of next to nothing.
                if (e.code() != FailureCode.VERSION_TOO_OLD) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Retention retain(long version, String holder) {
        return kv.hold(new Timestamp(version), holder)::close;
    }

    @Override
    public void keep(long version, String holder) {
        kept.computeIfAbsent(new Kept(version, holder), _ -> kv.hold(new Timestamp(version), holder));
    }

    @Override
    public void letGo(long version, String holder) {
        SafePoint.Hold hold = kept.remove(new Kept(version, holder));
        if (hold != null) {
            hold.close();
        }
    }

    @Override
    public long safePoint() {
        return kv.safePoint().value();
    }

    @Override
    public void observe(CommitObserver observer) {
        kv.listen((commitTs, annotation) -> observer.committed(commitTs.value(), annotation));
    }

    @Override
    public void close() {
        kv.close();
    }
}

package io.nokv.fsmeta.api;

/** The namespace beside its store: transactions held open by the caller and the scans that SQL is made of. Thread-safe. */
public interface LocalNamespace extends Namespace {
    /** A transaction that reads at {@link #readVersion}. Close it. */
    NamespaceTxn begin();

    /** Scans at {@code version} (0: latest, fixed once here). VERSION_TOO_OLD, VERSION_IN_FUTURE. Close it. */
    NamespaceView view(long version);

    /** Versions below this are refused. */
    long safePoint();
}

package io.nokv.sql.exec;

import io.nokv.base.port.Clock;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.expr.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** One run of a statement: what its operators share. One thread, except {@link #cancel}. */
public final class Execution implements Frame, AutoCloseable {
    private static final int TICKS_PER_CLOCK_READ = 64;

    /**
     * Who runs it and within which bounds.
     *
     * @param timeoutNanos 0: none
     * @param effectsRefused why functions with an effect may not run; null when they may
     */
    public record Terms(String mount, String user, long timeoutNanos, long budgetBytes, SqlFailure effectsRefused) {}

    private final LocalNamespace namespace;
    private final NamespaceView view;
    private final Clock clock;
    private final Terms terms;
    private final Object[] parameters;
    private final Object[][] outerRows;
    private final MemoryBudget budget;
    private final long nowMillis;
    private final long deadlineNanos;
    private final Map<Long, NamespaceView> otherViews = new TreeMap<>();
    private final Map<Operator, List<SnapshotInfo>> effects = new java.util.IdentityHashMap<>();
    private int ticks;
    private volatile boolean cancelled;

    /** @param view what the statement reads; not closed here */
    public Execution(LocalNamespace namespace, NamespaceView view, Clock clock, Terms terms, Object[] parameters,
            int outerSlots) {
        this.namespace = namespace;
        this.view = view;
        this.clock = clock;
        this.terms = terms;
        this.parameters = parameters;
        this.outerRows = new Object[outerSlots][];
        this.budget = new MemoryBudget(terms.budgetBytes());
        this.nowMillis = clock.wallMillis();
        this.deadlineNanos = terms.timeoutNanos() == 0 ? 0 : clock.monotonicNanos() + terms.timeoutNanos();
    }

    /** From any thread: the statement fails at its next step. */
    public void cancel() {
        cancelled = true;
    }

    /** Called for every row read: 57014 once cancelled or too late. */
    public void tick() {
        if (cancelled) {
            throw SqlState.CANCELLED.failure("the statement was cancelled");
        }
        if (deadlineNanos != 0 && ++ticks % TICKS_PER_CLOCK_READ == 1 && clock.monotonicNanos() - deadlineNanos >= 0) {
            throw SqlState.CANCELLED.failure(
                    "the statement took longer than its limit of " + terms.timeoutNanos() / 1_000_000L + " ms");
        }
    }

    public NamespaceView view() {
        return view;
    }

    /** A view at {@code version}, shared by the statement and closed with it; the statement's own for its own version. */
    NamespaceView viewAt(long version) {
        if (version == view.version()) {
            return view;
        }
        return otherViews.computeIfAbsent(version, namespace::view);
    }

    /** The view at a snapshot argument; null means the statement's. */
    NamespaceView viewOf(Object snapshot) {
        return snapshot == null ? view : viewAt(((Number) snapshot).longValue());
    }

    /** The view of FOR SYSTEM_TIME AS OF: everything committed up to the end of that millisecond. */
    NamespaceView viewAsOf(Object timestamp) {
        if (timestamp == null) {
            throw SqlState.NULL_NOT_ALLOWED.failure("FOR SYSTEM_TIME AS OF NULL");
        }
        return viewAt(VersionTime.versionAsOf((Long) timestamp, namespace.readVersion()));
    }

    MemoryBudget budget() {
        return budget;
    }

    void setOuter(int slot, Object[] row) {
        outerRows[slot] = row;
    }

    /** Runs a function with an effect, once per execution and operator however often the operator is opened. */
    List<SnapshotInfo> once(Operator function, boolean constant, Supplier<List<SnapshotInfo>> effect) {
        if (terms.effectsRefused() != null) {
            throw terms.effectsRefused();
        }
        return constant ? effects.computeIfAbsent(function, _ -> effect.get()) : effect.get();
    }

    LocalNamespace namespace() {
        return namespace;
    }

    @Override
    public Object parameter(int index) {
        return parameters[index];
    }

    @Override
    public Object[] outer(int slot) {
        return outerRows[slot];
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public String mount() {
        return terms.mount();
    }

    @Override
    public String user() {
        return terms.user();
    }

    @Override
    public String pathOf(String mount, long inode) {
        tick();
        try {
            return io.nokv.fsmeta.api.NameEscapes.escape(view.pathOf(mount, inode));
        } catch (NamespaceException e) {
            return absent(e);
        }
    }

    @Override
    public Long inodeOf(String path) {
        tick();
        try {
            return NamespacePath.parse(path, mount()).lookup(view, false).inode();
        } catch (NamespaceException e) {
            return absent(e);
        }
    }

    private static <T> T absent(NamespaceException e) {
        return switch (e.reason()) {
            // What cannot be a name names nothing, as in comparisons.
            case NOT_FOUND, MOUNT_NOT_FOUND, NOT_A_DIRECTORY, INVALID_NAME, NAME_TOO_LONG, PATH_TOO_LONG -> null;
            default -> throw e;
        };
    }

    @Override
    public void close() {
        for (NamespaceView other : new ArrayList<>(otherViews.values())) {
            other.close();
        }
        otherViews.clear();
    }
}

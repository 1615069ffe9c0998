package io.nokv.fsmeta.client;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * One request and what becomes of it, over as many attempts as it takes. Completed once; attempts follow one another, so
 * what they write is seen by the next.
 */
final class Exchange<Q, R> {
    /** How a failed exchange ended. Exceptions are made where they are thrown, with the caller's stack. */
    private record Failed(Reason reason, String message) {}

    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Exchange.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Rpc<Q, R> rpc;
    private final Q request;
    private final boolean repeatable;
    private final long deadlineNanos;
    private final Retries retries;

    private int attempts = 1;
    private boolean mayHaveHappened;

    /** Null until done; then the response or {@link Failed}. */
    private volatile Object outcome;
    private volatile Thread waiter;
    private volatile Runnable listener;

    /**
     * @param repeatable whether sending it again after it may have arrived does no harm
     * @param deadlineNanos on the clock of {@code retries}
     */
    Exchange(Rpc<Q, R> rpc, Q request, boolean repeatable, long deadlineNanos, Retries retries) {
        this.rpc = rpc;
        this.request = request;
        this.repeatable = repeatable;
        this.deadlineNanos = deadlineNanos;
        this.retries = retries;
    }

    Rpc<Q, R> rpc() {
        return rpc;
    }

    Q request() {
        return request;
    }

    int requestBytes() {
        return ((MessageLite) request).getSerializedSize();
    }

    boolean changes() {
        return switch (rpc.kind()) {
            case CHANGE, ADMIN -> true;
            case POINT_READ, READ, STREAM -> false;
        };
    }

    long remainingNanos() {
        return deadlineNanos - retries.nanos();
    }

    boolean isDone() {
        return outcome != null;
    }

    // ---- what a transport reports -----------------------------------------------------------------------------

    void answered(R response) {
        complete(response);
    }

    /** The service itself said no. */
    void refused(NamespaceException refusal) {
        if (mayHaveHappened && inconclusive(refusal.reason())) {
            unknown("an earlier attempt may have happened, the last one ended with " + refusal.reason() + ": "
                    + refusal.getMessage());
        } else {
            complete(new Failed(refusal.reason(), refusal.getMessage()));
        }
    }

    /**
     * No answer will come.
     *
     * @param arrived whether the request may have reached the service
     */
    void lost(Status why, boolean arrived) {
        if (isDone()) {
            return;
        }
        mayHaveHappened |= arrived && changes();
        boolean again = isConnectionLoss(why) && (repeatable || !mayHaveHappened);
        if (again && retries.again(this, attempts)) {
            attempts++;
        } else if (mayHaveHappened) {
            unknown(text(why));
        } else {
            complete(new Failed(reason(why), text(why)));
        }
    }

    /** A server that is cut off in the middle of a call resets it, which shows as CANCELLED though nobody here cancelled. */
    private boolean isConnectionLoss(Status why) {
        return switch (why.getCode()) {
            case UNAVAILABLE -> true;
            case CANCELLED -> !retries.isClosed();
            case OK, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, DATA_LOSS,
                    UNAUTHENTICATED ->
                false;
        };
    }

    private Reason reason(Status why) {
        if (retries.isClosed()) {
            return Reason.CANCELLED;
        }
        return isConnectionLoss(why) ? Reason.IO_ERROR : WireErrors.nearest(why);
    }

    /** The client was closed or its thread interrupted. */
    void abandon(Reason reason, String message) {
        complete(changes() ? new Failed(Reason.UNKNOWN_OUTCOME, message) : new Failed(reason, message));
    }

    /** Refused on this side: nothing was sent. */
    void refusedHere(Reason reason, String message) {
        complete(new Failed(reason, message));
    }

    private void unknown(String why) {
        complete(new Failed(Reason.UNKNOWN_OUTCOME, rpc.name() + " may or may not have happened: " + why));
    }

    private String text(Status why) {
        String what = why.getDescription() == null
                ? why.getCode().toString()
                : why.getCode() + ": " + why.getDescription();
        Throwable cause = why.getCause();
        return rpc.name() + " at " + retries.target() + " failed, attempt " + attempts + ": " + what
                + (cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")");
    }

    /** Whether a refusal says nothing about an earlier attempt with the same id: it came before the id was looked up. */
    private static boolean inconclusive(Reason reason) {
        return switch (reason) {
            case CONFLICT, OVERLOADED, TIMEOUT, CANCELLED, UNKNOWN_OUTCOME, NO_SPACE, LOCKED, CORRUPTION, IO_ERROR,
                    CLOSED, READ_ONLY, UNSUPPORTED, INTERNAL, NOT_PERMITTED ->
                true;
            case NOT_FOUND, ALREADY_EXISTS, NOT_A_DIRECTORY, IS_A_DIRECTORY, NOT_EMPTY, INVALID_NAME, NAME_TOO_LONG,
                    PATH_TOO_LONG, INTO_ITSELF, CROSS_MOUNT, TOO_MANY_LINKS, TOO_MANY_SYMLINKS, QUOTA_EXCEEDED,
                    MOUNT_NOT_FOUND, MOUNT_RETIRED, MOUNT_CONFLICT, SNAPSHOT_NOT_FOUND, VERSION_TOO_OLD,
                    VERSION_IN_FUTURE, WATCH_EXPIRED, WATCH_OVERFLOW, INVALID_ARGUMENT, TOO_LARGE, REQUEST_ID_REUSED ->
                false;
        };
    }

    private void complete(Object value) {
        if (OUTCOME.compareAndSet(this, null, value)) {
            Thread parked = waiter;
            if (parked != null) {
                LockSupport.unpark(parked);
            }
            Runnable told = listener;
            if (told != null) {
                told.run();
            }
        }
    }

    // ---- what the caller does ---------------------------------------------------------------------------------

    /** Waits for the end. An interrupt ends the wait with CANCELLED, of a change with UNKNOWN_OUTCOME, and stays set. */
    R await() {
        waiter = Thread.currentThread();
        while (outcome == null) {
            LockSupport.parkNanos(this, Retries.WAKE_NANOS);
            if (outcome == null && Thread.currentThread().isInterrupted()) {
                abandon(Reason.CANCELLED, "the thread that waited for " + rpc.name() + " was interrupted");
            }
        }
        return value();
    }

    /**
     * The same as a future, completed on {@code executor}. Call it before sending.
     *
     * @param translate makes the value out of the response
     */
    <T> CompletableFuture<T> future(Function<R, T> translate, Executor executor) {
        CompletableFuture<T> future = new CompletableFuture<>();
        listener = () -> executor.execute(() -> {
            try {
                future.complete(translate.apply(value()));
            } catch (Throwable t) {
                future.completeExceptionally(t);
            }
        });
        return future;
    }

    @SuppressWarnings("unchecked")
    private R value() {
        if (outcome instanceof Failed(Reason reason, String message)) {
            throw new NamespaceException(reason, message);
        }
        return (R) outcome;
    }
}

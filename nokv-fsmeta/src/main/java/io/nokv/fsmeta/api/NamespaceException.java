package io.nokv.fsmeta.api;

import io.nokv.base.error.NokvException;
import java.util.Objects;

/** A refusal or failure with its {@link Reason}; the message names the offending thing. */
public final class NamespaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public NamespaceException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** @param cause what lies below, or null */
    public NamespaceException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    public Reason reason() {
        return reason;
    }

    /** The same failure as the namespace reports it. */
    public static NamespaceException of(NokvException failure) {
        return new NamespaceException(Reason.of(failure.code()), failure.getMessage(), failure);
    }

    @Override
    public String toString() {
        return reason + ": " + getMessage();
    }
}

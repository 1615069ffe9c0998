package io.nokv.sql.avatica;

import java.util.Objects;

/**
 * What a request carries beside Avatica's protocol. Immutable; bound to the flow that serves the request.
 *
 * @param principal who asks, as the transport authenticated it; empty without authentication; never null
 * @param mount default mount when the connection opens without naming one; empty when the request names none
 * @param timeoutMillis limit for a statement executed by this request; 0 for none
 * @param maxRows rows after which a query executed by this request ends; 0 for all
 */
public record RequestContext(String principal, String mount, long timeoutMillis, long maxRows) {
    /** No principal, no limits: what a plain call of the Java API means. */
    public static final RequestContext NONE = new RequestContext("", "", 0, 0);

    private static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

    public RequestContext {
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(mount, "mount");
    }

    /** Runs {@code call} with this context and returns its result; its exceptions pass. */
    public <T> T run(ScopedValue.CallableOp<T, RuntimeException> call) {
        return ScopedValue.where(CURRENT, this).call(call);
    }

    /** The context of the calling flow, or {@link #NONE}. */
    static RequestContext current() {
        return CURRENT.isBound() ? CURRENT.get() : NONE;
    }
}

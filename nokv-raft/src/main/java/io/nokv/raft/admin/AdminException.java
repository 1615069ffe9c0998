package io.nokv.raft.admin;

/** A store refused an administrative call, or could not be reached; then there is no {@link #refusal}. */
public final class AdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient AdminRefusal refusal;

    AdminException(AdminRefusal refusal, Throwable cause) {
        super(refusal == null ? cause.getMessage() : refusal.reason() + ": " + refusal.message(), cause);
        this.refusal = refusal;
    }

    /** What the store said; null when it said nothing, and then the call may have had its effect. */
    public AdminRefusal refusal() {
        return refusal;
    }
}

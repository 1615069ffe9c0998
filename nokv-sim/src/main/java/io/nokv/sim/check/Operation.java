package io.nokv.sim.check;

/**
 * One operation of one client.
 *
 * @param result what the client was told; null when it never heard: the operation took effect once between {@code invoked}
 * and {@code returned}, or never
 * @param invoked position in the history of the call
 * @param returned position of the answer, or of the moment from which the operation can no longer take effect
 */
public record Operation<C, R>(int id, int client, C call, R result, long invoked, long returned) {
    /** True when the client never heard how it ended. */
    public boolean isUnknown() {
        return result == null;
    }

    @Override
    public String toString() {
        return "#" + id + " client " + client + " [" + invoked + ", " + (returned == Long.MAX_VALUE ? "open" : returned)
                + "] " + call + " -> " + (result == null ? "unknown" : result);
    }
}

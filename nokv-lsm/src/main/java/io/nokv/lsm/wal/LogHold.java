package io.nokv.lsm.wal;

/**
 * Somebody who keeps segments of the log.
 *
 * @param segment the oldest one it needs; 0: none
 * @param bytes of that one and all later ones
 * @param nanos since that one was complete, as far as this opening knows; 0 when it is not
 */
public record LogHold(String name, long segment, long bytes, long nanos) {
    @Override
    public String toString() {
        return name + " needs segment " + segment + (nanos == 0 ? "" : ", complete for " + nanos / 1_000_000 + " ms")
                + ", and so keeps " + bytes + " bytes";
    }
}

package io.nokv.sim.disk;

import io.nokv.base.error.FailureCode;

/** What goes wrong with one call. */
public sealed interface Fault {
    /** The call throws; IO_ERROR or NO_SPACE. A failed sync is never made good: later ones only pretend. */
    record Refuse(FailureCode code) implements Fault {}

    /** A read or write moves fewer bytes than asked, at least one. Other calls are not affected. */
    record Short() implements Fault {}

    /** One bit of the stored bytes that a read or map asks for is flipped for good. Other calls are not affected. */
    record Rot() implements Fault {}

    /** The call takes this much longer. */
    record Stall(long nanos) implements Fault {}

    /** The machine loses power just before the call takes effect, or just after. The call never returns. */
    record PowerCut(boolean after) implements Fault {}
}

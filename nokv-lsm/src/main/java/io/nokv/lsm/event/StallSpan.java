package io.nokv.lsm.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A write that waits for background work. */
@Name("nokv.Stall")
@Label("Write Stall")
@Category({"NoKV", "Storage engine"})
public final class StallSpan extends Event {
    transient long startNanos;

    @Label("Reason")
    String reason;

    StallSpan() {}
}

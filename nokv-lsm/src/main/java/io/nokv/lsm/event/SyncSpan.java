package io.nokv.lsm.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** A sync of the log under way. */
@Name("nokv.Sync")
@Label("Log Sync")
@Category({"NoKV", "Storage engine"})
@StackTrace(false)
@Threshold("1 ms")
public final class SyncSpan extends Event {
    transient long startNanos;

    @Label("Bytes")
    @DataAmount
    long bytes;

    SyncSpan() {}
}

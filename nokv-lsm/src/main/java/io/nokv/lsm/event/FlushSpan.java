package io.nokv.lsm.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A flush under way. */
@Name("nokv.Flush")
@Label("Flush")
@Category({"NoKV", "Storage engine"})
@StackTrace(false)
public final class FlushSpan extends Event {
    transient long startNanos;

    @Label("Entries")
    long entries;

    @Label("Bytes Written")
    @DataAmount
    long bytesWritten;

    FlushSpan() {}
}

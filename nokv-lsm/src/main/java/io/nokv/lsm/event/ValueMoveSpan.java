package io.nokv.lsm.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A move of values under way. */
@Name("nokv.ValueMove")
@Label("Value Move")
@Category({"NoKV", "Storage engine"})
@StackTrace(false)
public final class ValueMoveSpan extends Event {
    transient long startNanos;

    @Label("Files")
    int files;

    @Label("Values")
    long values;

    @Label("Bytes Moved")
    @DataAmount
    long bytesMoved;

    ValueMoveSpan() {}
}

package io.nokv.lsm.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A compaction under way. */
@Name("nokv.Compaction")
@Label("Compaction")
@Category({"NoKV", "Storage engine"})
@StackTrace(false)
public final class CompactionSpan extends Event {
    transient long startNanos;

    @Label("From Level")
    int fromLevel;

    @Label("To Level")
    int toLevel;

    @Label("Tables Read")
    int tablesRead;

    @Label("Bytes Read")
    @DataAmount
    long bytesRead;

    @Label("Tables Written")
    int tablesWritten;

    @Label("Bytes Written")
    @DataAmount
    long bytesWritten;

    @Label("Moved")
    boolean moved;

    CompactionSpan() {}
}

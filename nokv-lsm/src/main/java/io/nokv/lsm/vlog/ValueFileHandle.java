package io.nokv.lsm.vlog;

import io.nokv.base.error.Invariant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A value file and how many sets of files name it. Thread-safe. */
public final class ValueFileHandle {
    private final ValueFileMeta meta;
    private final Consumer<ValueFileMeta> obsolete;
    private final AtomicInteger sets = new AtomicInteger();
    /** Null until first used. */
    private volatile ValueFileReader reader;

    ValueFileHandle(ValueFileMeta meta, Consumer<ValueFileMeta> obsolete) {
        this.meta = meta;
        this.obsolete = obsolete;
    }

    public ValueFileMeta meta() {
        return meta;
    }

    ValueFileReader reader(ValueLog log) {
        ValueFileReader known = reader;
        if (known == null) {
            known = ValueFileReader.open(log, meta);
            reader = known;
        }
        return known;
    }

    /** Heap bytes held for reading. */
    long indexBytes() {
        ValueFileReader known = reader;
        return known == null ? 0 : known.indexBytes();
    }

    void retain() {
        sets.incrementAndGet();
    }

    void release() {
        int left = sets.decrementAndGet();
        Invariant.check(left >= 0, "a value file is released as often as it was retained", meta);
        if (left == 0) {
            obsolete.accept(meta);
        }
    }
}

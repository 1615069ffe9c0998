package io.nokv.lsm.version;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.table.TableMeta;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A table and how many versions name it. Thread-safe. */
public final class TableHandle {
    private final TableMeta meta;
    private final Consumer<TableMeta> obsolete;
    private final AtomicInteger versions = new AtomicInteger();

    TableHandle(TableMeta meta, Consumer<TableMeta> obsolete) {
        this.meta = meta;
        this.obsolete = obsolete;
    }

    public TableMeta meta() {
        return meta;
    }

    void retain() {
        versions.incrementAndGet();
    }

    void release() {
        int left = versions.decrementAndGet();
        Invariant.check(left >= 0, "a table is released as often as it was retained", meta);
        if (left == 0) {
            obsolete.accept(meta);
        }
    }
}

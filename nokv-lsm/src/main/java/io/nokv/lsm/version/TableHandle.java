package io.nokv.lsm.version;

import io.nokv.base.error.Invariant;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableReader;
import io.nokv.lsm.table.TableStore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A table and how many versions name it. Thread-safe. */
public final class TableHandle {
    private final TableMeta meta;
    private final Consumer<TableMeta> obsolete;
    private final AtomicInteger versions = new AtomicInteger();
    /** Kept here so that a read does not look it up; null until first used. */
    private volatile TableReader reader;

    TableHandle(TableMeta meta, Consumer<TableMeta> obsolete) {
        this.meta = meta;
        this.obsolete = obsolete;
    }

    public TableMeta meta() {
        return meta;
    }

    /** To read the table from; {@code store} is the same in all calls. */
    public TableReader reader(TableStore store) {
        TableReader known = reader;
        if (known == null) {
            known = store.reader(meta);
            reader = known;
        }
        return known;
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

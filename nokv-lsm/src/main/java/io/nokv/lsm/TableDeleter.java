package io.nokv.lsm;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;

/** Deletes the files of tables that no version names any more. Used by one flow at a time. */
final class TableDeleter {
    private final ObsoleteTables obsolete;
    private final TableStore tables;
    private final Counters counters;
    private final Events events;

    TableDeleter(ObsoleteTables obsolete, TableStore tables, Counters counters, Events events) {
        this.obsolete = obsolete;
        this.tables = tables;
        this.counters = counters;
        this.events = events;
    }

    boolean hasWork() {
        return !obsolete.isEmpty();
    }

    /** False when there is none. A file that cannot be deleted is left to the next opening. */
    boolean deleteOne() {
        TableMeta table = obsolete.poll();
        if (table == null) {
            return false;
        }
        try {
            tables.delete(table.number());
            events.tableDeleted(table.number());
        } catch (NokvException _) {
            counters.failedDeletions.increment();
        }
        return true;
    }
}

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

    /** The step that deletes one of them; null when there is none. A file that stays is left to the next opening. */
    Runnable take() {
        TableMeta table = obsolete.poll();
        return table == null ? null : () -> delete(table);
    }

    private void delete(TableMeta table) {
        try {
            tables.delete(table.number());
            events.tableDeleted(table.number());
        } catch (NokvException _) {
            counters.failedDeletions.increment();
        }
    }
}

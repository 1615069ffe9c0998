package io.nokv.sql.change;

import io.nokv.base.port.Clock;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.sql.catalog.NamespaceTable;
import io.nokv.sql.exec.Cursor;
import io.nokv.sql.exec.Execution;
import io.nokv.sql.exec.Operator;
import io.nokv.sql.parse.Change;

/** Runs a change: reads what to change, then changes it. */
public final class Changes {
    /** Rows that one statement changes at most. */
    public static final int MAX_ROWS = 10_000;

    private Changes() {}

    /** Whether the change is a part of transactions; mounts and quotas change at once and alone. */
    public static boolean isTransactional(Change change) {
        return change.table() != NamespaceTable.MOUNTS && change.table() != NamespaceTable.QUOTAS;
    }

    /** Applies all rows to the transaction, or throws; then the caller undoes what was applied. */
    public static long apply(Change change, Operator query, Execution execution, NamespaceTxn txn, Clock clock) {
        return new EntryChanges(change, read(change, query, execution), txn, execution.mount(), clock).apply();
    }

    /** For a change that is no part of transactions. */
    public static long applyToRegistry(Change change, Operator query, Execution execution, LocalNamespace namespace) {
        return new RegistryChanges(change, read(change, query, execution), namespace, execution.mount()).apply();
    }

    private static ChangeRows read(Change change, Operator query, Execution execution) {
        try (Cursor cursor = query.open(execution)) {
            return ChangeRows.read(change, cursor);
        }
    }
}

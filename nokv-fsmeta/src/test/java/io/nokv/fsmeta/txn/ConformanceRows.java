package io.nokv.fsmeta.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** Words that the conformance stories use. */
final class ConformanceRows {
    private ConformanceRows() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** Everything a scan gives, as key=value. */
    static List<String> rows(View view, String from, String to, boolean reverse) {
        List<String> out = new ArrayList<>();
        try (View.Rows rows = view.scan(bytes(from), to == null ? null : bytes(to), reverse)) {
            while (rows.next()) {
                out.add(text(rows.key()) + "=" + text(rows.value()));
            }
        }
        return out;
    }

    /** Commits and answers the version. */
    static long commit(Txn txn) {
        return assertInstanceOf(CommitOutcome.Committed.class, txn.commit()).version();
    }

    static long put(TxnRunner runner, String key, String value) {
        try (Txn txn = runner.begin()) {
            txn.put(bytes(key), bytes(value));
            return commit(txn);
        }
    }

    static void putCounter(TxnRunner runner, String key, long... slots) {
        try (Txn txn = runner.begin()) {
            txn.put(bytes(key), new CounterRecord(bytes("h"), slots).encode());
            commit(txn);
        }
    }

    static long slot(TxnRunner runner, String key, int slot) {
        return CounterRecord.decode(runner.latest().get(bytes(key))).slot(slot);
    }

    static void assertConflict(String key, CommitOutcome outcome) {
        assertEquals(key, text(assertInstanceOf(CommitOutcome.Conflict.class, outcome).key()));
    }

    static void assertFails(FailureCode code, Executable action) {
        assertEquals(code, assertThrows(NokvException.class, action).code());
    }
}

package io.nokv.kv.percolator;

import io.nokv.lsm.WriteBatch;

/** What a primitive wants written, maybe nothing, and how it ended. */
public record Evaluation<O>(WriteBatch writes, O outcome) {
    static <O> Evaluation<O> nothing(O outcome) {
        return new Evaluation<>(new WriteBatch(), outcome);
    }
}

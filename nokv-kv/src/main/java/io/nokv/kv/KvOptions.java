package io.nokv.kv;

/**
 * Knobs of the transaction layer. Immutable; start from {@link #defaults()}.
 *
 * @param retentionMillis how long history is kept for reads at older versions, at least 0
 * @param safePointIntervalMillis how often the safe point is moved
 * @param timestampWindowMillis how far ahead timestamps are fenced, at least 1; a restart after a crash may begin so far
 *        ahead of the clock
 * @param lockTtlMillis how long locks of a transaction over several regions stand without a sign of life
 * @param latchStripes how finely writers of different keys are kept apart; a power of two
 */
public record KvOptions(long retentionMillis, long safePointIntervalMillis, long timestampWindowMillis,
        long lockTtlMillis, int latchStripes) {
    public static KvOptions defaults() {
        return new KvOptions(3_600_000, 60_000, 3_000, 3_000, 1024);
    }

    public KvOptions withRetentionMillis(long millis) {
        return new KvOptions(millis, safePointIntervalMillis, timestampWindowMillis, lockTtlMillis, latchStripes);
    }

    public KvOptions withSafePointIntervalMillis(long millis) {
        return new KvOptions(retentionMillis, millis, timestampWindowMillis, lockTtlMillis, latchStripes);
    }

    public KvOptions withTimestampWindowMillis(long millis) {
        return new KvOptions(retentionMillis, safePointIntervalMillis, millis, lockTtlMillis, latchStripes);
    }

    public KvOptions withLockTtlMillis(long millis) {
        return new KvOptions(retentionMillis, safePointIntervalMillis, timestampWindowMillis, millis, latchStripes);
    }

    public KvOptions withLatchStripes(int stripes) {
        return new KvOptions(retentionMillis, safePointIntervalMillis, timestampWindowMillis, lockTtlMillis, stripes);
    }
}

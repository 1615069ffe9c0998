package io.nokv.kv.gc;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.CompactionFilter;
import io.nokv.lsm.Family;

/**
 * Drops superseded versions and evidence below the safe point while family WRITE is rewritten.
 *
 * <p>What it must not do: drop a deletion (older versions of the key may lie in tables this compaction does not see, and
 * would come back), or drop the record of a long value (the value would be left behind). Both are reported to the
 * {@link GarbageSweeper}, which sees the whole key.
 */
public final class VersionFilter implements CompactionFilter {
    private static final Pass KEEP_ALL = (_, _) -> true;

    /** The safe point; null until there is one, because an engine may compact while its store is being opened. */
    private volatile SafePoint safePoint;
    private volatile GarbageSweeper sweeper;

    /** From now on versions may be dropped. */
    public void start(SafePoint by, GarbageSweeper reportTo) {
        sweeper = reportTo;
        safePoint = by;
    }

    @Override
    public boolean looksAt(Family family) {
        return family == Family.WRITE;
    }

    @Override
    public Pass begin(Family family, boolean bottommost) {
        SafePoint by = safePoint;
        if (family != Family.WRITE || by == null) {
            return KEEP_ALL;
        }
        return new VersionPass(by.get(), bottommost, sweeper);
    }

    private static final class VersionPass implements Pass {
        private final long safePoint;
        private final boolean bottommost;
        private final GarbageSweeper sweeper;

        /** The stored key before; null at first. */
        private byte[] last;

        /** Whether the version of this key that a reader at the safe point sees has come. */
        private boolean sawVisible;

        VersionPass(Timestamp safePoint, boolean bottommost, GarbageSweeper sweeper) {
            this.safePoint = safePoint.value();
            this.bottommost = bottommost;
            this.sweeper = sweeper;
        }

        @Override
        public boolean keep(byte[] key, byte[] value) {
            if (last == null || !VersionedKey.sameUserKey(last, key)) {
                sawVisible = false;
            }
            last = key;
            long commitTs = VersionedKey.timestampValue(key);
            if (commitTs > safePoint) {
                return true;
            }
            WriteRecord record = WriteRecord.decode(commitTs, value);
            if (!record.isVersion()) {
                return false;
            }
            if (sawVisible) {
                if (record.isLong()) {
                    sweeper.report(VersionedKey.userKeyOf(key));
                    return true;
                }
                return false;
            }
            sawVisible = true;
            if (bottommost && !record.isPresentAt(safePoint >>> Timestamp.LOGICAL_BITS)) {
                sweeper.report(VersionedKey.userKeyOf(key));
            }
            return true;
        }
    }
}

package io.nokv.lsm.compact;

import io.nokv.lsm.version.Version;

/**
 * How large each level may grow ("dynamic leveled compaction", RocksDB 2015). The lowest level in use sets the sizes of
 * those above, each smaller by {@code ratio}, up to the first one that would be smaller than the base size.
 *
 * @param base the level that level 0 is merged into, at least 1
 * @param bytes target by level; 0 for level 0 and for levels above the base
 */
public record LevelTargets(int base, long[] bytes) {
    static final int LAST = Version.LEVELS - 1;

    /**
     * @param levelBytes bytes by level
     * @param baseBytes what the base level may hold
     * @param ratio size of a level over the size of the level above it, at least 2
     */
    public static LevelTargets of(long[] levelBytes, long baseBytes, int ratio) {
        int firstUsed = LAST;
        long largest = 0;
        for (int level = LAST; level >= 1; level--) {
            if (levelBytes[level] > 0) {
                firstUsed = level;
                largest = Math.max(largest, levelBytes[level]);
            }
        }
        long size = largest;
        for (int level = LAST; level > firstUsed; level--) {
            size /= ratio;
        }
        int base = firstUsed;
        while (base > 1 && size > baseBytes) {
            base--;
            size /= ratio;
        }
        long[] targets = new long[Version.LEVELS];
        long target = Math.clamp(size, Math.max(1, baseBytes / ratio), baseBytes);
        for (int level = base; level <= LAST; level++) {
            targets[level] = target;
            target = target > Long.MAX_VALUE / ratio ? Long.MAX_VALUE : target * ratio;
        }
        return new LevelTargets(base, targets);
    }
}

package io.nokv.sim.world;

/**
 * How a world behaves, drawn anew for every seed from ranges that reach from dull to hostile.
 *
 * @param shuffle chance that the next flow is picked at random among the runnable ones; else the longest waiting
 * @param stepNanos virtual time that one step of a flow takes, at least; at most twice that
 * @param offloadMeanNanos mean delay of an offloaded job
 * @param diskMeanNanos mean time of one disk call; 0: calls return at once and other flows never run in between
 * @param syncMeanNanos mean time of one sync
 * @param clockOffsetNanos wall clocks are off by at most this
 * @param clockDriftPpm clocks drift by at most this many millionths
 * @param maxSteps a run that takes more has failed
 */
public record Knobs(double shuffle, long stepNanos, long offloadMeanNanos, long diskMeanNanos, long syncMeanNanos,
        long clockOffsetNanos, long clockDriftPpm, long maxSteps) {
    private static final long MICRO = 1_000L;
    private static final long MILLI = 1_000_000L;

    /** No surprises: first come first served, fast disk, exact clocks. */
    public static Knobs calm() {
        return new Knobs(0, 100, 50 * MICRO, 10 * MICRO, 100 * MICRO, 0, 0, 20_000_000);
    }

    static Knobs drawn(SimEntropy random) {
        double[] shuffles = {0, 0.1, 0.5, 1};
        long[] offloads = {MICRO, 100 * MICRO, 10 * MILLI};
        long[] disks = {0, MICRO, 20 * MICRO, MILLI};
        long[] syncs = {20 * MICRO, 150 * MICRO, 5 * MILLI};
        return new Knobs(shuffles[random.nextInt(shuffles.length)], random.between(50, 2 * MICRO),
                offloads[random.nextInt(offloads.length)], disks[random.nextInt(disks.length)],
                syncs[random.nextInt(syncs.length)], random.between(0, 2_000 * MILLI), random.between(0, 500),
                20_000_000);
    }
}

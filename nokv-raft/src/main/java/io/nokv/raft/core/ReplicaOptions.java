package io.nokv.raft.core;

import io.nokv.base.error.NokvException;

/**
 * How a replica behaves. Equal on all members of a group, except the budgets, which each chooses by itself.
 *
 * @param electionTicks a follower that hears nothing campaigns after at least this many ticks, and less than twice as
 * many; a leader that hears no quorum for as long steps down. At least 2
 * @param heartbeatTicks a leader is heard at least this often. At least 1 and less than {@code electionTicks}
 * @param promiseNanos for how long, by its own clock, a member helps nobody else to become leader after it heard a leader;
 * no longer than {@code electionTicks} take, or elections wait for it. 0: no promise, hence no lease
 * @param maxClockDriftPpm every member's clock runs at a rate within this many millionths of the true one. Lease reads are
 * wrong when this is not so; nothing else is. Below 1,000,000
 * @param lazyCommits a member that lacks nothing but the news that entries are committed gets it with the next entries, at the latest
 * after a tick, which saves two messages per entry and member where entries are rare; else at once. The first commit of a
 * term and changes of the membership are told at once in any case
 * @param budgets how much may be under way
 */
public record ReplicaOptions(int electionTicks, int heartbeatTicks, long promiseNanos, int maxClockDriftPpm,
        boolean lazyCommits, Budgets budgets) {
    private static final long MILLION = 1_000_000L;

    /**
     * How much may be under way. Sizes are sums of {@link Entry#bytes}; each admits one entry, however large.
     *
     * @param messageBytes entries in one append message
     * @param inflightMessages appends sent to one follower and not yet answered
     * @param inflightBytes entries in them
     * @param uncommittedBytes proposals of a leader that are not committed yet; more are refused
     * @param applyingBytes entries handed out to be applied and not yet reported as applied
     * @param reads reads that wait for a leader to be confirmed; more are refused
     */
    public record Budgets(long messageBytes, int inflightMessages, long inflightBytes, long uncommittedBytes,
            long applyingBytes, int reads) {}

    public ReplicaOptions {
        if (heartbeatTicks < 1 || electionTicks <= heartbeatTicks || promiseNanos < 0 || maxClockDriftPpm < 0
                || maxClockDriftPpm >= MILLION || budgets.inflightMessages < 1) {
            throw NokvException.invalid("no replica can run with electionTicks " + electionTicks + ", heartbeatTicks "
                    + heartbeatTicks + ", promiseNanos " + promiseNanos + ", maxClockDriftPpm " + maxClockDriftPpm
                    + ", " + budgets);
        }
    }

    /** For ticks of 100 ms: elections after 1 to 2 s, heartbeats every 200 ms, clocks within 0.1 %. */
    public static ReplicaOptions defaults() {
        return new ReplicaOptions(10, 2, 1_000_000_000L, 1_000, false,
                new Budgets(1 << 20, 256, 16 << 20, 64 << 20, 16 << 20, 10_000));
    }

    public ReplicaOptions withTicks(int election, int heartbeat) {
        return new ReplicaOptions(election, heartbeat, promiseNanos, maxClockDriftPpm, lazyCommits,
                budgets);
    }

    public ReplicaOptions withPromise(long nanos, int clockDriftPpm) {
        return new ReplicaOptions(electionTicks, heartbeatTicks, nanos, clockDriftPpm, lazyCommits, budgets);
    }

    public ReplicaOptions withLazyCommits(boolean lazy) {
        return new ReplicaOptions(electionTicks, heartbeatTicks, promiseNanos, maxClockDriftPpm, lazy, budgets);
    }

    public ReplicaOptions withBudgets(Budgets changed) {
        return new ReplicaOptions(electionTicks, heartbeatTicks, promiseNanos, maxClockDriftPpm, lazyCommits,
                changed);
    }

    /**
     * How long, by its own clock, a leader may rely on a heartbeat after it sent it. A clock that runs at rate
     * {@code 1 - d} shows L when {@code L / (1 - d)} have truly passed; one at rate {@code 1 + d} shows the promise P when
     * only {@code P / (1 + d)} have. The lease ends before the promise does when {@code L <= P (1 - d) / (1 + d)}.
     */
    public long leaseNanos() {
        long slow = MILLION - maxClockDriftPpm;
        long fast = MILLION + maxClockDriftPpm;
        return promiseNanos / fast * slow + promiseNanos % fast * slow / fast;
    }
}

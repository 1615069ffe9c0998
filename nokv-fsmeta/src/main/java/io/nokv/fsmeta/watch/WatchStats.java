package io.nokv.fsmeta.watch;

/**
 * Group {@code nokv_fsmeta_watch}.
 *
 * @param subscribers open subscriptions
 * @param recentEvents events that a subscription can still resume over
 * @param eventsTotal events of all commits
 * @param deliveredTotal events handed to subscriptions
 * @param overflowTotal subscriptions that ended because they were not read
 * @param expiredTotal resumptions refused because their events were gone
 */
public record WatchStats(long subscribers, long recentEvents, long eventsTotal, long deliveredTotal, long overflowTotal,
        long expiredTotal) {}

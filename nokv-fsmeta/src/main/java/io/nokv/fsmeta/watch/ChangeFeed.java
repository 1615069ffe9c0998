package io.nokv.fsmeta.watch;

import io.nokv.base.port.Scheduler;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.txn.TxnRunner.CommitObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The last commits and who watches what. Commits are kept as the bytes they came in and decoded only for somebody who
 * watches one of their directories or resumes. Thread-safe.
 */
public final class ChangeFeed implements CommitObserver {
    /** @param firstCursor of its first event */
    private record Commit(long firstCursor, int events, long version, byte[] annotation) {}

    record Watched(long mount, long directory) {}

    private final Scheduler scheduler;
    private final int mostCommits;
    private final long mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Commit> recent = new ArrayDeque<>();
    private final Map<Watched, List<Subscription>> subscriptions = new HashMap<>();
    private long recentBytes;
    private long recentEvents;
    private long nextCursor;
    private int subscribers;
    private long eventsTotal;
    private long deliveredTotal;
    private long overflowTotal;
    private long expiredTotal;
    private boolean closed;

    /**
     * @param openedAt the store's version when it was opened; cursors start above it
     * @param mostCommits kept for resumption
     * @param mostBytes of annotations kept
     */
    public ChangeFeed(Scheduler scheduler, long openedAt, int mostCommits, long mostBytes) {
        this.scheduler = scheduler;
        this.nextCursor = openedAt + 1;
        this.mostCommits = mostCommits;
        this.mostBytes = mostBytes;
    }

    @Override
    public void committed(long version, byte[] annotation) {
        List<Subscription> toWake = new ArrayList<>();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Commit commit = new Commit(nextCursor, FeedEvents.count(annotation), version, annotation);
            nextCursor += commit.events;
            eventsTotal += commit.events;
            keep(commit);
            if (subscribers > 0) {
                deliver(commit, toWake);
            }
        } finally {
            lock.unlock();
        }
        toWake.forEach(Subscription::wake);
    }

    private void keep(Commit commit) {
        recent.addLast(commit);
        recentBytes += commit.annotation.length;
        recentEvents += commit.events;
        while (recent.size() > mostCommits || recentBytes > mostBytes && recent.size() > 1) {
            Commit oldest = recent.removeFirst();
            recentBytes -= oldest.annotation.length;
            recentEvents -= oldest.events;
        }
    }

    private void deliver(Commit commit, List<Subscription> toWake) {
        long cursor = commit.firstCursor;
        for (FeedEvent event : FeedEvents.decode(commit.annotation)) {
            List<Subscription> watchers = subscriptions.get(new Watched(event.mount(), event.directory()));
            if (watchers != null) {
                WatchEvent at = event.at(cursor, commit.version);
                for (Subscription watcher : watchers) {
                    if (!watcher.isOpen()) {
                        continue;
                    }
                    if (watcher.offer(at)) {
                        deliveredTotal++;
                    } else {
                        overflowTotal++;
                    }
                    if (!toWake.contains(watcher)) {
                        toWake.add(watcher);
                    }
                }
            }
            cursor++;
        }
    }

    /**
     * Watches a directory after {@code cursor} (0: from now). What is resumed over is handed over whole; only what comes
     * later counts against {@code windowEvents}. WATCH_EXPIRED.
     */
    public Subscription subscribe(long mount, long directory, long cursor, int windowEvents) {
        Watched watched = new Watched(mount, directory);
        lock.lock();
        try {
            long from = cursor == 0 ? nextCursor - 1 : cursor;
            long oldest = recent.isEmpty() ? nextCursor : recent.peekFirst().firstCursor;
            if (from >= nextCursor || from < oldest - 1) {
                expiredTotal++;
                throw new NamespaceException(Reason.WATCH_EXPIRED,
                        "events after cursor " + cursor + " are not kept; list the directory and watch from now");
            }
            Subscription subscription = new Subscription(this, scheduler, watched, from, windowEvents);
            for (Commit commit : recent) {
                if (commit.firstCursor + commit.events - 1 > from) {
                    replay(commit, from, subscription);
                }
            }
            subscriptions.computeIfAbsent(watched, _ -> new ArrayList<>()).add(subscription);
            subscribers++;
            return subscription;
        } finally {
            lock.unlock();
        }
    }

    private void replay(Commit commit, long after, Subscription subscription) {
        long cursor = commit.firstCursor;
        for (FeedEvent event : FeedEvents.decode(commit.annotation)) {
            if (cursor > after && new Watched(event.mount(), event.directory()).equals(subscription.watched)) {
                subscription.replay(event.at(cursor, commit.version));
                deliveredTotal++;
            }
            cursor++;
        }
    }

    void unsubscribe(Subscription subscription) {
        lock.lock();
        try {
            List<Subscription> watchers = subscriptions.get(subscription.watched);
            if (watchers != null && watchers.remove(subscription)) {
                subscribers--;
                if (watchers.isEmpty()) {
                    subscriptions.remove(subscription.watched);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code action} while no commit arrives. */
    <T> T guarded(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Ends every subscription with CLOSED and hears of no further commit. */
    public void close() {
        List<Subscription> open = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            recent.clear();
            subscriptions.values().forEach(open::addAll);
            subscriptions.clear();
            subscribers = 0;
            open.forEach(s -> s.end(Reason.CLOSED));
        } finally {
            lock.unlock();
        }
        open.forEach(Subscription::wake);
    }

    public WatchStats stats() {
        return guarded(() -> new WatchStats(subscribers, recentEvents, eventsTotal, deliveredTotal, overflowTotal,
                expiredTotal));
    }
}

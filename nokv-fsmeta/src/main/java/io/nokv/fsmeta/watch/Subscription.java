package io.nokv.fsmeta.watch;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import java.util.ArrayDeque;
import java.util.Deque;

/** One watcher of one directory. Its state is guarded by the feed's lock; one flow reads it. */
public final class Subscription implements Namespace.Watch {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long MOST_MILLIS = Long.MAX_VALUE / 2 / NANOS_PER_MILLI;

    private final ChangeFeed feed;
    private final Scheduler scheduler;
    final ChangeFeed.Watched watched;
    private final int windowEvents;
    private final Deque<WatchEvent> unread = new ArrayDeque<>();
    private int replayed;
    private long cursor;
    /** Why no more events come after the unread ones; null while they do. */
    private Reason ended;
    private Promise<Void> waiting;

    Subscription(ChangeFeed feed, Scheduler scheduler, ChangeFeed.Watched watched, long cursor, int windowEvents) {
        this.feed = feed;
        this.scheduler = scheduler;
        this.watched = watched;
        this.cursor = cursor;
        this.windowEvents = windowEvents;
    }

    /** Under the feed's lock: takes an event of the past. */
    void replay(WatchEvent event) {
        unread.add(event);
        replayed++;
    }

    /** Under the feed's lock: whether it still takes events. */
    boolean isOpen() {
        return ended == null;
    }

    /** Under the feed's lock, while open: false when the window is full, which ends the subscription. */
    boolean offer(WatchEvent event) {
        if (unread.size() - replayed >= windowEvents) {
            ended = Reason.WATCH_OVERFLOW;
            return false;
        }
        unread.add(event);
        return true;
    }

    /** Under the feed's lock. */
    void end(Reason reason) {
        if (ended == null) {
            ended = reason;
        }
    }

    /** Outside the lock: lets a waiting reader look again. */
    void wake() {
        Promise<Void> reader = feed.guarded(() -> {
            Promise<Void> was = waiting;
            waiting = null;
            return was;
        });
        if (reader != null) {
            reader.complete(null);
        }
    }

    @Override
    public long cursor() {
        return feed.guarded(() -> cursor);
    }

    /** What a look at the queue found: an event, or a promise to wait for. */
    private record Look(WatchEvent event, Promise<Void> arrival) {}

    @Override
    public WatchEvent next(long timeoutMillis) {
        Look look = look();
        if (look.event != null || timeoutMillis <= 0) {
            return look.event;
        }
        Scheduler.Timer timer = scheduler.after(Math.min(timeoutMillis, MOST_MILLIS) * NANOS_PER_MILLI, "watch timeout",
                () -> look.arrival.complete(null));
        try {
            look.arrival.await();
        } finally {
            timer.cancel();
        }
        return look().event;
    }

    private Look look() {
        return feed.guarded(() -> {
            WatchEvent event = unread.poll();
            if (event != null) {
                replayed = Math.max(0, replayed - 1);
                cursor = event.cursor();
                return new Look(event, null);
            }
            if (ended != null) {
                throw new NamespaceException(ended, ended == Reason.WATCH_OVERFLOW
                        ? "more than " + windowEvents + " events of directory " + watched.directory()
                                + " waited unread; go on from cursor " + cursor
                        : "the watch of directory " + watched.directory() + " is closed");
            }
            waiting = scheduler.promise();
            return new Look(null, waiting);
        });
    }

    @Override
    public void close() {
        feed.unsubscribe(this);
        feed.guarded(() -> {
            end(Reason.CLOSED);
            unread.clear();
            return null;
        });
        wake();
    }
}

package io.nokv.fsmeta.grpc;

import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** A subscription that the test feeds, with a window that overflows as the namespace promises. */
public final class ListWatch implements Watch {
    private final int window;
    private final Queue<WatchEvent> waiting = new ArrayDeque<>();
    private long cursor;
    private boolean overflown;
    private boolean closed;

    public ListWatch(long cursor, int window) {
        this.cursor = cursor;
        this.window = window;
    }

    public synchronized void offer(WatchEvent event) {
        if (waiting.size() >= window) {
            overflown = true;
        } else if (!overflown) {
            waiting.add(event);
        }
        notifyAll();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    public synchronized boolean isOverflown() {
        return overflown;
    }

    @Override
    public synchronized long cursor() {
        return cursor;
    }

    @Override
    public synchronized WatchEvent next(long timeoutMillis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (waiting.isEmpty() && !overflown) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return null;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        WatchEvent event = waiting.poll();
        if (event == null) {
            throw new NamespaceException(Reason.WATCH_OVERFLOW, "the reader fell behind after " + cursor);
        }
        cursor = event.cursor();
        return event;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}

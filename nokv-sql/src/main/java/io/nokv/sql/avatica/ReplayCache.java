package io.nokv.sql.avatica;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The recent answers of one connection by request id, so that a request sent again because its answer was lost gets the
 * first answer and is not executed again. Thread-safe. Keeps at most 16 answers and, beyond the newest, 2 MiB.
 */
public final class ReplayCache {
    private static final int MAX_ANSWERS = 16;
    private static final long MAX_BYTES = 2L << 20;

    /** @param status HTTP status */
    public record Answer(int status, byte[] body) {}

    private final Scheduler scheduler;
    private final LinkedHashMap<String, Promise<Answer>> answers = new LinkedHashMap<>();
    private final LinkedHashMap<String, Integer> sizes = new LinkedHashMap<>();
    private long bytes;

    ReplayCache(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Null when the caller is the first with this id and must {@link #settle} it; else the first one's answer. */
    public synchronized Promise<Answer> claim(String requestId) {
        Promise<Answer> first = answers.get(requestId);
        if (first == null) {
            answers.put(requestId, scheduler.promise());
        }
        return first;
    }

    /** Gives the answer to everybody who sent this id meanwhile, and keeps it. */
    public void settle(String requestId, Answer answer) {
        Promise<Answer> promise;
        synchronized (this) {
            promise = answers.get(requestId);
            sizes.put(requestId, answer.body().length);
            bytes += answer.body().length;
            Iterator<String> oldest = sizes.keySet().iterator();
            while (sizes.size() > 1 && (bytes > MAX_BYTES || sizes.size() > MAX_ANSWERS)) {
                String id = oldest.next();
                bytes -= sizes.get(id);
                answers.remove(id);
                oldest.remove();
            }
        }
        promise.complete(answer);
    }
}

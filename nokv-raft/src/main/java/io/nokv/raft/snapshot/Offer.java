package io.nokv.raft.snapshot;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** An export that other stores may fetch. Of {@link Offers}, under its lock, except what cannot change. */
final class Offer {
    final long id;
    final String directory;

    /** Who has asked, and when last; until they say that they are done, or are silent for long. */
    final Map<Long, Long> takers = new TreeMap<>();

    /** Who waits for the manifest. */
    final Set<Long> waiting = new TreeSet<>();
    long lastUseNanos;
    boolean released;
    boolean preparing;

    /** Not null: nobody can have it, and why. */
    NokvException broken;

    /** Null until somebody asked. */
    Manifest manifest;

    Offer(long id, String directory, long nowNanos) {
        this.id = id;
        this.directory = directory;
        this.lastUseNanos = nowNanos;
    }

    /** What {@code store} is told instead of pieces, or null. */
    NokvException refusal(long store) {
        return released && !takers.containsKey(store)
                ? new NokvException(FailureCode.FILE_NOT_FOUND, "the snapshot is offered no more")
                : broken;
    }
}

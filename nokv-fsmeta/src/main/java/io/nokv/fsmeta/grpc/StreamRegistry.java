package io.nokv.fsmeta.grpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams open now, to be told when the server shuts down: they would not end by themselves. Thread-safe. */
final class StreamRegistry {
    /** A stream that can be asked to end soon; idempotent, never waits. */
    interface Stream {
        void drain();
    }

    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /** Told at once when the server is already shutting down. */
    void add(Stream stream) {
        open.add(stream);
        if (draining) {
            stream.drain();
        }
    }

    void remove(Stream stream) {
        open.remove(stream);
    }

    void drainAll() {
        draining = true;
        open.forEach(Stream::drain);
    }
}

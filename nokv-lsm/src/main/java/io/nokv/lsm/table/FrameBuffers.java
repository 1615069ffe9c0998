package io.nokv.lsm.table;

import io.nokv.base.system.Stripe;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Buffers to be used again. Threads find theirs in a place of their own, mostly; who finds none makes one. Thread-safe. */
final class FrameBuffers {
    private static final int PLACES = 32;
    /** References of two lines of 64 bytes, which are fetched together. */
    private static final int APART = 32;

    private final AtomicReferenceArray<FrameBuffer> places = new AtomicReferenceArray<>(PLACES * APART);

    private static int place() {
        return Stripe.ofCurrentThread(PLACES) * APART;
    }

    /** A buffer that nobody else has until it is given back. */
    FrameBuffer take() {
        FrameBuffer buffer = places.getAndSet(place(), null);
        return buffer == null ? new FrameBuffer() : buffer;
    }

    /** The caller does not use {@code buffer} any more. */
    void giveBack(FrameBuffer buffer) {
        if (buffer.capacity() <= FrameBuffer.MOST_KEPT_BYTES) {
            places.setRelease(place(), buffer);
        }
    }
}

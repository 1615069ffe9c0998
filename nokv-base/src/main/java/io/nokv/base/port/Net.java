package io.nokv.base.port;

/** Messages between nodes. Delivery is at most once, unordered and unreliable; the layers above assume nothing more. */
public interface Net {
    /**
     * How urgent a message is. Lanes between the same two nodes have queues of their own and fail on their own; nothing
     * is promised about the order of messages, in one lane or across lanes.
     */
    enum Lane {
        /** Small, and late is as bad as lost: heartbeats, votes. Never waits behind the other lanes. */
        URGENT,
        /** Everything that has no reason to be elsewhere. */
        NORMAL,
        /** Large, and nobody waits for one of them: pieces of snapshots. */
        BULK
    }

    /**
     * Receives what arrives for one node, one message at a time per sender. It takes note and returns: a real network calls
     * it on an event loop, where nothing waits.
     */
    interface Inbox {
        void received(long fromNode, byte[] message);

        /** A hint, not a promise: the link to {@code node} broke or its queue overflowed. */
        void disconnected(long node);
    }

    /** Registers the inbox of {@code node}; one per node. */
    void listen(long node, Inbox inbox);

    /**
     * Queues {@code message} for {@code toNode} in {@code lane}; never waits, and never fails: a message that cannot be
     * queued is lost. The array must not change afterwards.
     */
    void send(long fromNode, long toNode, Lane lane, byte[] message);

    /** As {@link #send(long, long, Lane, byte[])} in lane {@link Lane#NORMAL}. */
    default void send(long fromNode, long toNode, byte[] message) {
        send(fromNode, toNode, Lane.NORMAL, message);
    }
}

package io.nokv.base.port;

/** Messages between nodes. Delivery is at most once, unordered and unreliable; the layers above assume nothing more. */
public interface Net {
    /** Receives what arrives for one node; called on a flow of its own, one message at a time per sender. */
    interface Inbox {
        void received(long fromNode, byte[] message);

        /** A hint, not a promise: the link to {@code node} broke or its queue overflowed. */
        void disconnected(long node);
    }

    /** Registers the inbox of {@code node}; one per node. */
    void listen(long node, Inbox inbox);

    /** Queues {@code message} for {@code toNode}; never waits. The array must not change afterwards. */
    void send(long fromNode, long toNode, byte[] message);
}

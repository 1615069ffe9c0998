package io.nokv.raft.transport;

/** What a lane to one store is doing. */
public enum LinkState {
    /** Nothing was sent yet, or not for long. */
    IDLE,
    /** Connecting, or waiting for the other side to agree. */
    CONNECTING,
    /** Messages go. */
    UP,
    /** The last attempt failed or the link broke; the first message after a while tries again. */
    DOWN,
    /** This side was closed. */
    CLOSED
}

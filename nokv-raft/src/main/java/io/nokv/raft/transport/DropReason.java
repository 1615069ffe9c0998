package io.nokv.raft.transport;

/** Why a message did not arrive, as far as this side knows. Every lost message that this side knows of is counted under one. */
public enum DropReason {
    /** It is larger than {@link GrpcNetOptions#maxMessageBytes}. */
    TOO_LARGE,
    /** The queue of its target and lane was full. */
    QUEUE_FULL,
    /** The last attempt to connect failed, and the next one is not due. */
    UNREACHABLE,
    /** It waited in the queue of a link that broke or could not be made. What the link had taken already is not known. */
    LINK_BROKE,
    /** A fault hook took it instead of sending it. */
    FAULT_OUT,
    /** It arrived, and a fault hook took it. */
    FAULT_IN,
    /** This side was closed. */
    CLOSED,
    /** It arrived, and nobody listens here. */
    NOBODY_LISTENS,
    /** It arrived, and the listener failed on it. */
    LISTENER_FAILED
}

package io.nokv.raft.transport;

/** Why a store refuses to be called by another. The names go over the wire. */
public enum Refusal {
    /** It speaks another version of the protocol. */
    OTHER_PROTOCOL,
    /** It belongs to another cluster. */
    OTHER_CLUSTER,
    /** It means another store: addresses are mixed up, or a store was replaced by another at the same address. */
    OTHER_STORE,
    /** It says that it is this store. */
    SAME_STORE,
    /** The call did not begin with a hello, or with one that makes no sense. */
    NO_HELLO,
    /** This store is going. */
    CLOSING
}

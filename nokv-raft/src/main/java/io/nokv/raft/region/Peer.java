package io.nokv.raft.region;

/** One replica of a region: {@code id} is unique in the cluster and never used again. */
public record Peer(long id, long storeId, Role role) {
    /** What a replica is in its group. Those that are on their way are so while the membership is joint. */
    public enum Role {
        VOTER(0),
        /** Gets the log and does not vote. */
        LEARNER(1),
        /** Votes in the incoming half. */
        INCOMING_VOTER(2),
        /** Votes in the outgoing half and is gone afterwards. */
        OUTGOING_VOTER(3),
        /** Votes in the outgoing half and is a learner afterwards. */
        DEMOTING_VOTER(4);

        private static final Role[] BY_CODE = values();

        private final int code;

        Role(int code) {
            this.code = code;
        }

        /** How it is stored; never changes. */
        public int code() {
            return code;
        }

        /** Null when there is none of {@code code}. */
        static Role ofCode(int code) {
            return code < BY_CODE.length ? BY_CODE[code] : null;
        }
    }

    /** A voter. */
    public Peer(long id, long storeId) {
        this(id, storeId, Role.VOTER);
    }
}

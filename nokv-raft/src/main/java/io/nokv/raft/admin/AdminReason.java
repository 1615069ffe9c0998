package io.nokv.raft.admin;

import io.grpc.Status;

/** Why an administrative call was refused or failed. The names go over the wire and never change their meaning. */
public enum AdminReason {
    /** Something that can never be right: an id of zero, keys out of order. */
    INVALID_ARGUMENT(Status.Code.INVALID_ARGUMENT),
    /** The store does not host the region. */
    REGION_NOT_FOUND(Status.Code.NOT_FOUND),
    /** Another store leads the region. */
    NOT_LEADER(Status.Code.FAILED_PRECONDITION),
    /** The region is not any more what the caller thinks. */
    EPOCH_MISMATCH(Status.Code.FAILED_PRECONDITION),
    /** A key lies outside of the region. */
    KEY_NOT_IN_REGION(Status.Code.FAILED_PRECONDITION),
    /** What the store has of the region cannot be used; the message says why. Another store may have it whole. */
    DEGRADED(Status.Code.FAILED_PRECONDITION),
    /** The region is being merged. */
    FROZEN(Status.Code.FAILED_PRECONDITION),
    /** It cannot be done as things are; the message says why. */
    REJECTED(Status.Code.FAILED_PRECONDITION),
    /** What was sent is damaged, ends too early, or is no archive; the message says where. */
    DAMAGED(Status.Code.DATA_LOSS),
    /** Too much is under way. */
    OVERLOADED(Status.Code.UNAVAILABLE),
    /** The store is closing. */
    CLOSED(Status.Code.UNAVAILABLE),
    /** It may have happened, or may yet. */
    UNKNOWN_OUTCOME(Status.Code.UNKNOWN),
    /** The store failed; its log has the details. */
    FAILED(Status.Code.INTERNAL);

    private final Status.Code code;

    AdminReason(Status.Code code) {
        this.code = code;
    }

    /** What clients see that look no further. */
    public Status.Code code() {
        return code;
    }
}

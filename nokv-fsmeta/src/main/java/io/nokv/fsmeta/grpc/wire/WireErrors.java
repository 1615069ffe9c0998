package io.nokv.fsmeta.grpc.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.proto.fsmeta.v1.PipelineError;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** {@link Reason} as gRPC status with {@code google.rpc.ErrorInfo}, and back. The only place that knows both. */
public final class WireErrors {
    /** The domain of every {@code ErrorInfo} of this service. */
    public static final String DOMAIN = "nokv.io";

    /**
     * Longest message in UTF-8 bytes. It goes over the wire in headers, twice and partly escaped: this keeps them under the
     * 8 KiB that clients accept by default.
     */
    public static final int MAX_MESSAGE_BYTES = 1024;

    private static final String RETRYABLE = "retryable";

    private static final Map<String, Reason> BY_NAME = new HashMap<>();

    static {
        for (Reason reason : Reason.values()) {
            BY_NAME.put(reason.name(), reason);
        }
    }

    private WireErrors() {}

    /** The status code a reason shows as to clients that look no further. */
    public static Status.Code code(Reason reason) {
        return switch (reason) {
            case NOT_FOUND, MOUNT_NOT_FOUND, SNAPSHOT_NOT_FOUND -> Status.Code.NOT_FOUND;
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case INVALID_NAME, NAME_TOO_LONG, PATH_TOO_LONG, CROSS_MOUNT, INVALID_ARGUMENT, TOO_LARGE ->
                Status.Code.INVALID_ARGUMENT;
            case NOT_A_DIRECTORY, IS_A_DIRECTORY, NOT_EMPTY, INTO_ITSELF, TOO_MANY_SYMLINKS, MOUNT_RETIRED,
                    MOUNT_CONFLICT, READ_ONLY, REQUEST_ID_REUSED ->
                Status.Code.FAILED_PRECONDITION;
            case NOT_PERMITTED -> Status.Code.PERMISSION_DENIED;
            case QUOTA_EXCEEDED, TOO_MANY_LINKS, WATCH_OVERFLOW, NO_SPACE -> Status.Code.RESOURCE_EXHAUSTED;
            case VERSION_TOO_OLD, VERSION_IN_FUTURE, WATCH_EXPIRED -> Status.Code.OUT_OF_RANGE;
            case CONFLICT -> Status.Code.ABORTED;
            case OVERLOADED, LOCKED, CLOSED -> Status.Code.UNAVAILABLE;
            case TIMEOUT -> Status.Code.DEADLINE_EXCEEDED;
            case CANCELLED -> Status.Code.CANCELLED;
            case UNKNOWN_OUTCOME -> Status.Code.UNKNOWN;
            case CORRUPTION -> Status.Code.DATA_LOSS;
            case UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
            case IO_ERROR, INTERNAL -> Status.Code.INTERNAL;
        };
    }

    /** Status with the (bounded) message; the reason itself is in {@link #trailers}. */
    public static Status status(Reason reason, String message) {
        return code(reason).toStatus().withDescription(bounded(message));
    }

    /** The trailers that carry the reason beside {@link #status}. A new instance: gRPC adds to it. */
    public static Metadata trailers(Reason reason, String message) {
        com.google.rpc.Status details = com.google.rpc.Status.newBuilder().setCode(code(reason).value())
                .setMessage(bounded(message))
                .addDetails(Any.pack(ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN)
                        .putMetadata(RETRYABLE, Boolean.toString(reason.retryable())).build()))
                .build();
        return StatusProto.toStatusRuntimeException(details).getTrailers();
    }

    /** The same for a call of a pipeline. */
    public static PipelineError error(Reason reason, String message) {
        return PipelineError.newBuilder().setCode(code(reason).value()).setReason(reason.name())
                .setMessage(bounded(message)).setRetryable(reason.retryable()).build();
    }

    /** What {@link #error} was made of. A reason of a newer server is told by its code. */
    public static NamespaceException exception(PipelineError error) {
        Reason reason = BY_NAME.get(error.getReason());
        return new NamespaceException(reason != null ? reason : nearest(Status.fromCodeValue(error.getCode())),
                error.getMessage());
    }

    /** The refusal that the server sent with these, or null when they do not come from the service itself. */
    public static NamespaceException exception(Status status, Metadata trailers) {
        if (trailers == null) {
            return null;
        }
        com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
        if (details == null) {
            return null;
        }
        for (Any any : details.getDetailsList()) {
            if (any.is(ErrorInfo.class)) {
                ErrorInfo info;
                try {
                    info = any.unpack(ErrorInfo.class);
                } catch (InvalidProtocolBufferException e) {
                    return null;
                }
                if (info.getDomain().equals(DOMAIN)) {
                    Reason reason = BY_NAME.get(info.getReason());
                    return new NamespaceException(reason != null ? reason : nearest(status), details.getMessage());
                }
            }
        }
        return null;
    }

    /**
     * The reason that a status without {@code ErrorInfo} (from the transport, from gRPC itself, from a proxy) shows as when
     * the request certainly did nothing; for a change that may have happened it is UNKNOWN_OUTCOME instead.
     */
    public static Reason nearest(Status status) {
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> Reason.TIMEOUT;
            case CANCELLED -> Reason.CANCELLED;
            case RESOURCE_EXHAUSTED -> isOversized(status) ? Reason.TOO_LARGE : Reason.OVERLOADED;
            case UNAVAILABLE, UNKNOWN, ABORTED, DATA_LOSS -> Reason.IO_ERROR;
            case UNIMPLEMENTED -> Reason.UNSUPPORTED;
            case INVALID_ARGUMENT, OUT_OF_RANGE -> Reason.INVALID_ARGUMENT;
            case PERMISSION_DENIED, UNAUTHENTICATED -> Reason.NOT_PERMITTED;
            case NOT_FOUND -> Reason.NOT_FOUND;
            case ALREADY_EXISTS -> Reason.ALREADY_EXISTS;
            case OK, INTERNAL, FAILED_PRECONDITION -> Reason.INTERNAL;
        };
    }

    /** gRPC's own refusal of a message above its size limit has no code of its own. */
    private static boolean isOversized(Status status) {
        return status.getDescription() != null && status.getDescription().contains("exceeds maximum size");
    }

    /** At most {@link #MAX_MESSAGE_BYTES} of UTF-8, cut between characters. */
    static String bounded(String message) {
        if (message == null) {
            return "";
        }
        if (message.length() <= MAX_MESSAGE_BYTES / 3) {
            return message;
        }
        if (message.getBytes(StandardCharsets.UTF_8).length <= MAX_MESSAGE_BYTES) {
            return message;
        }
        int bytes = 3; // the dots
        int end = 0;
        while (end < message.length()) {
            int codePoint = message.codePointAt(end);
            int more = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (bytes + more > MAX_MESSAGE_BYTES) {
                break;
            }
            bytes += more;
            end += Character.charCount(codePoint);
        }
        return message.substring(0, end) + "...";
    }
}

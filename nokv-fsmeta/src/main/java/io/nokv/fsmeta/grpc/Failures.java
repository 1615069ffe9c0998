package io.nokv.fsmeta.grpc;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Entropy;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HexFormat;

/**
 * Turns whatever a call threw into what a client may see. Refusals pass as they are. The messages of failures of the store
 * name files of this machine, and those of bugs name classes: they go to the log under an id, the client gets the id.
 */
final class Failures {
    private static final Logger LOG = System.getLogger("io.nokv.fsmeta.grpc");

    private final Entropy entropy;

    Failures(Entropy entropy) {
        this.entropy = entropy;
    }

    /** What the client gets. */
    record Failure(Reason reason, String message) {}

    /** @param rpc for the log */
    Failure of(String rpc, Throwable thrown) {
        return switch (thrown) {
            case NamespaceException e -> of(rpc, e.reason(), e);
            case NokvException e -> of(rpc, Reason.of(e.code()), e);
            default -> hidden(rpc, Reason.INTERNAL, thrown);
        };
    }

    private Failure of(String rpc, Reason reason, RuntimeException thrown) {
        return switch (reason) {
            case IO_ERROR, NO_SPACE, LOCKED, CORRUPTION, INTERNAL, READ_ONLY, CLOSED -> hidden(rpc, reason, thrown);
            case NOT_FOUND, ALREADY_EXISTS, NOT_A_DIRECTORY, IS_A_DIRECTORY, NOT_EMPTY, INVALID_NAME, NAME_TOO_LONG,
                    PATH_TOO_LONG, INTO_ITSELF, CROSS_MOUNT, TOO_MANY_LINKS, TOO_MANY_SYMLINKS, QUOTA_EXCEEDED,
                    NOT_PERMITTED, MOUNT_NOT_FOUND, MOUNT_RETIRED, MOUNT_CONFLICT, SNAPSHOT_NOT_FOUND, VERSION_TOO_OLD,
                    VERSION_IN_FUTURE, WATCH_EXPIRED, WATCH_OVERFLOW, INVALID_ARGUMENT, TOO_LARGE, REQUEST_ID_REUSED,
                    CONFLICT, OVERLOADED, TIMEOUT, CANCELLED, UNKNOWN_OUTCOME, UNSUPPORTED ->
                new Failure(reason, thrown.getMessage() == null ? reason.name() : thrown.getMessage());
        };
    }

    private Failure hidden(String rpc, Reason reason, Throwable thrown) {
        String id = HexFormat.of().toHexDigits(entropy.nextLong());
        LOG.log(reason == Reason.CLOSED ? Level.INFO : Level.ERROR, "incident " + id + ": " + rpc + " failed with "
                + reason, thrown);
        String what = switch (reason) {
            case IO_ERROR -> "the store could not read or write";
            case NO_SPACE -> "the store has no space left";
            case LOCKED -> "the store is locked";
            case CORRUPTION -> "the store found damaged data";
            case READ_ONLY -> "the store accepts no changes";
            case CLOSED -> "the store is closed";
            default -> "the server failed";
        };
        return new Failure(reason, what + "; the server's log says more under incident " + id);
    }
}

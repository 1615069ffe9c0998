package io.nokv.raft.transport;

import io.nokv.base.port.Net;
import java.util.Map;

/**
 * One lane to and from one store. Counts are from the start of this process.
 *
 * @param store the other side
 * @param state of the lane to it
 * @param messagesSent handed to a connection; those it had not delivered when it broke are among them
 * @param bytesSent of these messages, without framing
 * @param framesSent gRPC messages they travelled in
 * @param messagesReceived given to the listener or counted as dropped
 * @param queuedMessages waiting to be sent now
 * @param queuedBytes of these
 * @param connects times the lane came up
 * @param breaks times it broke when it was up
 * @param failedConnects attempts that did not bring it up
 * @param drops lost messages by reason; reasons without one are left out
 * @param lastFailure of connecting or of the link, or null
 */
public record LinkStats(long store, Net.Lane lane, LinkState state, long messagesSent, long bytesSent, long framesSent,
        long messagesReceived, long bytesReceived, long framesReceived, long queuedMessages, long queuedBytes,
        long connects, long breaks, long failedConnects, Map<DropReason, Long> drops, String lastFailure) {
    /** Messages lost for {@code reason}. */
    public long drops(DropReason reason) {
        return drops.getOrDefault(reason, 0L);
    }
}

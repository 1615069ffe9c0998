package io.nokv.raft.transport;

import io.nokv.proto.raft.v1.Hello;
import java.util.List;

/**
 * What one gRPC message of a lane carries; {@code CarryFrame} of the service definition, without copies of its bytes.
 *
 * @param hello in the first frame of a call, else null
 * @param messages in order; the arrays do not change any more
 * @param bytes of all messages
 */
record Frame(Hello hello, List<byte[]> messages, int bytes) {
    static Frame of(Hello hello) {
        return new Frame(hello, List.of(), 0);
    }
}

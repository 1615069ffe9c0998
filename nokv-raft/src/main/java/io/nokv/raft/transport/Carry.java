package io.nokv.raft.transport;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.nokv.base.port.Net;
import io.nokv.proto.raft.v1.Lane;
import io.nokv.proto.raft.v1.RaftTransportGrpc;
import io.nokv.proto.raft.v1.Welcome;

/** The call of the service definition, and its words. */
final class Carry {
    /** What this program speaks. */
    static final int PROTOCOL = 1;

    /** Beside a refusal: the name of a {@link Refusal}. */
    static final Metadata.Key<String> REFUSAL = Metadata.Key.of("nokv-refusal", Metadata.ASCII_STRING_MARSHALLER);

    static final MethodDescriptor<Frame, Welcome> METHOD = MethodDescriptor.<Frame, Welcome>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(RaftTransportGrpc.SERVICE_NAME, "Carry"))
            .setRequestMarshaller(new FrameMarshaller())
            .setResponseMarshaller(ProtoUtils.marshaller(Welcome.getDefaultInstance())).build();

    private Carry() {}

    static Lane wire(Net.Lane lane) {
        return switch (lane) {
            case URGENT -> Lane.LANE_URGENT;
            case NORMAL -> Lane.LANE_NORMAL;
            case BULK -> Lane.LANE_BULK;
        };
    }

    /** Null for a lane this program does not know. */
    static Net.Lane lane(Lane wire) {
        return switch (wire) {
            case LANE_URGENT -> Net.Lane.URGENT;
            case LANE_NORMAL -> Net.Lane.NORMAL;
            case LANE_BULK -> Net.Lane.BULK;
            case LANE_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }
}

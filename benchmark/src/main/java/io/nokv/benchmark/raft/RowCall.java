package io.nokv.benchmark.raft;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.Bytes;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/**
 * What is said to a member process, as bytes in one unary call.
 *
 * <pre>
 * request = u8:kind u64:region u64:version u64:confVersion body
 * body    = 1 write: a command of {@link RowApplier}
 *         | 2 read by lease, 3 read by index: key
 *         | 4 echo: whatever the answer is to be as long as
 *         | 5 keys: bytes:from varint:most
 * answer  = u8:0 done, rest (write: nothing; reads: the value; echo: {@link #ECHO}; keys: bytes*)
 *         | u8:1 not done, for sure
 *         | u8:2 nobody knows
 * </pre>
 */
final class RowCall {
    static final int WRITE = 1;
    static final int LEASE = 2;
    static final int INDEX = 3;
    static final int ECHO = 4;
    static final int KEYS = 5;

    static final byte[] DONE = {0};
    static final byte[] REFUSED = {1};
    static final byte[] UNKNOWN = {2};

    /** As long as the answer to a read of what clients write: 123 bytes behind one. */
    static final byte[] ECHOED = new byte[124];

    static final String SERVICE = "nokv.benchmark.Rows";

    private static final long DEADLINE_SECONDS = 10;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Call")).setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES).build();

    private RowCall() {}

    static ManagedChannel connect(String address) {
        return NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().disableRetry().build();
    }

    static byte[] request(int kind, RegionHeader header, byte[] body) {
        return new ByteWriter(25 + body.length).u8(kind).u64(header.regionId()).u64(header.epoch().version())
                .u64(header.epoch().confVersion()).raw(body).toBytes();
    }

    static RegionHeader header(ByteReader in) {
        return new RegionHeader(in.u64(), new RegionEpoch(in.u64(), in.u64()));
    }

    /** Null when the call failed or was refused: nobody knows what it did. */
    static byte[] call(ManagedChannel channel, byte[] request) {
        try {
            byte[] answer = ClientCalls.blockingUnaryCall(channel, METHOD,
                    CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS), request);
            return answer.length > 0 && answer[0] == 0 ? answer : null;
        } catch (StatusRuntimeException _) {
            return null;
        }
    }

    /** What is behind the first byte. */
    static byte[] rest(byte[] answer) {
        return answer.length == 1 ? Bytes.EMPTY : java.util.Arrays.copyOfRange(answer, 1, answer.length);
    }
}

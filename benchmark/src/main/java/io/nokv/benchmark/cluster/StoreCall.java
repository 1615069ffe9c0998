package io.nokv.benchmark.cluster;

import io.grpc.MethodDescriptor;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What clients of a store process say, as bytes in one unary call.
 *
 * <pre>
 * request = u8:1 header command            propose
 *         | u8:2 header u8:branch u8:marks read a branch, by lease; marks is 1 when they are wanted, too
 *         | u8:3 u8:what u64:store u64 u64 a fault, see {@link StoreService}
 *         | u8:4 u64:region                what the replica here holds, whether it leads or not
 * header  = u64:region u64:version u64:confVersion
 * answer  = u8:0 rest                      done: what the applier answered, or the rows of the branch
 *         | u8:1 bytes:why                 refused: nothing happened
 *         | u8:2 bytes:why                 unknown
 * rows    = (bytes:key bytes:value)*
 * digest  = u64:version u64:confVersion u64:applied u64:rows u64:hash
 * </pre>
 */
final class StoreCall {
    static final int PROPOSE = 1;
    static final int READ = 2;
    static final int FAULT = 3;
    static final int DIGEST = 4;

    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int UNKNOWN = 2;

    static final String SERVICE = "nokv.benchmark.Store";

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

    private StoreCall() {}

    static ByteWriter request(int kind, RegionHeader header) {
        return new ByteWriter(128).u8(kind).u64(header.regionId()).u64(header.epoch().version())
                .u64(header.epoch().confVersion());
    }

    static RegionHeader header(ByteReader in) {
        return new RegionHeader(in.u64(), new RegionEpoch(in.u64(), in.u64()));
    }

    static byte[] why(int kind, String why) {
        return new ByteWriter(64).u8(kind).bytes(why.getBytes(StandardCharsets.UTF_8)).toBytes();
    }
}

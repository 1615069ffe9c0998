package io.nokv.benchmark.raft;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.nokv.benchmark.group.Group;
import io.nokv.benchmark.group.Pause;
import io.nokv.benchmark.group.Ports;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Three etcd processes as they come; clients put and get at the leader over a gRPC connection of their own. */
final class EtcdGroup implements Group {
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
    private static final MethodDescriptor<byte[], byte[]> PUT = method("etcdserverpb.KV/Put");
    private static final MethodDescriptor<byte[], byte[]> GET = method("etcdserverpb.KV/Range");
    private static final MethodDescriptor<byte[], byte[]> STATUS = method("etcdserverpb.Maintenance/Status");

    private final List<Process> processes = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final int leaderPort;

    EtcdGroup(Path etcd, Path directory) throws IOException {
        int[] ports = Ports.free(6);
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            members.append(i == 0 ? "" : ",").append("m").append(i).append("=http://127.0.0.1:").append(ports[2 * i]);
        }
        for (int i = 0; i < 3; i++) {
            String peer = "http://127.0.0.1:" + ports[2 * i];
            String client = "http://127.0.0.1:" + ports[2 * i + 1];
            processes.add(new ProcessBuilder(etcd.toString(), "--name", "m" + i, "--data-dir",
                    directory.resolve("m" + i).toString(), "--listen-peer-urls", peer, "--initial-advertise-peer-urls",
                    peer, "--listen-client-urls", client, "--advertise-client-urls", client, "--initial-cluster",
                    members.toString(), "--initial-cluster-state", "new", "--log-level", "error")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
        }
        leaderPort = leaderOf(new int[]{ports[1], ports[3], ports[5]});
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder().setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name).setRequestMarshaller(BYTES).setResponseMarshaller(BYTES).build();
    }

    private ManagedChannel connect(int port) {
        ManagedChannel channel = NettyChannelBuilder
                .forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).usePlaintext().build();
        synchronized (channels) {
            channels.add(channel);
        }
        return channel;
    }

    /** The client port of the member that says it leads. */
    private int leaderOf(int[] clientPorts) throws IOException {
        for (long deadline = System.nanoTime() + 60_000_000_000L; System.nanoTime() < deadline; Pause.millis(50)) {
            for (int port : clientPorts) {
                try {
                    byte[] status = ClientCalls.blockingUnaryCall(connect(port), STATUS,
                            CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS), new byte[0]);
                    if (leads(status)) {
                        return port;
                    }
                } catch (StatusRuntimeException _) {
                    // Not up yet; it is asked again.
                }
            }
        }
        throw new IOException("etcd has no leader after a minute");
    }

    /** StatusResponse: header = 1 (member_id = 2), leader = 4. */
    private static boolean leads(byte[] status) throws IOException {
        long member = 0;
        long leader = 0;
        CodedInputStream in = CodedInputStream.newInstance(status);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> {
                    CodedInputStream header = CodedInputStream.newInstance(in.readByteArray());
                    for (int field = header.readTag(); field != 0; field = header.readTag()) {
                        if (WireFormat.getTagFieldNumber(field) == 2) {
                            member = header.readUInt64();
                        } else {
                            header.skipField(field);
                        }
                    }
                }
                case 4 -> leader = in.readUInt64();
                default -> in.skipField(tag);
            }
        }
        return leader != 0 && leader == member;
    }

    /** PutRequest: key = 1, value = 2; RangeRequest: key = 1. */
    private static byte[] request(byte[] key, byte[] value) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeByteArray(1, key);
            if (value != null) {
                out.writeByteArray(2, value);
            }
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Client client(int number) {
        ManagedChannel channel = connect(leaderPort);
        byte[] key = ("client/" + number).getBytes(StandardCharsets.UTF_8);
        return new Client() {
            @Override
            public void write(byte[] command) {
                ClientCalls.blockingUnaryCall(channel, PUT, CallOptions.DEFAULT, request(key, command));
            }

            @Override
            public void read(Read kind) {
                ClientCalls.blockingUnaryCall(channel, GET, CallOptions.DEFAULT, request(key, null));
            }

            @Override
            public void close() {
                channel.shutdownNow();
            }
        };
    }

    @Override
    public List<Read> reads() {
        return List.of(Read.INDEX);
    }

    @Override
    public long processorNanos() {
        return Processes.processorNanos(processes);
    }

    @Override
    public void close() {
        synchronized (channels) {
            channels.forEach(ManagedChannel::shutdownNow);
        }
        Processes.end(processes);
    }
}

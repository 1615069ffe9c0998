package io.nokv.benchmark.group;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Apache Ratis as it comes, its gRPC between servers; reads by lease. Clients call the leader in its own process. */
final class RatisGroup implements Group {
    private final List<RaftServer> servers = new ArrayList<>();
    private final RaftGroupId id = RaftGroupId.valueOf(new UUID(7, 7));
    private volatile RaftServer leader;
    private final AtomicLong calls = new AtomicLong();

    RatisGroup(Path directory) throws IOException {
        List<RaftPeer> peers = new ArrayList<>();
        for (int port : Ports.free(3)) {
            peers.add(RaftPeer.newBuilder().setId("s" + port).setAddress("127.0.0.1:" + port).build());
        }
        RaftGroup group = RaftGroup.valueOf(id, peers);
        for (RaftPeer peer : peers) {
            RaftProperties properties = new RaftProperties();
            Path home = Files.createDirectories(directory.resolve(peer.getId().toString()));
            RaftServerConfigKeys.setStorageDir(properties, List.of(home.toFile()));
            RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
            RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, true);
            GrpcConfigKeys.Server.setPort(properties, Integer.parseInt(peer.getAddress().split(":")[1]));
            RaftServer server = RaftServer.newBuilder().setServerId(peer.getId()).setGroup(group)
                    .setProperties(properties).setStateMachine(new Machine()).build();
            server.start();
            servers.add(server);
        }
        leader = leaderOf();
    }

    private RaftServer leaderOf() throws IOException {
        while (true) {
            for (RaftServer server : servers) {
                if (server.getDivision(id).getInfo().isLeaderReady()) {
                    return server;
                }
            }
            Pause.millis(20);
        }
    }

    private static final class Machine extends BaseStateMachine {
        private long bytes;

        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            bytes += transaction.getLogEntry().getStateMachineLogEntry().getLogData().size();
            updateLastAppliedTermIndex(transaction.getLogEntry().getTerm(), transaction.getLogEntry().getIndex());
            return CompletableFuture.completedFuture(bytes < 0 ? null : Message.EMPTY);
        }

        @Override
        public CompletableFuture<Message> query(Message request) {
            return CompletableFuture.completedFuture(Message.EMPTY);
        }
    }

    @Override
    public Client client(int number) {
        ClientId client = ClientId.randomId();
        return new Client() {
            private void send(ByteString content, RaftClientRequest.Type type) throws IOException {
                while (true) {
                    RaftServer asked = leader;
                    RaftClientReply reply = asked.submitClientRequestAsync(RaftClientRequest.newBuilder()
                            .setClientId(client).setServerId(asked.getId()).setGroupId(id)
                            .setCallId(calls.incrementAndGet())
                            .setMessage(Message.valueOf(content)).setType(type).build()).join();
                    if (reply.isSuccess()) {
                        return;
                    }
                    if (reply.getNotLeaderException() == null && reply.getLeaderNotReadyException() == null) {
                        throw new IllegalStateException(reply.toString());
                    }
                    leader = leaderOf();
                }
            }

            @Override
            public void write(byte[] command) throws IOException {
                send(UnsafeByteOperations.unsafeWrap(command), RaftClientRequest.writeRequestType());
            }

            @Override
            public void read(Read kind) throws IOException {
                send(ByteString.EMPTY, RaftClientRequest.readRequestType());
            }
        };
    }

    @Override
    public List<Read> reads() {
        return List.of(Read.LEASE);
    }

    @Override
    public void close() throws IOException {
        for (RaftServer server : servers) {
            server.close();
        }
    }
}

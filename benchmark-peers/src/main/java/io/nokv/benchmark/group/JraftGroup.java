package io.nokv.benchmark.group;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** SOFAJRaft as it comes: log in RocksDB, synced; reads by lease. Clients call the leader in its own process. */
final class JraftGroup implements Group {
    private static final String GROUP = "benchmark";
    private final List<RaftGroupService> services = new ArrayList<>();
    private final Node leader;

    JraftGroup(Path directory) throws IOException {
        List<PeerId> peers = new ArrayList<>();
        for (int port : Ports.free(3)) {
            peers.add(new PeerId("127.0.0.1", port));
        }
        List<Node> nodes = new ArrayList<>();
        for (PeerId peer : peers) {
            Path home = Files.createDirectories(directory.resolve("s" + peer.getPort()));
            NodeOptions options = new NodeOptions();
            options.setInitialConf(new Configuration(peers));
            options.setFsm(new Machine());
            options.setElectionTimeoutMs(1_000);
            options.setLogUri(home.resolve("log").toString());
            options.setRaftMetaUri(home.resolve("meta").toString());
            options.getRaftOptions().setReadOnlyOptions(ReadOnlyOption.ReadOnlyLeaseBased);
            RaftGroupService service = new RaftGroupService(GROUP, peer, options);
            services.add(service);
            nodes.add(service.start());
        }
        leader = leaderOf(nodes);
    }

    private static Node leaderOf(List<Node> nodes) {
        while (true) {
            for (Node node : nodes) {
                if (node.isLeader()) {
                    return node;
                }
            }
            Pause.millis(20);
        }
    }

    private static final class Machine extends StateMachineAdapter {
        private long bytes;

        @Override
        public void onApply(Iterator entries) {
            for (; entries.hasNext(); entries.next()) {
                bytes += entries.getData().remaining();
                Closure done = entries.done();
                if (done != null) {
                    done.run(bytes < 0 ? new Status(1, "overflow") : Status.OK());
                }
            }
        }
    }

    private static void settle(CompletableFuture<Void> answer, Status status) {
        if (status.isOk()) {
            answer.complete(null);
        } else {
            answer.completeExceptionally(new IllegalStateException(status.toString()));
        }
    }

    @Override
    public Client client(int number) {
        return new Client() {
            @Override
            public void write(byte[] command) {
                CompletableFuture<Void> answer = new CompletableFuture<>();
                leader.apply(new Task(ByteBuffer.wrap(command), status -> settle(answer, status)));
                answer.join();
            }

            @Override
            public void read(Read kind) {
                CompletableFuture<Void> answer = new CompletableFuture<>();
                leader.readIndex(new byte[0], new ReadIndexClosure() {
                    @Override
                    public void run(Status status, long index, byte[] context) {
                        settle(answer, status);
                    }
                });
                answer.join();
            }
        };
    }

    @Override
    public List<Read> reads() {
        return List.of(Read.LEASE);
    }

    @Override
    public void close() {
        services.forEach(RaftGroupService::shutdown);
    }
}

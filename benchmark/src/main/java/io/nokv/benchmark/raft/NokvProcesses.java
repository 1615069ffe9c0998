package io.nokv.benchmark.raft;

import io.grpc.ManagedChannel;
import io.nokv.benchmark.group.Group;
import io.nokv.benchmark.group.Pause;
import io.nokv.raft.region.RegionHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three processes of ours; clients write and read at the leader over a gRPC connection of their own. */
final class NokvProcesses implements Group {
    private final Members members;
    private final String address;
    private final RegionHeader header;
    private final List<ManagedChannel> channels = new ArrayList<>();

    NokvProcesses(Path directory) throws IOException {
        members = new Members(directory, 3);
        Members.Leader leader = members.awaitLeader();
        address = members.address(leader.storeId());
        header = leader.region().header();
    }

    @Override
    public Client client(int number) {
        ManagedChannel channel = RowCall.connect(address);
        synchronized (channels) {
            channels.add(channel);
        }
        byte[] key = ByteBuffer.allocate(4).putInt(number).array();
        return new Client() {
            @Override
            public void write(byte[] command) {
                // As many bytes as the others write, key and lengths included.
                command[0] = 4;
                System.arraycopy(key, 0, command, 1, 4);
                ask(RowCall.WRITE, command);
            }

            @Override
            public void read(Read kind) {
                ask(switch (kind) {
                    case LEASE -> RowCall.LEASE;
                    case INDEX -> RowCall.INDEX;
                    case ECHO -> RowCall.ECHO;
                }, key);
            }

            private void ask(int kind, byte[] body) {
                byte[] request = RowCall.request(kind, header, body);
                while (RowCall.call(channel, request) == null) {
                    Pause.millis(1);
                }
            }

            @Override
            public void close() {
                channel.shutdownNow();
            }
        };
    }

    @Override
    public List<Read> reads() {
        return List.of(Read.ECHO, Read.LEASE, Read.INDEX);
    }

    @Override
    public long processorNanos() {
        return Processes.processorNanos(members.processes());
    }

    @Override
    public void close() {
        synchronized (channels) {
            channels.forEach(ManagedChannel::shutdownNow);
        }
        members.close();
    }
}

package io.nokv.benchmark.group;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Three replicas that keep a log and apply it, each with its own directory and its own loopback address. */
public interface Group extends AutoCloseable {
    /** How the answer to a read is known to be right. */
    enum Read {
        /** Linearizable: the leader goes by its clock. */
        LEASE("read by lease"),
        /** Linearizable: a quorum is asked. */
        INDEX("read by index"),
        /** Not at all: the server sends bytes back as they came. The floor under the others. */
        ECHO("echo");

        private final String title;

        Read(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /** One client, used by one thread. */
    interface Client extends AutoCloseable {
        /** Returns when {@code command} is durable on a majority and applied. */
        void write(byte[] command) throws Exception;

        /** A read of one of the kinds that the group has. */
        void read(Read kind) throws Exception;

        @Override
        default void close() {}
    }

    /** @param number of the client, from 0 */
    Client client(int number) throws Exception;

    /** The kinds that {@link Client#read} takes, in the order in which they are measured. */
    List<Read> reads();

    /** Processor time used so far by processes that belong to the group, beside this one. */
    default long processorNanos() {
        return 0;
    }

    /** What the group has counted so far, by name; mostly nothing. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close() throws IOException;
}

package io.nokv.benchmark.group;

import java.io.IOException;

/** Three replicas that keep a log and apply it, each with its own directory and its own loopback address. */
public interface Group extends AutoCloseable {
    /** One client, used by one thread. */
    interface Client extends AutoCloseable {
        /** Returns when {@code command} is durable on a majority and applied. */
        void write(byte[] command) throws Exception;

        /** A linearizable read. */
        void read() throws Exception;

        @Override
        default void close() {}
    }

    /** @param number of the client, from 0 */
    Client client(int number) throws Exception;

    /** Whether {@link Client#read} means something here. */
    default boolean reads() {
        return false;
    }

    @Override
    void close() throws IOException;
}

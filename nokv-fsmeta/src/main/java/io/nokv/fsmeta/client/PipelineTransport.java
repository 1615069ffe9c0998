package io.nokv.fsmeta.client;

import io.grpc.Channel;
import io.netty.channel.EventLoop;

/** Carries all exchanges over one pipeline stream; a stream that ends is replaced by the next exchange. */
final class PipelineTransport implements Transport {
    private final Channel channel;
    private final EventLoop loop;
    private volatile PipelineConnection current;

    /** Guarded by this. */
    private boolean closed;

    PipelineTransport(Channel channel, EventLoop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    @Override
    public void send(Exchange<?, ?> exchange) {
        PipelineConnection connection = current;
        if (connection == null || connection.isDead()) {
            connection = reconnect();
        }
        connection.send(exchange);
    }

    private synchronized PipelineConnection reconnect() {
        if (current == null || current.isDead() && !closed) {
            current = new PipelineConnection(channel, loop);
        }
        return current;
    }

    @Override
    public void close() {
        PipelineConnection last;
        synchronized (this) {
            closed = true;
            last = current;
        }
        if (last != null) {
            last.close();
        }
    }
}

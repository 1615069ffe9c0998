package io.nokv.fsmeta.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire between client and server that can lose answers and be cut. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Link> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /** One connection. Deaf is for ever: no answer slips through while it is being cut. */
    private static final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean deaf;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void close() throws IOException {
            client.close();
            server.close();
        }
    }

    CuttingProxy(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** From now on nothing the server says arrives through the connections that are open. */
    void loseAnswers() {
        open.forEach(link -> link.deaf = true);
    }

    /** Ends all connections; new ones work again. */
    void cut() throws IOException {
        for (Link link : open) {
            link.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                connections.incrementAndGet();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Link link = new Link(client, server);
                open.add(link);
                Thread.ofVirtual().start(() -> pump(link, client, server));
                Thread.ofVirtual().start(() -> pump(link, server, client));
            }
        } catch (IOException e) {
            // The listener or the server is closed.
        }
    }

    private void pump(Link link, Socket from, Socket to) {
        byte[] buffer = new byte[16 << 10];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (from == link.client || !link.deaf) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            // Cut.
        } finally {
            open.remove(link);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}

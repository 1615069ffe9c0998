package io.nokv.sql.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes bytes to a port and back. On demand it lets the next answer vanish: forwards the request, then hangs up. */
final class LossyProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final AtomicInteger answersToLose = new AtomicInteger();
    /** POST requests that came by. */
    final AtomicInteger requests = new AtomicInteger();

    LossyProxy(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void loseNextAnswers(int count) {
        answersToLose.set(count);
    }

    private void accept() {
        while (true) {
            try {
                Socket client = server.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> pump(client, upstream, true));
                Thread.ofVirtual().start(() -> pump(upstream, client, false));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Our messages are small: a request or an answer begins with a read. */
    private void pump(Socket from, Socket to, boolean request) {
        byte[] buffer = new byte[64 << 10];
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (request && n > 4 && buffer[0] == 'P' && buffer[1] == 'O' && buffer[2] == 'S') {
                    requests.incrementAndGet();
                }
                if (!request && answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // One side hung up; closing both tells the other.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

package io.nokv.jdbc;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept-alive HTTP/1.1 connection that sends POST requests one after the other. A request goes out in one write.
 * Not thread-safe.
 */
final class HttpExchange implements Closeable {
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int MAX_BODY_BYTES = 512 << 20;
    private static final int ALLOCATED_BYTES = 8 << 20;

    private final Socket socket;
    private final InputStream in;
    private final String hostHeader;
    private boolean reusable = true;

    /** Set by the last {@link #post}. */
    int status;

    HttpExchange(String host, int port, int connectMillis) throws IOException {
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(host, port), connectMillis);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
        hostHeader = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whether the server keeps the connection open for another request. */
    boolean reusable() {
        return reusable && !socket.isClosed();
    }

    /** @param headers complete lines, each ended by CR LF; @param timeoutMillis 0 for none */
    byte[] post(String path, String headers, byte[] body, long timeoutMillis) throws IOException {
        reusable = false;
        socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, timeoutMillis));
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: " + hostHeader
                + "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + body.length + "\r\n" + headers
                + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        socket.getOutputStream().write(all);
        return read();
    }

    private byte[] read() throws IOException {
        String line = line();
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("the answer is not HTTP");
        }
        status = Integer.parseInt(line.substring(9, 12));
        boolean keep = line.startsWith("HTTP/1.1");
        long length = -1;
        boolean chunked = false;
        int total = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            total += header.length();
            if (total > MAX_HEADER_BYTES) {
                throw new IOException("the answer's headers are too long");
            }
            int colon = header.indexOf(':');
            String name = colon < 0 ? header : header.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = colon < 0 ? "" : header.substring(colon + 1).trim().toLowerCase(Locale.ROOT);
            switch (name) {
                case "content-length" -> length = Long.parseLong(value);
                case "transfer-encoding" -> chunked = value.contains("chunked");
                case "connection" -> keep = keep && !value.contains("close");
                default -> {
                    // Of no concern.
                }
            }
        }
        byte[] body = chunked ? chunks() : length >= 0 ? exactly(length) : in.readAllBytes();
        reusable = keep && (chunked || length >= 0);
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            String size = line();
            int extension = size.indexOf(';');
            int n = Integer.parseInt((extension < 0 ? size : size.substring(0, extension)).trim(), 16);
            if (n == 0) {
                while (!line().isEmpty()) {
                    // Trailers are of no concern.
                }
                return out.toByteArray();
            }
            out.write(exactly(n));
            line();
            if (out.size() > MAX_BODY_BYTES) {
                throw new IOException("the answer is too long");
            }
        }
    }

    private byte[] exactly(long length) throws IOException {
        if (length > MAX_BODY_BYTES) {
            throw new IOException("the answer is too long: " + length + " bytes");
        }
        // A length that is only claimed gets no memory in advance.
        byte[] body = length > ALLOCATED_BYTES ? in.readNBytes((int) length) : new byte[(int) length];
        int read = length > ALLOCATED_BYTES ? body.length : in.readNBytes(body, 0, body.length);
        if (read < length) {
            throw new EOFException("the server closed the connection in the middle of an answer");
        }
        return body;
    }

    private String line() throws IOException {
        StringBuilder out = new StringBuilder(64);
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (c == '\n') {
                int end = out.length();
                return end > 0 && out.charAt(end - 1) == '\r' ? out.substring(0, end - 1) : out.toString();
            }
            out.append((char) c);
            if (out.length() > MAX_HEADER_BYTES) {
                throw new IOException("the answer's headers are too long");
            }
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
    }
}

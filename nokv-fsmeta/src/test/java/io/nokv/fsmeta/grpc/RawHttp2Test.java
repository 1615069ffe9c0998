package io.nokv.fsmeta.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A client that writes HTTP/2 frames by hand and keeps to no limit: what the server announces it must also enforce
 * (CVE-2026-47244), and a peer that opens and resets streams without end loses its connection (CVE-2023-44487).
 */
class RawHttp2Test {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int REFUSED_STREAM = 7;
    private static final int END_HEADERS = 4;
    private static final int END_STREAM = 1;

    private record Frame(int type, int flags, int stream, byte[] payload) {}

    @Test
    void aCallBeyondTheLimitOfAConnectionIsRefusedAndTheOthersGoOn() throws Exception {
        Gate gate = new Gate();
        RecordingNamespace namespace = new RecordingNamespace();
        namespace.answer(_ -> {
            gate.pass();
            return 5L;
        });
        int limit = 3;
        try (Served served = new Served(namespace, o -> o.maxCallsPerConnection(limit));
                Connection connection = new Connection(served.server.port())) {
            for (int i = 0; i < limit - 1; i++) {
                connection.call(1 + 2 * i);
            }
            gate.awaitEntered(limit - 1);
            connection.call(1 + 2 * (limit - 1));
            gate.awaitEntered(limit);
            connection.headers(1 + 2 * limit, END_STREAM);
            Frame frame = connection.next(RST_STREAM);
            assertEquals(1 + 2 * limit, frame.stream());
            assertEquals(REFUSED_STREAM, frame.payload()[3]);
            gate.open(100);
            List<Integer> answered = new ArrayList<>();
            for (int i = 0; i < limit; i++) {
                Frame headers = connection.next(HEADERS);
                while ((headers.flags() & END_STREAM) == 0) { // the first block; trailers end the stream
                    headers = connection.next(HEADERS);
                }
                answered.add(headers.stream());
            }
            assertEquals(limit, answered.size());
            assertTrue(answered.stream().noneMatch(stream -> stream == 1 + 2 * limit));
            connection.call(3 + 2 * limit);
            assertEquals(3 + 2 * limit, connection.next(HEADERS).stream());
        }
        assertEquals(limit, gate.mostInside());
    }

    @Test
    void aPeerThatResetsStreamsWithoutEndLosesItsConnection() throws Exception {
        RecordingNamespace namespace = new RecordingNamespace();
        namespace.answer(_ -> 5L);
        try (Served served = new Served(namespace); Connection connection = new Connection(served.server.port())) {
            boolean cut = false;
            try {
                for (int i = 0; i < 10_000 && !cut; i++) {
                    connection.call(1 + 2 * i);
                    connection.reset(1 + 2 * i);
                }
                connection.next(GOAWAY);
                cut = true;
            } catch (SocketException | EOFException e) {
                cut = true;
            }
            assertTrue(cut);
            assertEquals(5L, served.client(true).readVersion()); // the others are served
        }
    }

    /** Frames over a socket, in the clear and with prior knowledge. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Connection(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(60_000);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(SETTINGS, 0, 0, new byte[0]);
            next(SETTINGS);
            frame(SETTINGS, 1, 0, new byte[0]); // acknowledged: the server's limits are known from here on
        }

        /** GetReadVersion with an empty message. */
        void call(int stream) throws IOException {
            headers(stream, 0);
            frame(0, END_STREAM, stream, new byte[5]); // not compressed, length 0
        }

        void headers(int stream, int flags) throws IOException {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            literal(block, ":method", "POST");
            literal(block, ":scheme", "http");
            literal(block, ":path", "/nokv.fsmeta.v1.FSMetadata/GetReadVersion");
            literal(block, ":authority", "test");
            literal(block, "content-type", "application/grpc");
            literal(block, "te", "trailers");
            frame(HEADERS, END_HEADERS | flags, stream, block.toByteArray());
        }

        void reset(int stream) throws IOException {
            frame(RST_STREAM, 0, stream, new byte[]{0, 0, 0, 8});
        }

        /** HPACK: a literal field that is not to be indexed, nothing Huffman-coded. */
        private static void literal(ByteArrayOutputStream block, String name, String value) {
            block.write(0);
            block.write(name.length());
            block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            block.write(value.length());
            block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        }

        private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
            out.writeByte(payload.length >> 16);
            out.writeShort(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
            out.flush();
        }

        /** The next frame of a type; others are passed over. */
        Frame next(int type) throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int seen = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (seen == type) {
                    return new Frame(seen, flags, stream, payload);
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

package io.nokv.raft.transport;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.nokv.proto.raft.v1.CarryFrame;
import io.nokv.proto.raft.v1.Hello;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes and reads {@code CarryFrame} in the format of protocol buffers, with one copy of each message on either side: from
 * its array into the buffer of the connection, and from there into its array. The generated class would take a second one.
 */
final class FrameMarshaller implements MethodDescriptor.Marshaller<Frame> {
    private static final int HELLO_TAG = CarryFrame.HELLO_FIELD_NUMBER << 3 | 2;
    private static final int MESSAGE_TAG = CarryFrame.MESSAGES_FIELD_NUMBER << 3 | 2;

    @Override
    public InputStream stream(Frame frame) {
        return new Encoded(frame);
    }

    static int size(Frame frame) {
        int size = 0;
        if (frame.hello() != null) {
            int hello = frame.hello().getSerializedSize();
            size += 1 + CodedOutputStream.computeUInt32SizeNoTag(hello) + hello;
        }
        for (byte[] message : frame.messages()) {
            size += 1 + CodedOutputStream.computeUInt32SizeNoTag(message.length) + message.length;
        }
        return size;
    }

    private static int writeTo(Frame frame, OutputStream out) throws IOException {
        byte[] head = new byte[6];
        int written = 0;
        if (frame.hello() != null) {
            byte[] hello = frame.hello().toByteArray();
            written += field(HELLO_TAG, hello, head, out);
        }
        for (byte[] message : frame.messages()) {
            written += field(MESSAGE_TAG, message, head, out);
        }
        return written;
    }

    private static int field(int tag, byte[] content, byte[] head, OutputStream out) throws IOException {
        int at = 0;
        head[at++] = (byte) tag;
        int rest = content.length;
        while (rest > 0x7F) {
            head[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        head[at++] = (byte) rest;
        out.write(head, 0, at);
        out.write(content, 0, content.length);
        return at + content.length;
    }

    /** As gRPC takes it: it asks for the length and then has it written, and reads only where neither is known. */
    private static final class Encoded extends InputStream implements Drainable, KnownLength {
        private final Frame frame;
        private final int size;
        private boolean drained;
        private InputStream readable;

        Encoded(Frame frame) {
            this.frame = frame;
            this.size = size(frame);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            if (drained || readable != null) {
                throw new IOException("the frame was taken before");
            }
            drained = true;
            return writeTo(frame, target);
        }

        @Override
        public int available() throws IOException {
            return drained ? 0 : readable == null ? size : readable.available();
        }

        private InputStream readable() throws IOException {
            if (readable == null) {
                java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream(drained ? 0 : size);
                if (!drained) {
                    writeTo(frame, all);
                }
                readable = new ByteArrayInputStream(all.toByteArray());
            }
            return readable;
        }

        @Override
        public int read() throws IOException {
            return readable().read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return readable().read(into, offset, length);
        }
    }

    /** INVALID_ARGUMENT when the bytes are no frame. */
    @Override
    public Frame parse(InputStream in) {
        try {
            return in instanceof KnownLength
                    ? parse(in, in.available())
                    : parse(new ByteArrayInputStream(in.readAllBytes()));
        } catch (IOException e) {
            throw damaged(e.getMessage());
        }
    }

    private static Frame parse(ByteArrayInputStream in) throws IOException {
        return parse(in, in.available());
    }

    /** Lengths are checked against what is left before anything is allocated. */
    private static Frame parse(InputStream in, int length) throws IOException {
        Source source = new Source(in, length);
        Hello hello = null;
        List<byte[]> messages = new ArrayList<>();
        int bytes = 0;
        while (source.left > 0) {
            int tag = source.varint();
            byte[] content = source.bytes(source.varint());
            switch (tag) {
                case HELLO_TAG -> hello = Hello.parseFrom(content);
                case MESSAGE_TAG -> {
                    messages.add(content);
                    bytes += content.length;
                }
                default -> throw damaged("an unknown field " + tag);
            }
        }
        return new Frame(hello, messages, bytes);
    }

    private static RuntimeException damaged(String what) {
        return Status.INVALID_ARGUMENT.withDescription("not a frame of a lane: " + what).asRuntimeException();
    }

    /** A stream of which is known how much is left. */
    private static final class Source {
        private final InputStream in;
        private int left;

        Source(InputStream in, int left) {
            this.in = in;
            this.left = left;
        }

        int varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                if (left-- <= 0) {
                    throw damaged("it ends within a number");
                }
                int next = in.read();
                value |= (long) (next & 0x7F) << shift;
                if (next < 0x80) {
                    if (next < 0 || value > Integer.MAX_VALUE) {
                        throw damaged("an impossible number");
                    }
                    return (int) value;
                }
            }
            throw damaged("a number without end");
        }

        byte[] bytes(int length) throws IOException {
            if (length > left) {
                throw damaged("a field of " + length + " bytes in the last " + left);
            }
            byte[] out = in.readNBytes(length);
            if (out.length != length) {
                throw damaged("it ends within a field");
            }
            left -= length;
            return out;
        }
    }
}

package io.nokv.raft.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.nokv.proto.raft.v1.CarryFrame;
import io.nokv.proto.raft.v1.Hello;
import io.nokv.proto.raft.v1.Lane;
import io.nokv.raft.TestSeed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The hand-written bytes are those of the generated class, in both directions. */
class FrameMarshallerTest {
    private static final FrameMarshaller MARSHALLER = new FrameMarshaller();

    private static Frame random(Random random) {
        Hello hello = random.nextInt(4) > 0
                ? null
                : Hello.newBuilder().setProtocol(random.nextInt(3)).setClusterId("c".repeat(random.nextInt(300)))
                        .setFromStore(random.nextLong()).setLane(Lane.forNumber(random.nextInt(4))).build();
        List<byte[]> messages = new ArrayList<>();
        int bytes = 0;
        for (int i = random.nextInt(20); i > 0; i--) {
            byte[] message = new byte[random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(200)];
            random.nextBytes(message);
            messages.add(message);
            bytes += message.length;
        }
        return new Frame(hello, messages, bytes);
    }

    private static CarryFrame generated(Frame frame) {
        CarryFrame.Builder out = CarryFrame.newBuilder();
        if (frame.hello() != null) {
            out.setHello(frame.hello());
        }
        frame.messages().forEach(message -> out.addMessages(ByteString.copyFrom(message)));
        return out.build();
    }

    private static byte[] drained(Frame frame) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            InputStream in = MARSHALLER.stream(frame);
            int promised = in.available();
            int written = ((io.grpc.Drainable) in).drainTo(out);
            assertEquals(promised, written);
            assertEquals(0, in.available());
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSame(Frame expected, Frame actual) {
        assertEquals(expected.hello(), actual.hello());
        assertEquals(expected.bytes(), actual.bytes());
        assertEquals(expected.messages().size(), actual.messages().size());
        for (int i = 0; i < expected.messages().size(); i++) {
            assertArrayEquals(expected.messages().get(i), actual.messages().get(i));
        }
    }

    @Test
    void writesAndReadsWhatTheGeneratedClassDoes() {
        TestSeed.check(FrameMarshallerTest.class, 300, random -> {
            Frame frame = random(random);
            byte[] bytes = drained(frame);
            assertArrayEquals(generated(frame).toByteArray(), bytes);
            assertSame(frame, MARSHALLER.parse(new ByteArrayInputStream(bytes)));
            try {
                assertArrayEquals(bytes, MARSHALLER.stream(frame).readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Whatever arrives is a frame or refused; what the generated class does not read, this does not either. */
    @Test
    void damagedFramesAreRefusedAndAllocateNothing() {
        TestSeed.check(FrameMarshallerTest.class, 2_000, random -> {
            byte[] bytes = drained(random(random));
            byte[] damaged = Arrays.copyOf(bytes, bytes.length == 0 ? 0 : random.nextInt(bytes.length));
            for (int i = random.nextInt(3); i > 0 && damaged.length > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Frame read;
            try {
                read = MARSHALLER.parse(new ByteArrayInputStream(damaged));
            } catch (StatusRuntimeException refused) {
                return;
            }
            try {
                CarryFrame reference = CarryFrame.parseFrom(damaged);
                assertEquals(reference.getMessagesCount(), read.messages().size());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("read what is no message", e);
            }
        });
    }

    @Test
    void aLengthBeyondTheEndIsRefusedBeforeAnythingIsAllocated() {
        byte[] lie = {0x12, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 1, 2, 3};
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class,
                () -> MARSHALLER.parse(new ByteArrayInputStream(lie)));
        assertEquals("INVALID_ARGUMENT: not a frame of a lane: a field of 2147483647 bytes in the last 3",
                refused.getMessage());
    }
}

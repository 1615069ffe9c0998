package io.nokv.fsmeta.grpc.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.proto.fsmeta.v1.PipelineError;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reasons survive the wire, and everything else that can come from it becomes a reason. */
class WireErrorsTest {
    @ParameterizedTest
    @EnumSource(Reason.class)
    void aReasonWithItsMessageComesBackFromStatusAndTrailers(Reason reason) {
        Status status = WireErrors.status(reason, "entry \"\u00e4\\x01\" of mount m");
        Metadata trailers = WireErrors.trailers(reason, "entry \"\u00e4\\x01\" of mount m");
        assertNotEquals(Status.Code.OK, status.getCode());
        NamespaceException back = WireErrors.exception(status, trailers);
        assertNotNull(back);
        assertEquals(reason, back.reason());
        assertEquals("entry \"\u00e4\\x01\" of mount m", back.getMessage());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void aReasonWithItsMessageComesBackFromAPipeline(Reason reason) {
        PipelineError error = WireErrors.error(reason, "why");
        assertEquals(reason.retryable(), error.getRetryable());
        assertEquals(WireErrors.code(reason).value(), error.getCode());
        NamespaceException back = WireErrors.exception(error);
        assertEquals(reason, back.reason());
        assertEquals("why", back.getMessage());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void otherClientsReadErrorInfo(Reason reason) throws Exception {
        Metadata trailers = WireErrors.trailers(reason, "why");
        com.google.rpc.Status status = StatusProto.fromStatusAndTrailers(WireErrors.status(reason, "why"), trailers);
        ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
        assertEquals(reason.name(), info.getReason());
        assertEquals("nokv.io", info.getDomain());
        assertEquals(Boolean.toString(reason.retryable()), info.getMetadataOrThrow("retryable"));
        assertEquals(WireErrors.code(reason).value(), status.getCode());
    }

    @ParameterizedTest
    @EnumSource(Status.Code.class)
    void aStatusThatIsNotOursIsToldApartAndStillHasAReason(Status.Code code) {
        assertNull(WireErrors.exception(code.toStatus(), new Metadata()));
        assertNull(WireErrors.exception(code.toStatus(), null));
        assertNotNull(WireErrors.nearest(code.toStatus()));
    }

    @Test
    void anotherServicesErrorInfoIsNotOurs() {
        Metadata trailers = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.NOT_FOUND.value())
                .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("NOT_FOUND").setDomain("proxy.example").build()))
                .build()).getTrailers();
        assertNull(WireErrors.exception(Status.NOT_FOUND, trailers));
    }

    @Test
    void aReasonOfANewerServerIsToldByItsCode() {
        PipelineError error = PipelineError.newBuilder().setCode(Status.Code.NOT_FOUND.value())
                .setReason("PARALLEL_UNIVERSE_NOT_FOUND").setMessage("there").build();
        assertEquals(Reason.NOT_FOUND, WireErrors.exception(error).reason());
        assertEquals("there", WireErrors.exception(error).getMessage());
    }

    @Test
    void anOversizedMessageIsToldFromALackOfResources() {
        assertEquals(Reason.TOO_LARGE, WireErrors.nearest(
                Status.RESOURCE_EXHAUSTED.withDescription("gRPC message exceeds maximum size 4194304: 4194305")));
        assertEquals(Reason.OVERLOADED, WireErrors.nearest(Status.RESOURCE_EXHAUSTED));
    }

    @Test
    void messagesAreCutBetweenCharactersAtTheLimit() {
        String exact = "x".repeat(WireErrors.MAX_MESSAGE_BYTES);
        assertEquals(exact, WireErrors.bounded(exact));
        assertEquals(exact.substring(1), WireErrors.bounded(exact.substring(1)));
        assertEquals("x".repeat(WireErrors.MAX_MESSAGE_BYTES - 3) + "...", WireErrors.bounded(exact + "x"));
        for (String wide : new String[]{"\u00e4", "\u20ac", "\ud83d\ude00"}) {
            String cut = WireErrors.bounded("a" + wide.repeat(2_000));
            byte[] bytes = cut.getBytes(StandardCharsets.UTF_8);
            assertTrue(bytes.length <= WireErrors.MAX_MESSAGE_BYTES, () -> wide + " gives " + bytes.length);
            assertTrue(cut.endsWith(wide + "..."), cut);
            assertEquals(cut, new String(bytes, StandardCharsets.UTF_8));
        }
        assertEquals("", WireErrors.bounded(null));
    }
}

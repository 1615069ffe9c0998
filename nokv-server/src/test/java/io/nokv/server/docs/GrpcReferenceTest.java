package io.nokv.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.GrpcServerOptions;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.FsmetaProto;
import io.nokv.proto.fsmeta.v1.PipelineCall;
import io.nokv.sql.error.SqlState;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code docs/grpc.md} against the service definition, the reasons and the server's limits. */
class GrpcReferenceTest {
    private final Page page = Page.of("docs/grpc.md");
    private final ServiceDescriptor service = FsmetaProto.getDescriptor().findServiceByName("FSMetadata");

    @Test
    void everyCallIsListedWithItsMessages() {
        Map<String, String> expected = new TreeMap<>();
        for (MethodDescriptor method : service.getMethods()) {
            expected.put(method.getName(), (method.isClientStreaming() ? "stream " : "")
                    + method.getInputType().getName() + ", " + (method.isServerStreaming() ? "stream " : "")
                    + method.getOutputType().getName());
        }
        Map<String, String> described = new TreeMap<>();
        for (String section : List.of("Changes", "Reads", "Mounts, quotas, snapshots", "Streams")) {
            for (List<String> row : page.section(section).table("RPC", "request", "response", "reasons")) {
                described.put(Page.plain(row.get(0)), Page.plain(row.get(1)) + ", " + Page.plain(row.get(2)));
                for (String reason : Page.code(row.get(3))) {
                    Reason.valueOf(reason);
                }
            }
        }
        assertEquals(expected, described);
    }

    @Test
    void aPipelineTakesEveryCallThatIsNoStream() {
        long unary = service.getMethods().stream().filter(m -> !m.isServerStreaming()).count();
        assertEquals(unary, PipelineCall.getDescriptor().getOneofs().getFirst().getFieldCount());
    }

    @Test
    void everyReasonIsListedAsItTravels() {
        Map<String, List<String>> expected = new TreeMap<>();
        for (Reason reason : Reason.values()) {
            expected.put(reason.name(), List.of(WireErrors.code(reason).name(), SqlState.of(reason).code(),
                    reason.retryable() ? "yes" : "no"));
        }
        Map<String, List<String>> described = new TreeMap<>();
        for (List<String> row : page.table("reason", "gRPC status", "SQLSTATE", "retryable", "when")) {
            described.put(Page.plain(row.get(0)),
                    List.of(Page.plain(row.get(1)), Page.plain(row.get(2)), row.get(3)));
        }
        assertEquals(expected, described);
    }

    @Test
    void everyLimitOfTheServerIsListedWithItsDefault() throws ReflectiveOperationException {
        Set<String> expected = new TreeSet<>();
        for (RecordComponent option : GrpcServerOptions.class.getRecordComponents()) {
            expected.add(option.getName() + " = " + option.getAccessor().invoke(GrpcServerOptions.defaults()));
        }
        Set<String> described = new TreeSet<>();
        page.map(0, 1, "option", "default", "what it bounds")
                .forEach((option, value) -> described.add(option + " = " + value.replace(",", "")));
        assertEquals(expected, described);
    }
}

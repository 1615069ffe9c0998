package io.nokv.fsmeta.grpc;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.CreateRequest;
import io.nokv.proto.fsmeta.v1.GetAttrRequest;
import io.nokv.proto.fsmeta.v1.LookupRequest;
import io.nokv.proto.fsmeta.v1.NewInodeSpec;
import io.nokv.proto.fsmeta.v1.PipelineCall;
import io.nokv.proto.fsmeta.v1.PipelineReply;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import io.nokv.proto.fsmeta.v1.RenameRequest;
import io.nokv.proto.fsmeta.v1.RequestId;
import io.nokv.proto.fsmeta.v1.SetQuotaRequest;
import io.nokv.proto.fsmeta.v1.TransactRequest;
import io.nokv.proto.fsmeta.v1.TransactStep;
import io.nokv.proto.fsmeta.v1.WatchSubtreeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is no request never reaches the namespace; what goes wrong inside says nothing of the server's insides. */
class BadInputTest {
    private final RecordingNamespace namespace = new RecordingNamespace();
    private final Served served = new Served(namespace);

    @AfterEach
    void close() {
        served.close();
    }

    /** Asks both ways; both must refuse alike and the namespace must not hear of it. */
    private <Q, R> String refused(Reason reason, Rpc<Q, R> rpc, Q request) throws InterruptedException {
        StatusRuntimeException unary = assertThrows(StatusRuntimeException.class, () -> served.unary(rpc, request));
        NamespaceException said = WireErrors.exception(unary.getStatus(), unary.getTrailers());
        assertNotNull(said, unary::toString);
        assertEquals(reason, said.reason(), said::getMessage);
        PipelineReply reply = served.pipelined(rpc, request);
        assertEquals(reason.name(), reply.getError().getReason());
        assertEquals(said.getMessage(), reply.getError().getMessage());
        assertEquals(unary.getStatus().getCode().value(), reply.getError().getCode());
        assertTrue(namespace.calls.isEmpty(), namespace.calls::toString);
        return said.getMessage();
    }

    private static LookupRequest lookup(ByteString name) {
        return LookupRequest.newBuilder().setMount(MOUNT).setParent(ROOT).setName(name).build();
    }

    @Test
    void bytesThatAreNoNameAreRefusedByName() throws InterruptedException {
        for (String bad : List.of("", ".", "..", "a/b", "/", "a\0b", "\0")) {
            String message = refused(Reason.INVALID_NAME, Rpc.LOOKUP, lookup(ByteString.copyFromUtf8(bad)));
            assertFalse(message.isEmpty());
        }
        refused(Reason.NAME_TOO_LONG, Rpc.LOOKUP, lookup(ByteString.copyFrom(filled(256))));
        refused(Reason.NAME_TOO_LONG, Rpc.LOOKUP, lookup(ByteString.copyFrom(filled(100_000))));
    }

    @Test
    void everyByteStringThatIsANameArrivesAsItIs() {
        List<byte[]> names = new ArrayList<>(List.of(filled(254), filled(255), new byte[]{(byte) 0xff}, new byte[]{1},
                new byte[]{'.', '.', '.'}, new byte[]{'.', 'a'}, new byte[]{(byte) 0xc3, 0x28}));
        namespace.answer(_ -> Samples.entry(ROOT, "x", 1));
        for (byte[] name : names) {
            namespace.calls.clear();
            served.unary(Rpc.LOOKUP, lookup(ByteString.copyFrom(name)));
            assertEquals(io.nokv.fsmeta.api.FileName.of(name), namespace.calls.remove().arguments().get(2));
        }
    }

    private static byte[] filled(int length) {
        byte[] out = new byte[length];
        java.util.Arrays.fill(out, (byte) 0xfe);
        return out;
    }

    @Test
    void valuesOfEnumsThatThisServerDoesNotKnowAreRefused() throws InterruptedException {
        CreateRequest.Builder create = CreateRequest.newBuilder().setMount(MOUNT).setParent(ROOT)
                .setName(ByteString.copyFromUtf8("f"));
        for (int type : new int[]{8, 99, -1}) {
            String message = refused(Reason.INVALID_ARGUMENT, Rpc.CREATE,
                    create.setInode(NewInodeSpec.newBuilder().setTypeValue(type)).build());
            assertTrue(message.contains(Integer.toString(type)), message);
        }
        refused(Reason.INVALID_ARGUMENT, Rpc.CREATE, create.clearInode().build());
        RenameRequest.Builder rename = RenameRequest.newBuilder().setMount(MOUNT)
                .setFromName(ByteString.copyFromUtf8("a")).setToName(ByteString.copyFromUtf8("b"));
        for (int mode : new int[]{0, 4, -7}) {
            refused(Reason.INVALID_ARGUMENT, Rpc.RENAME, rename.setModeValue(mode).build());
            refused(Reason.INVALID_ARGUMENT, Rpc.RENAME_SUBTREE, rename.build());
        }
    }

    @Test
    void aRequestNamesItsMount() throws InterruptedException {
        refused(Reason.INVALID_ARGUMENT, Rpc.GET_ATTR, GetAttrRequest.newBuilder().setInode(ROOT).build());
        refused(Reason.INVALID_ARGUMENT, Rpc.SET_QUOTA, SetQuotaRequest.newBuilder().setScope(ROOT).build());
    }

    @Test
    void stepsOfATransactionAreWhole() throws InterruptedException {
        for (TransactStep bad : List.of(TransactStep.getDefaultInstance(),
                TransactStep.newBuilder().setGetAttr(GetAttrRequest.newBuilder().setMount(MOUNT).setVersion(3)).build(),
                TransactStep.newBuilder().setCreate(CreateRequest.newBuilder().setMount(MOUNT)
                        .setName(ByteString.copyFromUtf8("f")).setInode(NewInodeSpec.newBuilder().setTypeValue(1))
                        .setRequestId(RequestId.newBuilder().setLow(1))).build())) {
            TransactStep good = TransactStep.newBuilder().setGetAttr(GetAttrRequest.newBuilder().setMount(MOUNT))
                    .build();
            String message = refused(Reason.INVALID_ARGUMENT, Rpc.TRANSACT,
                    TransactRequest.newBuilder().addSteps(good).addSteps(bad).build());
            assertTrue(message.startsWith("step 1 "), message);
        }
    }

    @Test
    void aRecursiveWatchIsRefusedClearly() {
        StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, () -> served.stub().watchSubtree(
                WatchSubtreeRequest.newBuilder().setMount(MOUNT).setDirectory(ROOT).setRecursive(true).build())
                .next());
        assertEquals(Status.Code.UNIMPLEMENTED, refusal.getStatus().getCode());
        assertEquals(Reason.UNSUPPORTED,
                WireErrors.exception(refusal.getStatus(), refusal.getTrailers()).reason());
        assertTrue(namespace.calls.isEmpty());
    }

    @Test
    void anEmptyCallOfAPipelineIsRefusedAndTheOthersGoOn() throws InterruptedException {
        namespace.answer(_ -> 5L);
        RawPipeline pipeline = served.pipeline();
        pipeline.send(PipelineRequest.newBuilder().addCalls(PipelineCall.newBuilder().setId(1))
                .addCalls(Rpc.GET_READ_VERSION.call(2,
                        io.nokv.proto.fsmeta.v1.GetReadVersionRequest.getDefaultInstance()))
                .build());
        pipeline.send(PipelineRequest.getDefaultInstance());
        PipelineReply one = pipeline.reply();
        PipelineReply other = pipeline.reply();
        PipelineReply refused = one.getId() == 1 ? one : other;
        PipelineReply answered = one.getId() == 1 ? other : one;
        assertEquals("INVALID_ARGUMENT", refused.getError().getReason());
        assertEquals(5, answered.getReadVersion().getVersion());
        assertTrue(pipeline.finish().status().isOk());
    }

    @Test
    void failuresOfTheStoreAndBugsShowNeitherPathsNorClasses() throws InterruptedException {
        Map<RuntimeException, Reason> failures = Map.of(
                new NokvException(FailureCode.IO_ERROR, "/secret/data/000012.sst: EIO"), Reason.IO_ERROR,
                new NokvException(FailureCode.CORRUPTION, "/secret/data/000012.sst at 77"), Reason.CORRUPTION,
                new NokvException(FailureCode.CLOSED, "engine at /secret/data"), Reason.CLOSED,
                new NamespaceException(Reason.NO_SPACE, "/secret/data is full"), Reason.NO_SPACE,
                new IllegalStateException("io.nokv.secret.Thing is null"), Reason.INTERNAL);
        failures.forEach((failure, reason) -> {
            namespace.answer(_ -> {
                throw failure;
            });
            NamespaceException seen = assertThrows(NamespaceException.class,
                    () -> served.client(true).getAttr(MOUNT, ROOT, 0));
            assertEquals(reason, seen.reason());
            assertFalse(seen.getMessage().contains("secret"), seen::getMessage);
            assertTrue(seen.getMessage().matches(".* incident [0-9a-f]{16}"), seen::getMessage);
        });
    }

    @Test
    void refusalsOfTheStoreKeepTheirWords() {
        namespace.answer(_ -> {
            throw new NokvException(FailureCode.VERSION_TOO_OLD, "version 5 is below the safe point 9");
        });
        NamespaceException seen = assertThrows(NamespaceException.class,
                () -> served.client(false).getAttr(MOUNT, ROOT, 5));
        assertEquals(Reason.VERSION_TOO_OLD, seen.reason());
        assertEquals("version 5 is below the safe point 9", seen.getMessage());
    }

    @Test
    void aMessageOfTheLongestKindGetsThrough() {
        String longest = "\u20ac".repeat(20_000);
        namespace.answer(_ -> {
            throw new NamespaceException(Reason.NOT_FOUND, longest);
        });
        for (boolean pipelined : new boolean[]{true, false}) {
            NamespaceException seen = assertThrows(NamespaceException.class,
                    () -> served.client(pipelined).getAttr(MOUNT, ROOT, 5));
            assertEquals(Reason.NOT_FOUND, seen.reason());
            assertTrue(longest.startsWith(seen.getMessage().substring(0, 300)));
        }
        StatusRuntimeException plain = assertThrows(StatusRuntimeException.class, () -> served.unary(Rpc.GET_ATTR,
                GetAttrRequest.newBuilder().setMount(MOUNT).build()));
        assertEquals(Status.Code.NOT_FOUND, plain.getStatus().getCode());
    }
}

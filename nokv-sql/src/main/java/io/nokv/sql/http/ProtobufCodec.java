package io.nokv.sql.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.ProtobufTranslation;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.TypedValue;

/** Avatica's protobuf. Executions are read, and rows are written, by hand; the rest is Avatica's own translation. */
final class ProtobufCodec implements WireCodec {
    static final ProtobufCodec INSTANCE = new ProtobufCodec();

    private static final String EXECUTE = Requests.ExecuteRequest.class.getName();

    private final ProtobufTranslation translation = new ProtobufTranslationImpl();

    private ProtobufCodec() {}

    @Override
    public Service.Request decode(byte[] body) throws IOException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(body).newCodedInput();
        in.enableAliasing(true);
        Common.WireMessage message = Common.WireMessage.parseFrom(in);
        return message.getName().equals(EXECUTE)
                ? execute(message.getWrappedMessage())
                : translation.parseRequest(body);
    }

    private static Service.Request execute(ByteString bytes) throws IOException {
        Requests.ExecuteRequest message = Requests.ExecuteRequest.parseFrom(bytes);
        List<TypedValue> values = new ArrayList<>(message.getParameterValuesCount());
        for (Common.TypedValue value : message.getParameterValuesList()) {
            values.add(value.getImplicitlyNull() ? null : TypedValue.fromProto(value));
        }
        Common.StatementHandle handle = message.getStatementHandle();
        return new Service.ExecuteRequest(new Meta.StatementHandle(handle.getConnectionId(), handle.getId(), null),
                values, message.getFirstFrameMaxSize());
    }

    @Override
    public byte[] encode(Service.Response response) throws IOException {
        return switch (response) {
            case Service.FetchResponse fetch when fetch.frame != null -> LeanFrames.encode(fetch);
            case Service.ExecuteResponse execute when LeanFrames.suits(execute) -> LeanFrames.encode(execute);
            default -> translation.serializeResponse(response);
        };
    }

    @Override
    public String contentType() {
        return "application/octet-stream";
    }
}

package io.nokv.sql.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.remote.Service;

/** Avatica's JSON. Reads as leniently as Avatica does, within limits of depth and number length. */
final class JsonCodec implements WireCodec {
    static final JsonCodec INSTANCE = new JsonCodec();

    private static final int MAX_DEPTH = 64;
    private static final int MAX_STRING_CHARS = 64 << 20;

    private final ObjectMapper reader = new ObjectMapper();
    private final ObjectMapper writer = new ObjectMapper();

    /** A handle without what it may carry: the server has its own signature of every statement. */
    @JsonIgnoreProperties(value = "signature", allowGetters = true)
    private interface HandleWithoutSignature {}

    private static final class NoClasses extends JsonDeserializer<Class<?>> {
        @Override
        public Class<?> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            throw new IOException("a request cannot name a class");
        }
    }

    private JsonCodec() {
        reader.configure(JsonParser.Feature.ALLOW_UNQUOTED_FIELD_NAMES, true);
        reader.configure(JsonParser.Feature.ALLOW_SINGLE_QUOTES, true);
        reader.configure(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, true);
        reader.getFactory().setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(1_000).maxStringLength(MAX_STRING_CHARS).build());
        reader.addMixIn(Meta.StatementHandle.class, HandleWithoutSignature.class);
        SimpleModule module = new SimpleModule();
        module.addDeserializer(Class.class, new NoClasses());
        reader.registerModule(module);
    }

    @Override
    public Service.Request decode(byte[] body) throws IOException {
        return reader.readValue(body, Service.Request.class);
    }

    @Override
    public byte[] encode(Service.Response response) throws IOException {
        return writer.writeValueAsBytes(response);
    }

    @Override
    public String contentType() {
        return "application/json;charset=utf-8";
    }
}

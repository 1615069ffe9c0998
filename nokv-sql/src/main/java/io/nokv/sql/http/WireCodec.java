package io.nokv.sql.http;

import java.io.IOException;
import org.apache.calcite.avatica.remote.Service;

/** One of the two serialisations of Avatica's messages. Thread-safe. */
interface WireCodec {
    /** IOException or a RuntimeException when the bytes are no request. */
    Service.Request decode(byte[] body) throws IOException;

    byte[] encode(Service.Response response) throws IOException;

    String contentType();

    /** By the first byte of the request. An empty body counts as JSON. */
    static WireCodec of(byte[] body) {
        return body.length == 0 || body[0] == '{' || Character.isWhitespace(body[0]) && body[0] != 0x0A
                ? JsonCodec.INSTANCE
                : ProtobufCodec.INSTANCE;
    }
}

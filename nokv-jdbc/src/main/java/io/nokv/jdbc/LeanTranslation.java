package io.nokv.jdbc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;

/**
 * Avatica's protobuf, with answers that carry rows read by hand: Avatica builds four objects and asks for several field
 * descriptors per value. What is not as our server writes it (arrays, values of a client before 1.5, types that do not
 * occur in rows) is left to Avatica. Gives the same objects as Avatica does. Thread-safe.
 */
final class LeanTranslation extends ProtobufTranslationImpl {
    private static final String FETCH = Responses.FetchResponse.class.getName();
    private static final String EXECUTE = Responses.ExecuteResponse.class.getName();

    /** A message that Avatica is to read. */
    private static final class NotLean extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final NotLean INSTANCE = new NotLean();

        private NotLean() {
            super(null, null, false, false);
        }
    }

    private static int field(int number, int type) {
        return number << 3 | type;
    }

    @Override
    public Service.Response parseResponse(byte[] bytes) throws IOException {
        Service.Response response = lean(bytes);
        return response == null ? super.parseResponse(bytes) : response;
    }

    /** Null for what Avatica is to read, or to refuse. */
    static Service.Response lean(byte[] bytes) throws IOException {
        try {
            return read(new WireReader(bytes));
        } catch (NotLean | WireReader.Malformed e) {
            return null;
        }
    }

    /** Null when it carries no rows. */
    private static Service.Response read(WireReader in) throws IOException {
        if (in.tag() != field(1, WireReader.BYTES)) {
            return null;
        }
        String name = in.text();
        boolean fetch = name.equals(FETCH);
        if (!fetch && !name.equals(EXECUTE) || in.tag() != field(2, WireReader.BYTES)) {
            return null;
        }
        int outer = in.enter();
        Service.Response response = fetch ? fetched(in) : executed(in);
        in.leave(outer);
        return in.tag() == 0 ? response : null;
    }

    private static Service.Response fetched(WireReader in) {
        if (in.tag() != field(1, WireReader.BYTES)) {
            throw NotLean.INSTANCE;
        }
        Meta.Frame frame = frame(in);
        if (in.tag() != 0) {
            throw NotLean.INSTANCE;
        }
        return new Service.FetchResponse(frame, false, false, null);
    }

    private static Service.Response executed(WireReader in) throws IOException {
        List<Service.ResultSetResponse> results = new ArrayList<>(1);
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (tag != field(1, WireReader.BYTES)) {
                throw NotLean.INSTANCE;
            }
            results.add(result(in));
        }
        return new Service.ExecuteResponse(results, false, null);
    }

    private static Service.ResultSetResponse result(WireReader in) throws IOException {
        String connectionId = null;
        int statementId = 0;
        boolean ownStatement = false;
        Meta.Signature signature = null;
        Meta.Frame frame = null;
        long updateCount = 0;
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | WireReader.BYTES -> connectionId = in.text();
                case 2 << 3 -> statementId = (int) in.varint();
                case 3 << 3 -> ownStatement = in.varint() != 0;
                case 4 << 3 | WireReader.BYTES ->
                    signature = Meta.Signature.fromProto(Common.Signature.parseFrom(in.copy()));
                case 5 << 3 | WireReader.BYTES -> frame = frame(in);
                case 6 << 3 -> updateCount = in.varint();
                default -> throw NotLean.INSTANCE;
            }
        }
        in.leave(outer);
        if (connectionId == null || signature == null || frame == null) {
            throw NotLean.INSTANCE;
        }
        return new Service.ResultSetResponse(connectionId, statementId, ownStatement, signature, frame, updateCount,
                null);
    }

    private static Meta.Frame frame(WireReader in) {
        long offset = 0;
        boolean done = false;
        List<Object> rows = new ArrayList<>(1_024);
        int columns = 8;
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 -> offset = in.varint();
                case 2 << 3 -> done = in.varint() != 0;
                case 3 << 3 | WireReader.BYTES -> {
                    List<Object> row = row(in, columns);
                    columns = row.size();
                    rows.add(row);
                }
                default -> throw NotLean.INSTANCE;
            }
        }
        in.leave(outer);
        return new Meta.Frame(offset, done, rows);
    }

    private static List<Object> row(WireReader in, int columns) {
        List<Object> row = new ArrayList<>(columns);
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (tag != field(1, WireReader.BYTES)) {
                throw NotLean.INSTANCE;
            }
            int column = in.enter();
            if (in.tag() != field(4, WireReader.BYTES)) {
                throw NotLean.INSTANCE;
            }
            row.add(value(in));
            if (in.tag() != 0) {
                throw NotLean.INSTANCE;
            }
            in.leave(column);
        }
        in.leave(outer);
        return row;
    }

    /** A value comes after its type, as every writer puts fields in the order of their numbers. */
    private static Object value(WireReader in) {
        int outer = in.enter();
        if (in.tag() != field(1, WireReader.VARINT)) {
            throw NotLean.INSTANCE;
        }
        int rep = (int) in.varint();
        int tag = in.tag();
        Object value = switch (rep) {
            case Common.Rep.STRING_VALUE -> {
                require(tag, 3, WireReader.BYTES);
                yield in.text();
            }
            case Common.Rep.LONG_VALUE -> {
                require(tag, 4, WireReader.VARINT);
                yield in.zigZag();
            }
            case Common.Rep.INTEGER_VALUE -> {
                require(tag, 4, WireReader.VARINT);
                yield (int) in.zigZag();
            }
            case Common.Rep.SHORT_VALUE -> {
                require(tag, 4, WireReader.VARINT);
                yield (short) in.zigZag();
            }
            case Common.Rep.BOOLEAN_VALUE -> {
                require(tag, 2, WireReader.VARINT);
                yield in.varint() != 0;
            }
            case Common.Rep.DOUBLE_VALUE -> {
                require(tag, 6, WireReader.FIXED64);
                yield in.fixed64();
            }
            case Common.Rep.NULL_VALUE -> {
                require(tag, 7, WireReader.VARINT);
                in.varint();
                yield null;
            }
            default -> throw NotLean.INSTANCE;
        };
        if (in.tag() != 0) {
            throw NotLean.INSTANCE;
        }
        in.leave(outer);
        return value;
    }

    private static void require(int tag, int number, int type) {
        if (tag != field(number, type)) {
            throw NotLean.INSTANCE;
        }
    }
}

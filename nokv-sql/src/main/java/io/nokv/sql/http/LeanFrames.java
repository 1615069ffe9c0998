package io.nokv.sql.http;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.Service;

/**
 * Writes answers that carry rows without building protobuf objects, each value once: Avatica's own translation writes
 * every scalar twice, for clients older than 1.5 of 2015. The stock client decodes the same rows from both.
 *
 * <p>
 * Field numbers are those of Avatica's common.proto and responses.proto; the tests decode what is written here with
 * Avatica's parser.
 */
final class LeanFrames {
    private static final byte[] FETCH_NAME = Responses.FetchResponse.class.getName().getBytes(StandardCharsets.UTF_8);
    private static final byte[] EXECUTE_NAME = Responses.ExecuteResponse.class.getName()
            .getBytes(StandardCharsets.UTF_8);

    /** Cells of the row being written, in the form in which their size is known. */
    private Object[] cells = new Object[16];
    private int[] sizes = new int[16];

    private LeanFrames() {}

    /** Whether every result of it has rows. */
    static boolean suits(Service.ExecuteResponse response) {
        if (response.missingStatement || response.results == null || response.rpcMetadata != null) {
            return false;
        }
        for (Service.ResultSetResponse r : response.results) {
            if (r.firstFrame == null || r.signature == null || r.rpcMetadata != null) {
                return false;
            }
        }
        return true;
    }

    static byte[] encode(Service.FetchResponse response) throws IOException {
        byte[] frame = new LeanFrames().frame(response.frame);
        return wire(FETCH_NAME, out -> out.writeByteArray(1, frame));
    }

    static byte[] encode(Service.ExecuteResponse response) throws IOException {
        return wire(EXECUTE_NAME, out -> {
            for (Service.ResultSetResponse r : response.results) {
                out.writeByteArray(1, result(r));
            }
        });
    }

    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(int sizeHint, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(sizeHint);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 4_096);
        body.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] wire(byte[] name, Body body) throws IOException {
        byte[] wrapped = message(256, body);
        return message(wrapped.length + 96, out -> {
            out.writeByteArray(1, name);
            out.writeByteArray(2, wrapped);
        });
    }

    private static byte[] result(Service.ResultSetResponse r) throws IOException {
        byte[] frame = new LeanFrames().frame(r.firstFrame);
        Common.Signature signature = r.signature.toProto();
        return message(frame.length + 512, out -> {
            out.writeString(1, r.connectionId);
            out.writeUInt32(2, r.statementId);
            out.writeBool(3, r.ownStatement);
            out.writeMessage(4, signature);
            out.writeByteArray(5, frame);
            out.writeUInt64(6, r.updateCount);
        });
    }

    private byte[] frame(Meta.Frame frame) throws IOException {
        return message(4_096, out -> {
            out.writeUInt64(1, frame.offset);
            out.writeBool(2, frame.done);
            for (Object row : frame.rows) {
                row(out, (List<?>) row);
            }
        });
    }

    private void row(CodedOutputStream out, List<?> row) throws IOException {
        int columns = row.size();
        if (cells.length < columns) {
            cells = new Object[columns];
            sizes = new int[columns];
        }
        int rowSize = 0;
        for (int i = 0; i < columns; i++) {
            Object cell = sized(row.get(i));
            int size = valueSize(cell);
            int column = 1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
            cells[i] = cell;
            sizes[i] = size;
            rowSize += 1 + CodedOutputStream.computeUInt32SizeNoTag(column) + column;
        }
        out.writeTag(3, 2);
        out.writeUInt32NoTag(rowSize);
        for (int i = 0; i < columns; i++) {
            int size = sizes[i];
            out.writeTag(1, 2);
            out.writeUInt32NoTag(1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size);
            out.writeTag(4, 2);
            out.writeUInt32NoTag(size);
            value(out, cells[i]);
        }
    }

    /** Text as its bytes, so that it is encoded once. */
    private record Text(byte[] utf8, Common.Rep rep) {}

    private static Object sized(Object value) {
        return switch (value) {
            case String s -> new Text(s.getBytes(StandardCharsets.UTF_8), Common.Rep.STRING);
            case BigDecimal d -> new Text(d.toString().getBytes(StandardCharsets.UTF_8), Common.Rep.BIG_DECIMAL);
            case null, default -> value;
        };
    }

    private static int valueSize(Object cell) {
        return switch (cell) {
            case null -> CodedOutputStream.computeEnumSize(1, Common.Rep.NULL_VALUE) + 2;
            case Text t -> CodedOutputStream.computeEnumSize(1, t.rep.getNumber())
                    + CodedOutputStream.computeByteArraySize(3, t.utf8);
            case Integer i -> CodedOutputStream.computeEnumSize(1, Common.Rep.INTEGER_VALUE)
                    + CodedOutputStream.computeSInt64Size(4, i);
            case Long l -> CodedOutputStream.computeEnumSize(1, Common.Rep.LONG_VALUE)
                    + CodedOutputStream.computeSInt64Size(4, l);
            case Short s -> CodedOutputStream.computeEnumSize(1, Common.Rep.SHORT_VALUE)
                    + CodedOutputStream.computeSInt64Size(4, s);
            case Boolean _ -> CodedOutputStream.computeEnumSize(1, Common.Rep.BOOLEAN_VALUE) + 2;
            case Double _ -> CodedOutputStream.computeEnumSize(1, Common.Rep.DOUBLE_VALUE) + 9;
            case byte[] b -> CodedOutputStream.computeEnumSize(1, Common.Rep.BYTE_STRING_VALUE)
                    + CodedOutputStream.computeByteArraySize(5, b);
            default -> throw new IllegalStateException("no wire form for " + cell.getClass().getSimpleName());
        };
    }

    private static void value(CodedOutputStream out, Object cell) throws IOException {
        switch (cell) {
            case null -> {
                out.writeEnum(1, Common.Rep.NULL_VALUE);
                out.writeBool(7, true);
            }
            case Text t -> {
                out.writeEnum(1, t.rep.getNumber());
                out.writeByteArray(3, t.utf8);
            }
            case Integer i -> {
                out.writeEnum(1, Common.Rep.INTEGER_VALUE);
                out.writeSInt64(4, i);
            }
            case Long l -> {
                out.writeEnum(1, Common.Rep.LONG_VALUE);
                out.writeSInt64(4, l);
            }
            case Short s -> {
                out.writeEnum(1, Common.Rep.SHORT_VALUE);
                out.writeSInt64(4, s);
            }
            case Boolean b -> {
                out.writeEnum(1, Common.Rep.BOOLEAN_VALUE);
                out.writeBool(2, b);
            }
            case Double d -> {
                out.writeEnum(1, Common.Rep.DOUBLE_VALUE);
                out.writeDouble(6, d);
            }
            case byte[] b -> {
                out.writeEnum(1, Common.Rep.BYTE_STRING_VALUE);
                out.writeByteArray(5, b);
            }
            default -> throw new IllegalStateException("no wire form for " + cell.getClass().getSimpleName());
        }
    }
}

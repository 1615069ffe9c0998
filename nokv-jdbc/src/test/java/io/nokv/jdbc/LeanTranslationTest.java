package io.nokv.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.junit.jupiter.api.Test;

/** What is read by hand is what Avatica reads from the same bytes; what cannot be read by hand is left to it. */
class LeanTranslationTest {
    private static final long SEED = Long.getLong("nokv.seed", new Random().nextLong() & 0xFFFF_FFFFL);
    private static final String REPLAY = "replay: mvn -o -pl nokv-jdbc test -Dtest=LeanTranslationTest -Dnokv.seed="
            + SEED;

    private final Random random = new Random(SEED);

    private Common.TypedValue value() {
        Common.TypedValue.Builder value = Common.TypedValue.newBuilder();
        return switch (random.nextInt(8)) {
            case 0 -> value.setType(Common.Rep.STRING).setStringValue(text()).build();
            case 1 -> value.setType(Common.Rep.LONG).setNumberValue(random.nextLong()).build();
            case 2 -> value.setType(Common.Rep.LONG).setNumberValue(Long.MIN_VALUE).build();
            case 3 -> value.setType(Common.Rep.INTEGER).setNumberValue(random.nextInt()).build();
            case 4 -> value.setType(Common.Rep.SHORT).setNumberValue((short) (1 + random.nextInt(30_000))).build();
            case 5 -> value.setType(Common.Rep.BOOLEAN).setBoolValue(true).build();
            case 6 -> value.setType(Common.Rep.DOUBLE).setDoubleValue(random.nextDouble() - 0.5).build();
            default -> value.setType(Common.Rep.NULL).setNull(true).build();
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder("a");
        for (int i = random.nextInt(300); i > 0; i--) {
            text.appendCodePoint(random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(50) : 'a' + random.nextInt(26));
        }
        return text.toString();
    }

    private Common.Frame frame(int rows) {
        Common.Frame.Builder frame = Common.Frame.newBuilder().setOffset(1 + random.nextInt(1 << 30)).setDone(true);
        int columns = 1 + random.nextInt(20);
        for (int r = 0; r < rows; r++) {
            Common.Row.Builder row = Common.Row.newBuilder();
            for (int c = 0; c < columns; c++) {
                row.addValue(Common.ColumnValue.newBuilder().setScalarValue(value()));
            }
            frame.addRows(row);
        }
        return frame.build();
    }

    private static byte[] wire(Message message, Class<?> name) {
        return Common.WireMessage.newBuilder().setName(name.getName()).setWrappedMessage(message.toByteString()).build()
                .toByteArray();
    }

    private byte[] fetched(int rows) {
        return wire(Responses.FetchResponse.newBuilder().setFrame(frame(rows)).build(), Responses.FetchResponse.class);
    }

    private static List<Object> rows(Meta.Frame frame) {
        List<Object> rows = new ArrayList<>();
        frame.rows.forEach(rows::add);
        return rows;
    }

    private static void assertSame(Meta.Frame expected, Meta.Frame read) {
        assertEquals(expected.offset, read.offset, REPLAY);
        assertEquals(expected.done, read.done, REPLAY);
        assertEquals(rows(expected), rows(read), REPLAY);
    }

    @Test
    void fetchedRows() throws IOException {
        for (int rows = 0; rows < 200; rows++) {
            byte[] bytes = fetched(rows);
            Service.Response lean = LeanTranslation.lean(bytes);
            assertNotNull(lean, REPLAY);
            Service.FetchResponse stock = (Service.FetchResponse) new ProtobufTranslationImpl().parseResponse(bytes);
            assertSame(stock.frame, assertInstanceOf(Service.FetchResponse.class, lean).frame);
        }
    }

    @Test
    void rowsThatComeWithTheExecution() throws IOException {
        for (long updateCount : new long[]{-1, 5}) {
            Common.Signature signature = Common.Signature.newBuilder().setSql("SELECT 1")
                    .setCursorFactory(Common.CursorFactory.newBuilder().setStyle(Common.CursorFactory.Style.LIST))
                    .build();
            byte[] bytes = wire(Responses.ExecuteResponse.newBuilder()
                    .addResults(Responses.ResultSetResponse.newBuilder().setConnectionId("c").setStatementId(7)
                            .setOwnStatement(true).setSignature(signature).setFirstFrame(frame(50))
                            .setUpdateCount(updateCount))
                    .build(), Responses.ExecuteResponse.class);
            Service.ExecuteResponse lean = (Service.ExecuteResponse) LeanTranslation.lean(bytes);
            assertNotNull(lean, REPLAY);
            Service.ExecuteResponse stock = (Service.ExecuteResponse) new ProtobufTranslationImpl()
                    .parseResponse(bytes);
            Service.ResultSetResponse expected = stock.results.get(0);
            Service.ResultSetResponse read = lean.results.get(0);
            assertEquals(expected.connectionId, read.connectionId);
            assertEquals(expected.statementId, read.statementId);
            assertEquals(expected.ownStatement, read.ownStatement);
            assertEquals(expected.updateCount, read.updateCount);
            assertEquals(expected.signature, read.signature);
            assertSame(expected.firstFrame, read.firstFrame);
        }
    }

    @Test
    void whatIsNotLeanIsLeftToAvatica() throws IOException {
        Common.TypedValue binary = Common.TypedValue.newBuilder().setType(Common.Rep.BYTE_STRING)
                .setBytesValue(ByteString.copyFrom(new byte[]{1, -1})).build();
        byte[] bytes = wire(Responses.FetchResponse.newBuilder().setFrame(Common.Frame.newBuilder().addRows(
                Common.Row.newBuilder().addValue(Common.ColumnValue.newBuilder().setScalarValue(binary)))).build(),
                Responses.FetchResponse.class);
        assertNull(LeanTranslation.lean(bytes));
        Service.FetchResponse read = (Service.FetchResponse) new LeanTranslation().parseResponse(bytes);
        assertArrayEquals(new byte[]{1, -1}, (byte[]) ((List<?>) rows(read.frame).get(0)).get(0));
        byte[] commit = wire(Responses.CommitResponse.getDefaultInstance(), Responses.CommitResponse.class);
        assertNull(LeanTranslation.lean(commit));
        assertInstanceOf(Service.CommitResponse.class, new LeanTranslation().parseResponse(commit));
    }

    /** Cut or changed bytes never do more than make Avatica look at them. */
    @Test
    void damagedBytesAreNoMoreThanRefused() throws IOException {
        byte[] bytes = fetched(5);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = new byte[length];
            System.arraycopy(bytes, 0, cut, 0, length);
            assertNull(LeanTranslation.lean(cut), REPLAY);
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            LeanTranslation.lean(changed);
        }
    }
}

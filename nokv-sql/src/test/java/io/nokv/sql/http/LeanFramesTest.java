package io.nokv.sql.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.junit.jupiter.api.Test;

/** Our writer of rows against Avatica's own translation and parser. */
class LeanFramesTest {
    private static final ProtobufTranslationImpl AVATICA = new ProtobufTranslationImpl();

    private static Object value(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> null;
            case 1 -> random.nextInt();
            case 2 -> random.nextLong();
            case 3 -> random.nextDouble();
            case 4 -> random.nextBoolean();
            case 5 -> new BigDecimal(random.nextLong()).movePointLeft(random.nextInt(10));
            case 6 -> {
                byte[] bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case 7 -> (short) random.nextInt();
            default -> random.ints(random.nextInt(200), 1, 0x2_000).filter(c -> !Character.isSurrogate((char) c))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        };
    }

    private static Meta.Frame frame(Random random) {
        int columns = 1 + random.nextInt(30);
        List<Object> rows = new ArrayList<>();
        for (int r = random.nextInt(50); r > 0; r--) {
            Object[] row = new Object[columns];
            Arrays.setAll(row, _ -> value(random));
            rows.add(Arrays.asList(row));
        }
        return new Meta.Frame(random.nextInt(1_000_000), random.nextBoolean(), rows);
    }

    private static void same(Meta.Frame expected, Meta.Frame actual, String replay) {
        assertEquals(expected.done, actual.done, replay);
        assertEquals(expected.offset, actual.offset, replay);
        List<Object> expectedRows = new ArrayList<>();
        List<Object> actualRows = new ArrayList<>();
        expected.rows.forEach(expectedRows::add);
        actual.rows.forEach(actualRows::add);
        assertEquals(expectedRows.size(), actualRows.size(), replay);
        for (int i = 0; i < expectedRows.size(); i++) {
            assertArrayEquals(((List<?>) expectedRows.get(i)).toArray(), ((List<?>) actualRows.get(i)).toArray(),
                    replay);
        }
    }

    @Test
    void theStockParserReadsTheSameRowsFromOursAndFromItsOwn() throws IOException {
        long seed = Long.getLong("nokv.seed", System.nanoTime());
        Random random = new Random(seed);
        String replay = "replay with -Dtest=LeanFramesTest -Dnokv.seed=" + seed;
        long leanBytes = 0;
        long stockBytes = 0;
        for (int i = 0; i < 200; i++) {
            Meta.Frame frame = frame(random);
            Service.FetchResponse fetch = new Service.FetchResponse(frame, false, false, null);
            byte[] lean = LeanFrames.encode(fetch);
            byte[] stock = AVATICA.serializeResponse(fetch);
            Meta.Frame fromLean = ((Service.FetchResponse) AVATICA.parseResponse(lean)).frame;
            same(((Service.FetchResponse) AVATICA.parseResponse(stock)).frame, fromLean, replay);
            leanBytes += lean.length;
            stockBytes += stock.length;
            Meta.Signature signature = new Meta.Signature(
                    List.of(MetaImpl.columnMetaData("x", 0, String.class, true)), "SELECT ü", List.of(), Map.of(),
                    Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
            Service.ExecuteResponse execute = new Service.ExecuteResponse(
                    List.of(new Service.ResultSetResponse("id", 1 << 30, false, signature, frame, -1, null)), false,
                    null);
            Service.ExecuteResponse parsed = (Service.ExecuteResponse) AVATICA
                    .parseResponse(LeanFrames.encode(execute));
            Service.ResultSetResponse result = parsed.results.get(0);
            assertEquals("id", result.connectionId);
            assertEquals(1 << 30, result.statementId);
            assertEquals(-1, result.updateCount);
            assertEquals(signature, result.signature);
            same(fromLean, result.firstFrame, replay);
        }
        assertTrue(leanBytes * 10 < stockBytes * 6, leanBytes + " of " + stockBytes + " bytes, " + replay);
    }
}

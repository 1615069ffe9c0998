package io.nokv.sql.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.NameEscapes;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Text is ordered as the bytes it stands for; LIKE agrees with a regular expression. */
final class TextTest {
    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private String replay() {
        return "seed " + seed + "; replay with -Dtest=TextTest -Dnokv.seed=" + seed;
    }

    private String text(String alphabet, int most) {
        StringBuilder text = new StringBuilder();
        int[] points = alphabet.codePoints().toArray();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    @Test
    void escapedNamesSortAsTheirBytes() {
        byte[] alphabet = {'a', 'b', '\\', 'x', '5', 'c', (byte) 0xC3, (byte) 0xA4, (byte) 0xF0, (byte) 0x9F,
                (byte) 0xFF};
        for (int i = 0; i < 50_000; i++) {
            byte[] a = new byte[random.nextInt(5)];
            byte[] b = new byte[random.nextInt(5)];
            for (int j = 0; j < a.length; j++) {
                a[j] = alphabet[random.nextInt(alphabet.length)];
            }
            for (int j = 0; j < b.length; j++) {
                b[j] = alphabet[random.nextInt(alphabet.length)];
            }
            assertEquals(Integer.signum(Arrays.compareUnsigned(a, b)),
                    Integer.signum(TextOrder.compare(NameEscapes.escape(a), NameEscapes.escape(b))),
                    replay() + ": " + Arrays.toString(a) + " " + Arrays.toString(b));
        }
    }

    @Test
    void theOrderIsTotal() {
        for (int i = 0; i < 50_000; i++) {
            String a = text("ab\\x5cF\uFFFD\uD83D\uDE00", 8);
            String b = text("ab\\x5cF\uFFFD\uD83D\uDE00", 8);
            String c = text("ab\\x5cF\uFFFD\uD83D\uDE00", 8);
            int ab = Integer.signum(TextOrder.compare(a, b));
            assertEquals(-ab, Integer.signum(TextOrder.compare(b, a)), replay());
            assertEquals(a.equals(b), ab == 0, replay());
            if (ab < 0 && TextOrder.compare(b, c) < 0) {
                assertTrue(TextOrder.compare(a, c) < 0, replay() + ": " + a + " " + b + " " + c);
            }
        }
    }

    @Test
    void likeAgreesWithARegularExpression() {
        for (int i = 0; i < 50_000; i++) {
            String pattern = text("ab%_", 6);
            String text = text("ab\uD83D\uDE00", 6);
            StringBuilder regex = new StringBuilder();
            pattern.chars().forEach(c -> regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote("" + (char) c)));
            assertEquals(Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches(),
                    Like.of(pattern, null, false).matches(text), replay() + ": " + text + " LIKE " + pattern);
        }
    }

    @Test
    void likeDoesNotBacktrackWithoutEnd() {
        assertEquals(false, Like.of("%a".repeat(200) + "b", null, false).matches("a".repeat(20_000)));
    }

    @Test
    void numbersOfAllClassesCompareAndHashAlike() {
        Object[] ones = {1, 1L, 1.0, new java.math.BigDecimal("1.00")};
        for (Object a : ones) {
            for (Object b : ones) {
                assertTrue(Values.same(a, b));
                assertEquals(Values.hash(a), Values.hash(b));
            }
        }
        assertTrue(Values.compare(Long.MAX_VALUE, (double) Long.MAX_VALUE) < 0);
        assertEquals(0, Values.compare(0.0, -0.0));
        assertTrue(Values.same(0.0, -0.0));
        assertEquals(Values.hash(0.0), Values.hash(-0.0));
    }
}

package io.nokv.sql.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.fsmeta.api.FileName;
import io.nokv.sql.exec.KeyBounds.Part;
import io.nokv.sql.exec.KeyBounds.Span;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.TextOrder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every name or number that satisfies a condition lies in its ranges, and the exact ones hold nothing else. */
final class KeyRangesTest {
    private static final byte[] ALPHABET = {1, '.', '/' + 1, 'a', 'b', '\\', 'x', (byte) 0xC3, (byte) 0xBF,
            (byte) 0xFF};

    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private String replay() {
        return "seed " + seed + "; replay with -Dtest=KeyRangesTest -Dnokv.seed=" + seed;
    }

    private byte[] bytes(int most, boolean anything) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = anything && random.nextInt(8) == 0
                    ? (byte) (random.nextBoolean() ? 0 : '/')
                    : ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return bytes;
    }

    private FileName name() {
        while (true) {
            byte[] bytes = bytes(4, false);
            boolean dots = bytes.length > 0 && bytes.length < 3 && bytes[0] == '.' && bytes[bytes.length - 1] == '.';
            if (bytes.length > 0 && !dots) {
                return FileName.of(bytes);
            }
        }
    }

    @Test
    void theCeilingPartsNamesExactly() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bound = bytes(4, true);
            FileName ceiling = NameBounds.ceiling(bound);
            FileName name = name();
            boolean below = Arrays.compareUnsigned(name.bytes(), bound) < 0;
            assertEquals(below, ceiling == null || name.compareTo(ceiling) < 0,
                    replay() + ": " + Arrays.toString(bound));
            FileName above = NameBounds.above(bound);
            boolean notAbove = Arrays.compareUnsigned(name.bytes(), bound) <= 0;
            assertEquals(notAbove, above == null || name.compareTo(above) < 0,
                    replay() + ": " + Arrays.toString(bound));
            if (bound.length > 0) {
                FileName after = NameBounds.afterPrefix(bound);
                boolean past = Arrays.compareUnsigned(name.bytes(), bound) > 0
                        && !startsWith(name.bytes(), bound);
                assertEquals(past, after != null && name.compareTo(after) >= 0,
                        replay() + ": " + Arrays.toString(bound));
            }
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(Arrays.copyOf(bytes, prefix.length), prefix);
    }

    @Test
    void boundsLongerThanNamesAreCut() {
        byte[] longest = new byte[300];
        Arrays.fill(longest, (byte) 'a');
        FileName ceiling = NameBounds.ceiling(longest);
        assertEquals('b', ceiling.bytes()[254]);
        Arrays.fill(longest, (byte) 0xFF);
        assertEquals(null, NameBounds.ceiling(longest));
    }

    @Test
    void rangesOfTextHoldAllNamesThatCompareSo() {
        for (int i = 0; i < 20_000; i++) {
            List<Span> spans = new ArrayList<>();
            List<String[]> bounds = new ArrayList<>();
            for (int s = random.nextInt(3); s >= 0; s--) {
                String low = random.nextInt(4) == 0 ? null : name().escaped();
                String high = random.nextInt(4) == 0 ? null : name().escaped();
                spans.add(new Span(low == null ? null : constant(low), random.nextBoolean(),
                        high == null ? null : constant(high), random.nextBoolean(), false));
                bounds.add(new String[]{low, high});
            }
            KeyBounds all = new KeyBounds(List.of(Part.EVERY, Part.EVERY, new Part(spans)));
            List<KeyRanges.Names> ranges = KeyRanges.names(all, 2, null, null);
            FileName name = name();
            String text = name.escaped();
            boolean wanted = false;
            for (int s = 0; s < spans.size(); s++) {
                wanted |= inside(text, bounds.get(s)[0], spans.get(s).lowIncluded(), bounds.get(s)[1],
                        spans.get(s).highIncluded());
            }
            boolean held = ranges.stream().anyMatch(r -> r.point() != null
                    ? r.point().equals(name)
                    : (r.from() == null || r.from().compareTo(name) <= 0)
                            && (r.to() == null || name.compareTo(r.to()) < 0));
            boolean exact = bounds.stream().flatMap(Arrays::stream).noneMatch(b -> b != null && b.indexOf('\\') >= 0);
            assertEquals(true, held || !wanted, replay() + ": " + text + " lost");
            if (exact) {
                assertEquals(wanted, held, replay() + ": " + text);
            }
        }
    }

    private static boolean inside(String text, String low, boolean lowIncluded, String high, boolean highIncluded) {
        boolean above = low == null || TextOrder.compare(text, low) > 0
                || lowIncluded && TextOrder.compare(text, low) == 0;
        boolean below = high == null || TextOrder.compare(text, high) < 0
                || highIncluded && TextOrder.compare(text, high) == 0;
        return above && below;
    }

    private static Expr constant(Object value) {
        return (_, _) -> value;
    }

    @Test
    void rangesOfNumbersTakeFractionsAndAnySize() {
        for (int i = 0; i < 20_000; i++) {
            BigDecimal low = BigDecimal.valueOf(random.nextInt(80) - 20, 1);
            BigDecimal high = BigDecimal.valueOf(random.nextInt(80) - 20, 1);
            boolean lowIncluded = random.nextBoolean();
            boolean highIncluded = random.nextBoolean();
            Span span = new Span(constant(low), lowIncluded, constant(high), highIncluded, false);
            List<KeyRanges.Longs> ranges = KeyRanges.longs(new KeyBounds(List.of(Part.EVERY, new Part(List.of(span)))),
                    1,
                    null, null);
            for (long n = 0; n < 10; n++) {
                BigDecimal value = BigDecimal.valueOf(n);
                boolean wanted = (lowIncluded ? value.compareTo(low) >= 0 : value.compareTo(low) > 0)
                        && (highIncluded ? value.compareTo(high) <= 0 : value.compareTo(high) < 0);
                long number = n;
                assertEquals(wanted, ranges.stream().anyMatch(r -> r.from() <= number && number <= r.to()),
                        replay() + ": " + n + " in " + low + ".." + high);
            }
        }
        Span wide = new Span(constant(-1e300), true, constant(new BigDecimal("1e30")), true, false);
        assertEquals(List.of(KeyRanges.Longs.ALL),
                KeyRanges.longs(new KeyBounds(List.of(Part.EVERY, new Part(List.of(wide)))), 1, null, null));
    }

    @Test
    void onlyTheCanonicalTextIsTheName() {
        assertEquals(FileName.of(new byte[]{-1}), KeyRanges.nameShownAs("\\xff"));
        assertEquals(null, KeyRanges.nameShownAs("\\xFF"));
        assertEquals(null, KeyRanges.nameShownAs("a\\b"));
        assertEquals(null, KeyRanges.nameShownAs("\\x61"));
        assertEquals(null, KeyRanges.nameShownAs(""));
        assertEquals(null, KeyRanges.nameShownAs("a/b"));
        assertEquals(null, KeyRanges.nameShownAs("a".repeat(256)));
    }
}

package io.nokv.sql.exec;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.sql.expr.Expr;
import io.nokv.sql.expr.Frame;
import io.nokv.sql.expr.TextOrder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** {@link KeyBounds} with their expressions evaluated: sorted, without overlap. */
final class KeyRanges {
    /** Both ends included. */
    record Longs(long from, long to) {
        static final Longs ALL = new Longs(0, Long.MAX_VALUE);
    }

    /** {@code from} null: the start; {@code to} (excluded) null: the end. A point has {@code point} only. */
    record Names(FileName from, FileName to, FileName point) {
        static final Names ALL = new Names(null, null, null);
    }

    private KeyRanges() {}

    /** Texts of a part whose spans are points; null: all. */
    static List<String> texts(KeyBounds bounds, int part, Object[] row, Frame frame) {
        if (bounds.parts().size() <= part || bounds.parts().get(part) == KeyBounds.Part.EVERY) {
            return null;
        }
        List<KeyBounds.Span> spans = bounds.parts().get(part).spans();
        if (spans.size() == 1) {
            Object only = spans.getFirst().low().eval(row, frame);
            return only == null ? List.of() : List.of((String) only);
        }
        TreeSet<String> texts = new TreeSet<>(TextOrder::compare);
        for (KeyBounds.Span span : spans) {
            Object value = span.low().eval(row, frame);
            if (value != null) {
                texts.add((String) value);
            }
        }
        return List.copyOf(texts);
    }

    static List<Longs> longs(KeyBounds bounds, int part, Object[] row, Frame frame) {
        if (bounds.parts().size() <= part) {
            return List.of(Longs.ALL);
        }
        List<Longs> ranges = new ArrayList<>();
        for (KeyBounds.Span span : bounds.parts().get(part).spans()) {
            Longs range = range(span, row, frame);
            if (range != null) {
                ranges.add(range);
            }
        }
        if (ranges.size() < 2) {
            return ranges;
        }
        ranges.sort(Comparator.comparingLong(Longs::from));
        List<Longs> merged = new ArrayList<>(ranges.size());
        for (Longs range : ranges) {
            Longs last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && range.from <= last.to) {
                merged.set(merged.size() - 1, new Longs(last.from, Math.max(last.to, range.to)));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }

    private static Longs range(KeyBounds.Span span, Object[] row, Frame frame) {
        long from = 0;
        long to = Long.MAX_VALUE;
        if (span.low() != null) {
            Object low = span.low().eval(row, frame);
            if (low == null) {
                return null;
            }
            if (span.isPoint() && low instanceof Long point) {
                return point < 0 ? null : new Longs(point, point);
            }
            BigDecimal value = decimal(low);
            BigDecimal least = value.setScale(0, RoundingMode.CEILING);
            if (!span.lowIncluded() && least.compareTo(value) == 0) {
                least = least.add(BigDecimal.ONE);
            }
            if (least.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
                return null;
            }
            from = Math.max(0, least.max(BigDecimal.ZERO).longValueExact());
        }
        if (span.high() != null) {
            Object high = span.high().eval(row, frame);
            if (high == null) {
                return null;
            }
            BigDecimal value = decimal(high);
            BigDecimal most = value.setScale(0, RoundingMode.FLOOR);
            if (!span.highIncluded() && most.compareTo(value) == 0) {
                most = most.subtract(BigDecimal.ONE);
            }
            if (most.signum() < 0) {
                return null;
            }
            to = most.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
        }
        return from > to ? null : new Longs(from, to);
    }

    private static BigDecimal decimal(Object number) {
        return switch (number) {
            case BigDecimal d -> d;
            case Double d when Double.isNaN(d) || d > 1e19 -> new BigDecimal("1e19");
            case Double d when d < -1e19 -> new BigDecimal("-1e19");
            case Double d -> new BigDecimal(d);
            default -> BigDecimal.valueOf(((Number) number).longValue());
        };
    }

    static List<Names> names(KeyBounds bounds, int part, Object[] row, Frame frame) {
        if (bounds.parts().size() <= part) {
            return List.of(Names.ALL);
        }
        List<KeyBounds.Span> spans = bounds.parts().get(part).spans();
        if (bounds.parts().get(part).isPoints()) {
            return points(spans, row, frame);
        }
        List<Names> ranges = new ArrayList<>();
        for (KeyBounds.Span span : spans) {
            Names range = names(span, row, frame);
            if (range != null) {
                ranges.add(range);
            }
        }
        if (ranges.size() < 2) {
            return ranges;
        }
        ranges.sort((a, b) -> compareStarts(a.from, b.from));
        List<Names> merged = new ArrayList<>();
        for (Names range : ranges) {
            Names last = merged.isEmpty() ? null : merged.getLast();
            boolean overlaps = last != null && (last.to == null || range.from == null
                    || range.from.compareTo(last.to) <= 0);
            if (overlaps) {
                FileName to = last.to == null || range.to == null
                        ? null
                        : last.to.compareTo(range.to) >= 0 ? last.to : range.to;
                merged.set(merged.size() - 1, new Names(last.from, to, null));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }

    private static int compareStarts(FileName a, FileName b) {
        return a == null ? b == null ? 0 : -1 : b == null ? 1 : a.compareTo(b);
    }

    private static List<Names> points(List<KeyBounds.Span> spans, Object[] row, Frame frame) {
        if (spans.size() == 1) {
            FileName only = name(spans.getFirst().low(), row, frame);
            return only == null ? List.of() : List.of(new Names(null, null, only));
        }
        TreeSet<FileName> names = new TreeSet<>();
        for (KeyBounds.Span span : spans) {
            FileName name = name(span.low(), row, frame);
            if (name != null) {
                names.add(name);
            }
        }
        List<Names> points = new ArrayList<>(names.size());
        for (FileName name : names) {
            points.add(new Names(null, null, name));
        }
        return points;
    }

    private static FileName name(Expr text, Object[] row, Frame frame) {
        Object value = text.eval(row, frame);
        return value == null ? null : nameShownAs((String) value);
    }

    /** The name that SQL shows as exactly this text; null when no name is shown so. */
    static FileName nameShownAs(String text) {
        try {
            FileName name = FileName.of(TextOrder.bytes(text));
            return name.escaped().equals(text) ? name : null;
        } catch (NamespaceException _) {
            return null;
        }
    }

    private static Names names(KeyBounds.Span span, Object[] row, Frame frame) {
        FileName from = null;
        FileName to = null;
        if (span.low() != null) {
            Object low = span.low().eval(row, frame);
            if (low == null) {
                return null;
            }
            byte[] bytes = TextOrder.bytes((String) low);
            // Texts with escapes may differ from the name of the same bytes: include it, the residual decides.
            boolean included = span.lowIncluded() || ((String) low).indexOf('\\') >= 0;
            from = included ? NameBounds.ceiling(bytes) : NameBounds.above(bytes);
            if (from == null) {
                return null;
            }
            if (span.prefix()) {
                to = NameBounds.afterPrefix(bytes);
                return new Names(from, to, null);
            }
        }
        if (span.high() != null) {
            Object high = span.high().eval(row, frame);
            if (high == null) {
                return null;
            }
            byte[] bytes = TextOrder.bytes((String) high);
            boolean included = span.highIncluded() || ((String) high).indexOf('\\') >= 0;
            to = included ? NameBounds.above(bytes) : NameBounds.ceiling(bytes);
        }
        return from != null && to != null && from.compareTo(to) >= 0 ? null : new Names(from, to, null);
    }
}

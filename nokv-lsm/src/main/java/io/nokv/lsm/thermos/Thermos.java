package io.nokv.lsm.thermos;

import io.nokv.base.codec.Bytes;
import io.nokv.base.port.Clock;
import io.nokv.base.system.Stripe;
import io.nokv.lsm.Family;
import io.nokv.lsm.point.KeyHash;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PrefixRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** Watches keys; see the package. Thread-safe. */
public final class Thermos {
    private static final int STRIPES = 8;
    private static final int MOST_LIMITS = 32;
    private static final WriteLimit[] NO_LIMITS = {};

    /** What is counted. */
    private enum Kind {
        READ_KEYS, READ_PREFIXES, WRITTEN_KEYS, WRITTEN_PREFIXES
    }

    private final ThermosOptions options;
    private final KeyTails tails;
    private final KeyPrefixes prefixes;
    private final Clock clock;
    private final Part[] stripes = new Part[STRIPES];
    private final LongAdder samples = new LongAdder();
    private final LongAdder missed = new LongAdder();
    private final LongAdder delayed = new LongAdder();
    /** Replaced as a whole, under {@link #limitsLock}. */
    private volatile WriteLimit[] limits = NO_LIMITS;
    private final ReentrantLock limitsLock = new ReentrantLock();

    public Thermos(ThermosOptions options, KeyTails tails, KeyPrefixes prefixes, Clock clock) {
        this.options = options;
        this.tails = tails;
        this.prefixes = prefixes;
        this.clock = clock;
        for (int i = 0; options.isOn() && i < STRIPES; i++) {
            stripes[i] = new Part(options, clock.monotonicNanos());
        }
    }

    /** What some threads did. Fields are guarded by its lock. */
    private static final class Part {
        private final ReentrantLock lock = new ReentrantLock();
        private final Heat heat;
        private final HeavyHitters[] kinds = new HeavyHitters[Kind.values().length];

        Part(ThermosOptions options, long nowNanos) {
            heat = new Heat(options.halfLifeNanos(), nowNanos);
            for (int i = 0; i < kinds.length; i++) {
                kinds[i] = new HeavyHitters(options.counters());
            }
        }

        /** The weight of an operation now. */
        double begin(long nowNanos) {
            double factor = heat.rescale(nowNanos);
            if (factor != 1) {
                for (HeavyHitters kind : kinds) {
                    kind.scale(factor);
                }
            }
            return heat.weight(nowNanos);
        }

        void add(Kind kind, long hash, Family family, byte[] key, int keyBytes, double weight) {
            kinds[kind.ordinal()].add(hash, family, key, keyBytes, weight);
        }
    }

    /** Whether the operation with this number, counted by the thread's stripe, is to be looked at. */
    public boolean samples(long number) {
        int oneIn = options.sampleOneIn();
        long h = number * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 32) * 0x94D049BB133111EBL;
        return oneIn != 0 && (h >>> 32 & oneIn - 1) == 0;
    }

    /** A read of {@code key} that is a sample. */
    public void read(Family family, byte[] key) {
        note(Kind.READ_KEYS, Kind.READ_PREFIXES, family, key);
    }

    /** A write of {@code key} that is a sample; as one operation of a batch. */
    public void wrote(Family family, byte[] key) {
        note(Kind.WRITTEN_KEYS, Kind.WRITTEN_PREFIXES, family, key);
        if (options.writesPerSecond() > 0) {
            int head = tails.headBytes(family, key.length);
            judge(Kind.WRITTEN_KEYS, KeyHash.of(family, key, 0, head));
            int prefix = prefixBytes(family, key);
            if (prefix >= 0) {
                judge(Kind.WRITTEN_PREFIXES, KeyPrefixes.hash(family, key, 0, prefix));
            }
        }
    }

    /** A scan that is a sample, of keys that all begin with {@code common}. */
    public void scanned(Family family, byte[] common) {
        int prefix = prefixBytes(family, common);
        Part part = prefix < 0 ? null : enter();
        if (part != null) {
            try {
                double weight = part.begin(clock.monotonicNanos());
                part.add(Kind.READ_PREFIXES, KeyPrefixes.hash(family, common, 0, prefix), family, common, prefix,
                        weight);
            } finally {
                part.lock.unlock();
            }
        }
    }

    private Part enter() {
        Part part = stripes[Stripe.ofCurrentThread(STRIPES)];
        if (part.lock.tryLock()) {
            samples.increment();
            return part;
        }
        missed.increment();
        return null;
    }

    private void note(Kind keys, Kind beginnings, Family family, byte[] key) {
        Part part = enter();
        if (part == null) {
            return;
        }
        try {
            double weight = part.begin(clock.monotonicNanos());
            int head = tails.headBytes(family, key.length);
            part.add(keys, KeyHash.of(family, key, 0, head), family, key, head, weight);
            int prefix = prefixBytes(family, key);
            if (prefix >= 0) {
                part.add(beginnings, KeyPrefixes.hash(family, key, 0, prefix), family, key, prefix, weight);
            }
        } finally {
            part.lock.unlock();
        }
    }

    /** -1 when the key has no prefix. */
    private int prefixBytes(Family family, byte[] key) {
        PrefixRule rule = prefixes.of(family);
        if (!rule.isNone()) {
            return rule.length(key, 0, key.length);
        }
        int bytes = options.prefixBytes();
        return bytes == 0 || key.length < bytes ? -1 : bytes;
    }

    // ---- holding up writes ---------------------------------------------------------------------------------------

    /** Whether {@link #delay} may answer anything but 0. */
    public boolean limitsWrites() {
        return limits.length > 0;
    }

    /** How many nanoseconds a write of {@code key} is to wait first; it counts as let in. */
    public long delay(Family family, byte[] key) {
        long head = KeyHash.of(family, key, 0, tails.headBytes(family, key.length));
        int prefixBytes = prefixBytes(family, key);
        long prefix = prefixBytes < 0 ? head : KeyPrefixes.hash(family, key, 0, prefixBytes);
        long wait = 0;
        for (WriteLimit limit : limits) {
            if (limit.hash() == head || limit.hash() == prefix) {
                wait = Math.max(wait, limit.admit(clock.monotonicNanos()));
            }
        }
        if (wait > 0) {
            delayed.increment();
        }
        return wait;
    }

    /** Begins to limit what is written too often, and stops when it is written half as often as it may be. */
    private void judge(Kind kind, long hash) {
        double rate = perSecond(kind, hash);
        boolean limited = limit(hash) != null;
        if (limited ? rate >= options.writesPerSecond() / 2 : rate <= options.writesPerSecond()) {
            return;
        }
        limitsLock.lock();
        try {
            List<WriteLimit> changed = new ArrayList<>(List.of(limits));
            long now = clock.monotonicNanos();
            // What is not written any more is not judged any more either.
            changed.removeIf(limit -> limit.hash() == hash || limit.isIdle(now, 4 * options.halfLifeNanos()));
            if (!limited && changed.size() < MOST_LIMITS) {
                changed.add(new WriteLimit(hash, options.writesPerSecond(), options.longestDelayNanos(), now));
            }
            limits = changed.toArray(WriteLimit[]::new);
        } finally {
            limitsLock.unlock();
        }
    }

    private WriteLimit limit(long hash) {
        for (WriteLimit limit : limits) {
            if (limit.hash() == hash) {
                return limit;
            }
        }
        return null;
    }

    /** What is certain of it. */
    private double perSecond(Kind kind, long hash) {
        double sum = 0;
        long now = clock.monotonicNanos();
        for (Part part : stripes) {
            part.lock.lock();
            try {
                HeavyHitters.Counter counter = part.kinds[kind.ordinal()].find(hash);
                sum += counter == null ? 0 : part.heat.perSecond(counter.count() - counter.error(), now);
            } finally {
                part.lock.unlock();
            }
        }
        return sum * options.sampleOneIn();
    }

    // ---- what is hot ---------------------------------------------------------------------------------------------

    /** What is hottest now. */
    public HotSpots hottest() {
        return !options.isOn()
                ? HotSpots.NONE
                : new HotSpots(hottest(Kind.READ_KEYS), hottest(Kind.READ_PREFIXES), hottest(Kind.WRITTEN_KEYS),
                        hottest(Kind.WRITTEN_PREFIXES), samples.sum(), missed.sum(), delayed.sum(), limits.length);
    }

    private List<HotSpots.Spot> hottest(Kind kind) {
        TreeMap<Long, HotSpots.Spot> byHash = new TreeMap<>();
        long now = clock.monotonicNanos();
        for (Part part : stripes) {
            part.lock.lock();
            try {
                part.kinds[kind.ordinal()].forEach(counter -> byHash.merge(counter.hash(), spot(part, counter, now),
                        (a, b) -> new HotSpots.Spot(a.family(), a.key(), a.perSecond() + b.perSecond(),
                                a.tooHighBy() + b.tooHighBy())));
            } finally {
                part.lock.unlock();
            }
        }
        return byHash.values().stream().sorted(Comparator.comparingDouble(HotSpots.Spot::perSecond).reversed())
                .limit(HotSpots.SHOWN).toList();
    }

    private HotSpots.Spot spot(Part part, HeavyHitters.Counter counter, long now) {
        int oneIn = options.sampleOneIn();
        return new HotSpots.Spot(counter.family(), Bytes.show(counter.key()) + (counter.isCut() ? "..." : ""),
                part.heat.perSecond(counter.count(), now) * oneIn, part.heat.perSecond(counter.error(), now) * oneIn);
    }

    /** Heap bytes held. */
    public long heapBytes() {
        long sum = 0;
        for (Part part : stripes) {
            if (part != null) {
                part.lock.lock();
                try {
                    for (HeavyHitters kind : part.kinds) {
                        sum += kind.heapBytes();
                    }
                } finally {
                    part.lock.unlock();
                }
            }
        }
        return sum;
    }
}

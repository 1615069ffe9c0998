package io.nokv.lsm;

import io.nokv.lsm.memtable.MemtableKind;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PrefixRule;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.table.TableShape;
import io.nokv.lsm.thermos.ThermosOptions;
import io.nokv.lsm.wal.LogLimits;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Options drawn over wide ranges: none of them may change an answer. */
final class RandomOptions {
    private RandomOptions() {}

    private static long upTo(TestWorld.Seeded random, long smallest, int doublings) {
        return smallest << random.nextInt(doublings + 1);
    }

    /** @param tails are part of what is asked, so they are given */
    static EngineOptions draw(TestWorld.Seeded random, KeyTails tails) {
        Compression[] compressions = Compression.values();
        TableShape shape = new TableShape((int) upTo(random, 64, 8), 1 + random.nextInt(16),
                (int) upTo(random, 1, 8), tails, prefixes(random));
        EngineOptions.Tables tables = new EngineOptions.Tables(shape, upTo(random, 1 << 10, 8),
                compressions[random.nextInt(compressions.length)], compressions[random.nextInt(compressions.length)],
                1 + random.nextInt(8));
        int compactAt = 1 + random.nextInt(6);
        int slowAt = compactAt + random.nextInt(4);
        EngineOptions.Levels levels = new EngineOptions.Levels(compactAt, slowAt, slowAt + 1 + random.nextInt(6),
                1 + random.nextInt(4), upTo(random, 4 << 10, 8), 2 + random.nextInt(9),
                upTo(random, 16 << 10, 8), upTo(random, 1 << 10, 6));
        if (random.nextInt(2) == 0) {
            long slowBytes = upTo(random, 1 << 10, 10);
            levels = levels.withBytes(slowBytes, slowBytes + upTo(random, 1, 20));
        }
        Set<Family> apart = EnumSet.noneOf(Family.class);
        for (Family family : Family.values()) {
            if (random.nextInt(3) > 0) {
                apart.add(family);
            }
        }
        List<byte[]> inline = random.nextInt(3) == 0 ? List.of() : List.of(TestWorld.b("dir/00"));
        EngineOptions.Values values = new EngineOptions.Values(random.nextInt(4) == 0 ? 0 : (int) upTo(random, 8, 10),
                apart, inline, upTo(random, 512, 8), compressions[random.nextInt(compressions.length)],
                0.05 + 0.01 * random.nextInt(90), 1 + random.nextInt(3));
        EngineOptions.Compactions compactions = new EngineOptions.Compactions(1 + random.nextInt(3),
                1 + random.nextInt(4), upTo(random, 256, 8), upTo(random, 64, 12),
                random.nextInt(3) > 0 ? 0 : upTo(random, 16 << 10, 8),
                random.nextInt(2) == 0, random.nextInt(2) == 0 ? 0 : upTo(random, 1, 26));
        MemtableKind[] memtables = MemtableKind.values();
        return EngineOptions.tiny().withMemtable(memtables[random.nextInt(memtables.length)])
                .withMemtableBytes(upTo(random, 1 << 10, 9))
                .withBlockCacheBytes(random.nextInt(3) == 0 ? 0 : upTo(random, 4 << 10, 8))
                .withRowCacheBytes(random.nextInt(3) == 0 ? 0 : upTo(random, 1 << 10, 8)).withTables(tables)
                .withValues(random.nextInt(4) == 0 ? values.off() : values).withLevels(levels)
                .withCompactions(compactions).withLog(log(random)).withThermos(thermos(random));
    }

    /** Rules that fit some of the keys that tests use. */
    static KeyPrefixes prefixes(TestWorld.Seeded random) {
        KeyPrefixes drawn = KeyPrefixes.NONE;
        for (Family family : Family.values()) {
            if (random.nextInt(4) > 0) {
                drawn = drawn.with(family,
                        new PrefixRule(random.nextInt(10), random.nextInt(3) == 0 ? random.nextInt(3) : 0,
                                random.nextInt(3) == 0));
            }
        }
        return drawn;
    }

    private static ThermosOptions thermos(TestWorld.Seeded random) {
        ThermosOptions watched = new ThermosOptions(1 << random.nextInt(8), 1 + random.nextInt(20),
                upTo(random, 1, 36), random.nextInt(8), 0, 0);
        return switch (random.nextInt(4)) {
            case 0 -> ThermosOptions.off();
            case 1 -> watched.withLimit(upTo(random, 1, 20), upTo(random, 1, 18));
            default -> watched;
        };
    }

    private static EngineOptions.Log log(TestWorld.Seeded random) {
        long segmentBytes = upTo(random, 64 << 10, 4);
        long softBytes = (1 + random.nextInt(4)) * segmentBytes;
        LogLimits limits = new LogLimits(softBytes, softBytes + (3 + random.nextInt(4)) * segmentBytes, 10_000_000_000L,
                upTo(random, 1, 30), upTo(random, 1, 30));
        return new EngineOptions.Log(segmentBytes, upTo(random, 1 << 10, 6), limits, List.of());
    }
}

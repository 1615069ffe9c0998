package io.nokv.lsm;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Scheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.transfer.Checkpoint;
import io.nokv.lsm.transfer.Export;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * A list of operations drawn from one seed, the same whatever the answers are, and what an engine answers to it: a line for
 * each operation. Keys are drawn so that they share heads, lengths and prefixes.
 */
final class History {
    private final TestWorld.Seeded random;
    private final int operations;
    private final int keySpace;
    private final KeyTails tails;
    private final List<String> answers = new ArrayList<>();
    /** Open snapshots; their places are part of the history. */
    private final Snapshot[] held = new Snapshot[4];
    private final TestStream stream = new TestStream();
    private Engine engine;
    private int copies;
    private int exports;

    History(long seed, int operations) {
        this.random = new TestWorld.Seeded(seed);
        this.operations = operations;
        this.keySpace = 10 << random.nextInt(9);
        KeyTails drawn = KeyTails.NONE;
        for (Family family : Family.values()) {
            drawn = drawn.with(family, random.nextInt(4));
        }
        this.tails = drawn;
    }

    KeyTails tails() {
        return tails;
    }

    /** Runs all operations; returns the answers. */
    List<String> run(Vfs vfs, Scheduler scheduler, EngineOptions options) {
        open(vfs, scheduler, options);
        for (int i = 0; i < operations; i++) {
            int kind = random.nextInt(100);
            answers.add(kind < 2
                    ? upkeep(kind, vfs, scheduler, options)
                    : kind < 5 ? useStream() : kind < 55 ? write() : read(kind));
        }
        for (Family family : Family.values()) {
            answers.add("all of " + family + ": " + all(family));
        }
        engine.verify();
        engine.close();
        return answers;
    }

    private void open(Vfs vfs, Scheduler scheduler, EngineOptions options) {
        stream.opening();
        engine = Engine.open("db", options.withLog(options.log().withConsumers(List.of(stream))),
                TestWorld.ports(vfs, scheduler));
        stream.opened(engine);
    }

    /** Records beside the batches; where they stand depends on the options, so the answer does not say it. */
    private String useStream() {
        switch (random.nextInt(4)) {
            case 0 -> stream.append(1 + random.nextInt(4), engine.visibleSequence());
            case 1 -> stream.awaitDurable();
            case 2 -> stream.read(new TestWorld.Seeded(1));
            default -> stream.drop(random.nextInt((int) stream.submitted() + 1));
        }
        return "records up to " + stream.submitted();
    }

    private String upkeep(int kind, Vfs vfs, Scheduler scheduler, EngineOptions options) {
        switch (random.nextInt(kind == 0 ? 8 : 18)) {
            case 0 -> engine.flush();
            case 1 -> engine.compact(family(), range());
            case 2 -> {
                Arrays.stream(held).filter(s -> s != null).forEach(Snapshot::close);
                Arrays.fill(held, null);
                engine.close();
                open(vfs, scheduler, options);
                stream.checkComplete();
            }
            case 3 -> {
                return copied(vfs, scheduler, options);
            }
            case 4 -> {
                return exported();
            }
            case 5 -> {
                return ingested();
            }
            case 6 -> engine.collectValues(random.nextInt(3) * 0.2);
            case 7 -> engine.verify();
            default -> {
                int place = random.nextInt(held.length);
                if (held[place] != null) {
                    held[place].close();
                }
                held[place] = random.nextInt(3) == 0 ? null : engine.snapshot();
            }
        }
        return "upkeep at " + engine.visibleSequence();
    }

    /** What an engine opened on a checkpoint holds, after a write of its own. */
    private String copied(Vfs vfs, Scheduler scheduler, EngineOptions options) {
        String directory = "copies/" + copies++;
        Checkpoint made = engine.checkpoint(directory);
        Engine original = engine;
        try (Engine copy = Engine.open(directory, options, TestWorld.ports(vfs, scheduler))) {
            engine = copy;
            copy.write(new WriteBatch().delete(Family.LOCAL, key()), Durability.FSYNC);
            return "copy of " + made.sequence() + " at " + copy.visibleSequence() + ": " + all(family()) + ", "
                    + all(Family.LOCAL);
        } finally {
            engine = original;
        }
    }

    private String exported() {
        Set<Family> families = EnumSet.noneOf(Family.class);
        for (int i = random.nextInt(3); i >= 0; i--) {
            families.add(family());
        }
        Snapshot at = random.nextInt(2) == 0 ? null : held[random.nextInt(held.length)];
        Export made = engine.export("exports/" + exports++, families, range(), at);
        return "exported " + made.rows() + " rows at " + made.sequence();
    }

    private String ingested() {
        if (exports == 0) {
            return "nothing to ingest";
        }
        String source = "exports/" + random.nextInt(exports);
        Ingest how = random.nextInt(2) == 0 ? Ingest.LINKED : Ingest.COPIED;
        WriteBatch beside = null;
        if (random.nextInt(2) == 0) {
            byte[] key = key();
            beside = new WriteBatch().put(family(), key, new byte[random.nextInt(60)]);
        }
        try {
            return "ingested at " + engine.ingest(source, random.nextInt(2) == 0 ? how : how.replacing(), beside);
        } catch (NokvException e) {
            if (e.code() != FailureCode.INVALID_ARGUMENT) {
                throw e;
            }
            return e.getMessage();
        }
    }

    private String write() {
        WriteBatch batch = new WriteBatch();
        for (int count = 1 + random.nextInt(random.nextInt(20) == 0 ? 80 : 3); count > 0; count--) {
            Family family = family();
            byte[] key = key();
            int kind = random.nextInt(24);
            if (kind == 0) {
                Range range = range();
                batch.deleteRange(family, range.from(), range.to());
            } else if (kind == 1) {
                batch.deleteRange(family, key, Bytes.concat(key, new byte[]{(byte) 0xFF, (byte) 0xFF}));
            } else if (kind < 8) {
                batch.delete(family, key);
            } else {
                byte[] value = new byte[random.nextInt(60) == 0 ? random.nextInt(6000) : random.nextInt(50)];
                for (int i = 0; i < value.length; i += 1 + random.nextInt(5)) {
                    value[i] = (byte) random.nextInt(256);
                }
                batch.put(family, key, value);
            }
        }
        return "wrote " + engine.write(batch, Durability.values()[random.nextInt(3)]);
    }

    private String read(int kind) {
        Snapshot at = random.nextInt(2) == 0 ? null : held[random.nextInt(held.length)];
        Family family = family();
        byte[] key = key();
        return switch (kind % 5) {
            case 0 -> "get " + Bytes.show(key) + " = " + show(engine.get(family, key, at));
            case 1, 2 -> "first from " + Bytes.show(key) + " = " + engine.first(family, key, at,
                    (tail, array, offset, length) -> tail + ": "
                            + show(Arrays.copyOfRange(array, offset, offset + length)));
            case 3 -> {
                TreeSet<byte[]> keys = new TreeSet<>(Bytes.ORDER);
                for (int i = random.nextInt(random.nextInt(6) == 0 ? 150 : 10); i >= 0; i--) {
                    keys.add(key());
                }
                StringBuilder found = new StringBuilder("multi-get");
                for (byte[] value : engine.multiGet(family, keys.toArray(byte[][]::new), at)) {
                    found.append(' ').append(show(value));
                }
                yield found.toString();
            }
            default -> walk(family, random.nextInt(2) == 0 ? range() : shared(key), at, 1 + random.nextInt(60));
        };
    }

    private String all(Family family) {
        CRC32C seen = new CRC32C();
        int rows = 0;
        try (Cursor cursor = engine.cursor(family, Range.ALL, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                rows++;
                note(seen, cursor);
            }
        }
        return rows + " rows, " + Long.toHexString(seen.getValue());
    }

    private static void note(CRC32C seen, Cursor cursor) {
        seen.update(cursor.keyArray(), cursor.keyOffset(), cursor.keyLength());
        seen.update(0);
        seen.update(cursor.valueArray(), cursor.valueOffset(), cursor.valueLength());
    }

    /** A walk whose turns come from the seed alone: where it stands nowhere, it begins anew. */
    private String walk(Family family, Range range, Snapshot at, int steps) {
        CRC32C seen = new CRC32C();
        StringBuilder last = new StringBuilder();
        int rows = 0;
        try (Cursor cursor = engine.cursor(family, range, at)) {
            for (int i = 0; i < steps; i++) {
                int turn = random.nextInt(20);
                byte[] target = key();
                if (turn < 18 && cursor.isValid()) {
                    if (turn < 12) {
                        cursor.next();
                    } else {
                        cursor.prev();
                    }
                } else {
                    switch (turn & 3) {
                        case 0 -> cursor.seekToFirst();
                        case 1 -> cursor.seekToLast();
                        case 2 -> cursor.seek(target);
                        default -> cursor.seekForPrev(target);
                    }
                }
                if (cursor.isValid()) {
                    rows++;
                    note(seen, cursor);
                    last.setLength(0);
                    last.append(Bytes.show(cursor.key()));
                }
            }
        }
        return "walk of " + rows + " rows, the last " + last + ": " + Long.toHexString(seen.getValue());
    }

    private static String show(byte[] value) {
        if (value == null) {
            return "none";
        }
        CRC32C crc = new CRC32C();
        crc.update(value);
        return value.length + "/" + Long.toHexString(crc.getValue());
    }

    private Family family() {
        return random.nextInt(3) == 0 ? Family.values()[random.nextInt(5)] : Family.WRITE;
    }

    private Range range() {
        byte[] from = random.nextInt(3) == 0 ? null : key();
        byte[] to = random.nextInt(3) == 0 ? null : key();
        boolean swap = from != null && to != null && Bytes.ORDER.compare(from, to) > 0;
        return swap ? new Range(to, from) : new Range(from, to);
    }

    /** Keys that begin as {@code key} does: all of those, or a part. */
    private Range shared(byte[] key) {
        Range all = Range.prefix(Arrays.copyOf(key, random.nextInt(key.length + 1)));
        return random.nextInt(3) == 0 && all.to() != null ? new Range(key, all.to()) : all;
    }

    private byte[] key() {
        int n = random.nextInt(keySpace);
        return switch (n % 9) {
            case 0 -> new byte[]{(byte) n, (byte) (n >> 8), 0};
            case 1 -> new byte[]{(byte) 0xFF, (byte) n};
            case 2 -> n < 20 ? Bytes.EMPTY : TestWorld.b("d" + n % 7);
            case 3 -> TestWorld.b("dir/" + n);
            case 4 -> TestWorld.b("dir/" + n % 50 + "/with/a/longer/name/" + n);
            default -> TestWorld.b(String.format("dir/%06d", n));
        };
    }
}

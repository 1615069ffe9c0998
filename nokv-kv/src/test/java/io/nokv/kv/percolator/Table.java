package io.nokv.kv.percolator;

import io.nokv.base.codec.Bytes;
import io.nokv.base.codec.CounterRecord;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One region as three sorted maps, to try the primitives on: applies what they want written at once. */
final class Table implements KeyState {
    private final Map<Family, TreeMap<byte[], byte[]>> families = new EnumMap<>(Family.class);
    long millis = 1_000;

    Table() {
        for (Family family : Family.values()) {
            families.put(family, new TreeMap<>(Bytes.ORDER));
        }
    }

    static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Timestamp ts(long logical) {
        return new Timestamp(logical);
    }

    static byte[] counter(long value) {
        return new CounterRecord(new byte[]{7}, value).encode();
    }

    static Mutation.Add add(String key, long operand, long max) {
        return new Mutation.Add(key(key), List.of(CounterRecord.Delta.addBounded(0, operand, 0, max)), false);
    }

    <O> O run(Evaluation<O> evaluation) {
        apply(evaluation.writes());
        return evaluation.outcome();
    }

    void apply(WriteBatch batch) {
        for (WriteBatch.Op op : batch.ops()) {
            switch (op) {
                case WriteBatch.Op.Put(Family family, byte[] key, byte[] value) -> families.get(family).put(key, value);
                case WriteBatch.Op.Delete(Family family, byte[] key) -> families.get(family).remove(key);
                case WriteBatch.Op.DeleteRange(Family family, Range range) ->
                    families.get(family).keySet().removeIf(range::contains);
            }
        }
    }

    /** Everything that is stored, to see that nothing changed. */
    String dump() {
        StringBuilder out = new StringBuilder();
        families.forEach((family, rows) -> rows.forEach((key, value) -> out.append(family).append(' ')
                .append(Bytes.show(key)).append(" = ").append(Bytes.show(value)).append('\n')));
        return out.toString();
    }

    int count(Family family) {
        return families.get(family).size();
    }

    // Words for the stories; one key each.

    Prewrite.Outcome prewrite(Mutation mutation, String primary, long startTs) {
        return run(Prewrite.evaluate(
                new Prewrite.Request(key(primary), ts(startTs), ts(startTs), 100, List.of(mutation)), this));
    }

    Prewrite.Outcome prewritePut(String key, String value, String primary, long startTs) {
        return prewrite(new Mutation.Put(key(key), key(value), 0), primary, startTs);
    }

    Commit.Outcome commit(String key, long startTs, long commitTs) {
        return run(Commit.evaluate(new Commit.Request(List.of(key(key)), ts(startTs), ts(commitTs)), this));
    }

    Rollback.Outcome rollback(String key, long startTs) {
        return run(Rollback.evaluate(new Rollback.Request(List.of(key(key)), ts(startTs)), this));
    }

    CheckTxnStatus.Outcome status(String primary, long startTs, long callerTs, boolean rollbackIfMissing) {
        return run(CheckTxnStatus.evaluate(
                new CheckTxnStatus.Request(key(primary), ts(startTs), ts(callerTs), rollbackIfMissing), this));
    }

    OnePhaseCommit.Outcome onePhase(Mutation mutation, long startTs, boolean repeated) {
        return OnePhaseCommit.evaluate(
                new OnePhaseCommit.Request(ts(startTs), ts(startTs), List.of(mutation), repeated), this);
    }

    void mustPut(String key, String value, long startTs, long commitTs) {
        apply(((OnePhaseCommit.Outcome.Ready) onePhase(new Mutation.Put(key(key), key(value), 0), startTs, false))
                .seal(ts(commitTs)));
    }

    void mustPutCounter(String key, long value, long startTs, long commitTs) {
        apply(((OnePhaseCommit.Outcome.Ready) onePhase(new Mutation.Put(key(key), counter(value), 0), startTs, false))
                .seal(ts(commitTs)));
    }

    /** What a reader at {@code at} sees when no lock holds it up; null for nothing. */
    String read(String key, long at) {
        for (WriteRecord record : versions(key)) {
            if (record.isVersion() && record.commitTs().value() <= at) {
                return record.isPresentAt(millis)
                        ? new String(valueOf(key(key), record), StandardCharsets.UTF_8)
                        : null;
            }
        }
        return null;
    }

    List<WriteRecord> versions(String key) {
        byte[] prefix = VersionedKey.prefix(key(key));
        return families.get(Family.WRITE).tailMap(prefix).entrySet().stream()
                .takeWhile(e -> Bytes.startsWith(e.getKey(), prefix))
                .map(e -> WriteRecord.decode(VersionedKey.timestampValue(e.getKey()), e.getValue())).toList();
    }

    @Override
    public LockRecord lock(byte[] key) {
        byte[] stored = families.get(Family.LOCK).get(key);
        return stored == null ? null : LockRecord.decode(stored);
    }

    LockRecord lock(String key) {
        return lock(key(key));
    }

    @Override
    public WriteRecord newest(byte[] key) {
        return versions(new String(key, StandardCharsets.UTF_8)).stream().filter(WriteRecord::isVersion).findFirst()
                .orElse(null);
    }

    @Override
    public WriteRecord ofTransaction(byte[] key, Timestamp startTs) {
        return versions(new String(key, StandardCharsets.UTF_8)).stream().filter(r -> r.startTs().equals(startTs))
                .findFirst().orElse(null);
    }

    @Override
    public byte[] valueOf(byte[] key, WriteRecord record) {
        byte[] value = record.isLong()
                ? families.get(Family.DEFAULT).get(VersionedKey.at(key, record.startTs()))
                : record.value();
        return Arrays.copyOf(value, value.length);
    }

    @Override
    public long nowMillis() {
        return millis;
    }
}

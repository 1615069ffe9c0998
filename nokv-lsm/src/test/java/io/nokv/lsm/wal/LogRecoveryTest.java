package io.nokv.lsm.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.event.EngineListener;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.vfs.MemVfs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a log gives back after it was left in one state or another. */
class LogRecoveryTest {
    private static final long SEGMENT_BYTES = 64 << 10;

    private final MemVfs vfs = new MemVfs();
    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final Ports ports = TestWorld.ports(vfs, scheduler);
    private final List<String> replayed = new ArrayList<>();

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private WriteAheadLog open(long firstSegment, long nextSequence) {
        replayed.clear();
        return WriteAheadLog.open(ports, new Events(EngineListener.NONE, ports.clock()), "",
                new WriteAheadLog.Options(SEGMENT_BYTES, LogLimits.of(SEGMENT_BYTES), List.of()), firstSegment,
                nextSequence, new WriteAheadLog.Recovery() {
                    @Override
                    public void batch(long sequence, long segment) {
                        replayed.add(Long.toString(sequence));
                    }

                    @Override
                    public void operation(Family family, byte[] key, byte[] value) {
                        replayed.add(
                                replayed.removeLast() + new String(key) + (value == null ? "-" : new String(value)));
                    }

                    @Override
                    public void rangeDeletion(Family family, Range range) {
                        replayed.add(replayed.removeLast() + "[" + new String(range.from()) + "-");
                    }

                    @Override
                    public void ingested(byte[] tables) {
                        replayed.add(replayed.removeLast() + "<" + new String(tables) + ">");
                    }
                });
    }

    private static byte[] batch(String key) {
        return BatchCodec.encode(new WriteBatch().put(Family.DEFAULT, key.getBytes(), new byte[]{'!'}));
    }

    private static void durable(WriteAheadLog log, long sequence, String key) {
        log.append(sequence, batch(key));
        log.awaitDurable(sequence);
    }

    /** Offset of the record that holds {@code key}. */
    private int recordOf(String path, long segment, String key) {
        byte[] bytes = VfsIo.readAll(vfs, path);
        for (int at = 0; at < bytes.length;) {
            LogFormat.Frame frame = LogFormat.read(bytes, segment, at);
            if (new String(bytes, frame.payloadAt(), frame.payloadBytes()).contains(key)) {
                return at;
            }
            at += frame.recordBytes();
        }
        throw new AssertionError(key + " is not in " + path);
    }

    @Test
    void everythingComesBackInOrder() {
        WriteAheadLog log = open(0, 1);
        durable(log, 1, "a");
        durable(log, 2, "b");
        log.append(3, BatchCodec.encode(new WriteBatch().delete(Family.LOCK, "c".getBytes())));
        log.close();
        log = open(1, 1);
        assertEquals(List.of("1a!", "2b!", "3c-"), replayed);
        durable(log, 4, "d");
        log.abandon();
        open(1, 1).close();
        assertEquals(List.of("1a!", "2b!", "3c-", "4d!"), replayed);
    }

    @Test
    void aDamagedLastGroupIsATornTail() {
        WriteAheadLog log = open(0, 1);
        durable(log, 1, "a");
        durable(log, 2, "b");
        log.abandon();
        int at = recordOf("000001.wal", 1, "b");
        vfs.damage("000001.wal", at + 30, 4);
        open(1, 1).close();
        assertEquals(List.of("1a!"), replayed);
    }

    @Test
    void damageBelowWhatWasSyncedIsNamed() {
        WriteAheadLog log = open(0, 1);
        durable(log, 1, "a");
        durable(log, 2, "b");
        durable(log, 3, "c");
        log.abandon();
        int at = recordOf("000001.wal", 1, "b");
        vfs.damage("000001.wal", at + 4, 1);
        NokvException damage = assertThrows(NokvException.class, () -> open(1, 1));
        assertEquals(FailureCode.CORRUPTION, damage.code());
        assertTrue(damage.getMessage().contains("000001.wal at offset " + at + ":"), damage.getMessage());
    }

    @Test
    void afterACleanCloseTheLastRecordCounts() {
        WriteAheadLog log = open(0, 1);
        durable(log, 1, "a");
        log.close();
        vfs.damage("000001.wal", recordOf("000001.wal", 1, "a") + 8, 1);
        assertEquals(FailureCode.CORRUPTION, assertThrows(NokvException.class, () -> open(1, 1)).code());
    }

    /** Between two syncs a disk keeps what it likes: a hole before a whole record is no damage. */
    @Test
    void aHoleInAGroupThatWasNeverSyncedIsATornTail() {
        WriteAheadLog log = open(0, 1);
        durable(log, 1, "a");
        log.append(2, batch("b"));
        log.append(3, batch("c"));
        log.awaitWritten(3);
        log.abandon();
        vfs.damage("000001.wal", recordOf("000001.wal", 1, "b") + 30, 1);
        log = open(1, 1);
        assertEquals(List.of("1a!"), replayed);
        durable(log, 2, "other");
        log.abandon();
        open(1, 1).close();
        assertEquals(List.of("1a!", "2other!"), replayed, "the dead record does not come back");
    }

    @Test
    void damageInAnEarlierSegmentIsNamed() {
        WriteAheadLog log = open(0, 1);
        durable(log, 1, "a");
        Promise<Long> next = log.rotate();
        assertEquals(2, log.awaitRotation(next));
        durable(log, 2, "b");
        log.abandon();
        int at = recordOf("000001.wal", 1, "a");
        vfs.damage("000001.wal", at + 27, 1);
        NokvException damage = assertThrows(NokvException.class, () -> open(1, 1));
        assertTrue(damage.getMessage().contains("000001.wal at offset " + at + ":"), damage.getMessage());
    }

    @Test
    void aMissingSegmentIsNamed() {
        WriteAheadLog log = open(0, 1);
        for (int i = 1; i <= 3; i++) {
            durable(log, i, "k" + i);
            log.awaitRotation(log.rotate());
        }
        log.close();
        vfs.rename("000002.wal", "elsewhere");
        NokvException missing = assertThrows(NokvException.class, () -> open(1, 1));
        assertEquals(FailureCode.CORRUPTION, missing.code());
        assertTrue(missing.getMessage().contains("000002.wal"), missing.getMessage());
        vfs.rename("elsewhere", "000002.wal");
        vfs.delete("000001.wal");
        assertEquals(FailureCode.CORRUPTION, assertThrows(NokvException.class, () -> open(1, 1)).code());
    }

    @Test
    void aRecycledSegmentForgetsItsEarlierLife() {
        WriteAheadLog log = open(0, 1);
        for (int i = 1; i <= 1000; i++) {
            log.append(i, batch("a rather long key, so that the first segment fills up: " + i));
        }
        log.awaitDurable(1000);
        long segment = log.awaitRotation(log.rotate());
        assertTrue(segment >= 2);
        log.forget(segment);
        assertEquals(1, vfs.list("").stream().filter(name -> name.endsWith(".spare")).count());
        long recycled = log.awaitRotation(log.rotate());
        assertEquals(0, vfs.list("").stream().filter(name -> name.endsWith(".spare")).count());
        durable(log, 1001, "young");
        log.abandon();
        open(segment, 1001).close();
        assertEquals(List.of("1001young!"), replayed);
        assertEquals(SEGMENT_BYTES, vfs.size(String.format("%06d.wal", recycled)));
    }

    @Test
    void aBatchLargerThanASegmentGetsOneOfItsOwn() {
        WriteAheadLog log = open(0, 1);
        durable(log, 1, "a");
        log.append(2, BatchCodec.encode(new WriteBatch().put(Family.DEFAULT, new byte[]{'b'}, new byte[200_000])));
        log.awaitDurable(2);
        durable(log, 3, "c");
        log.abandon();
        open(1, 1).close();
        assertEquals(3, replayed.size());
    }
}

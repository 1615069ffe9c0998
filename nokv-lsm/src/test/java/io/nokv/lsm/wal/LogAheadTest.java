package io.nokv.lsm.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.event.EngineListener;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.vfs.MemVfs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The file of the next segment is made while the current one is written, and nothing depends on when. */
class LogAheadTest {
    private static final long SEGMENT_BYTES = 64 << 10;

    private final MemVfs disk = new MemVfs();
    private final List<String> calls = new ArrayList<>();
    private FailureCode failing;
    private final Vfs vfs = (Vfs) Proxy.newProxyInstance(Vfs.class.getClassLoader(), new Class<?>[]{Vfs.class},
            (_, method, args) -> {
                if (method.getName().equals("syncDir")) {
                    calls.add("syncDir");
                    if (failing != null) {
                        throw new NokvException(failing, "injected");
                    }
                }
                try {
                    return method.invoke(disk, args);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
    private final ArrayDeque<Runnable> flows = new ArrayDeque<>();
    private final Ports ports = TestWorld.ports(vfs, new HeldFlows(flows));
    private final List<Long> replayed = new ArrayList<>();

    private WriteAheadLog open(long firstSegment) {
        replayed.clear();
        return WriteAheadLog.open(ports, new Events(EngineListener.NONE, ports.clock()), "",
                new WriteAheadLog.Options(SEGMENT_BYTES, LogLimits.of(SEGMENT_BYTES), List.of()), firstSegment, 1,
                new WriteAheadLog.Recovery() {
                    @Override
                    public void batch(long sequence, long segment) {
                        replayed.add(sequence);
                    }

                    @Override
                    public void operation(Family family, byte[] key, byte[] value) {}

                    @Override
                    public void rangeDeletion(Family family, Range range) {}

                    @Override
                    public void ingested(byte[] tables) {}
                });
    }

    private static void append(WriteAheadLog log, long sequence, int bytes) {
        log.append(sequence, BatchCodec.encode(new WriteBatch().put(Family.DEFAULT, new byte[]{1}, new byte[bytes])));
    }

    private static void durable(WriteAheadLog log, long sequence, int bytes) {
        append(log, sequence, bytes);
        log.awaitDurable(sequence);
    }

    private void runFlows() {
        while (!flows.isEmpty()) {
            flows.poll().run();
        }
    }

    @Test
    void turningASegmentWaitsForNoDirectory() {
        WriteAheadLog log = open(0);
        durable(log, 1, 100);
        assertTrue(flows.isEmpty(), "a thirty-second of the segment is not written yet");
        durable(log, 2, 4_000);
        assertEquals(1, flows.size());
        assertFalse(disk.exists("000002.wal"));
        runFlows();
        assertTrue(disk.exists("000002.wal"));
        calls.clear();
        log.rotate();
        durable(log, 3, 100);
        assertEquals(2, log.currentSegment());
        assertEquals(List.of(), calls);
        log.close();
        open(1).close();
        assertEquals(List.of(1L, 2L, 3L), replayed);
    }

    @Test
    void aSegmentThatWasMadeAndNeverUsedIsRemoved() {
        WriteAheadLog log = open(0);
        durable(log, 1, 4_000);
        runFlows();
        assertTrue(disk.exists("000002.wal"));
        log.abandon();
        disk.crash(new TestWorld.Seeded(1));
        log = open(1);
        assertEquals(List.of(1L), replayed);
        assertFalse(disk.exists("000002.wal"));
        durable(log, 2, 4_000);
        runFlows();
        log.close();
        open(1).close();
        assertEquals(List.of(1L, 2L), replayed);
    }

    /** Else a log could end in two segments without a header, and that looks like damage. */
    @Test
    void noSegmentHasANameBeforeTheHeaderOfTheOneBeforeIsDurable() {
        WriteAheadLog log = open(0);
        durable(log, 1, 4_000);
        runFlows();
        log.rotate();
        append(log, 2, 7_000);
        log.awaitWritten(2);
        assertEquals(2, log.currentSegment());
        assertTrue(flows.isEmpty(), "segment 2 is not synced");
        append(log, 3, 2_000);
        log.awaitWritten(3);
        assertEquals(1, flows.size(), "an eighth of it is sent ahead");
        runFlows();
        assertFalse(disk.exists("000003.wal"));
        append(log, 4, 100);
        log.awaitWritten(4);
        runFlows();
        assertTrue(disk.exists("000003.wal"));
        log.close();
    }

    @Test
    void aDeviceThatWasFullMayNotBeLater() {
        WriteAheadLog log = open(0);
        durable(log, 1, 4_000);
        failing = FailureCode.NO_SPACE;
        runFlows();
        failing = null;
        log.rotate();
        durable(log, 2, 100);
        assertEquals(2, log.currentSegment());
        log.close();
    }

    @Test
    void whatElseFailsEndsTheLogWhenItsSegmentIsTurned() {
        WriteAheadLog log = open(0);
        durable(log, 1, 4_000);
        failing = FailureCode.IO_ERROR;
        runFlows();
        failing = null;
        durable(log, 2, 100);
        log.rotate();
        append(log, 3, 100);
        assertEquals(FailureCode.READ_ONLY, assertThrows(NokvException.class, () -> log.awaitDurable(3)).code());
        log.abandon();
        open(1).close();
        assertEquals(List.of(1L, 2L), replayed);
    }
}

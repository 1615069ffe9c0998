package io.nokv.kv.client;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.store.Answer;
import io.nokv.kv.store.KvStore;
import io.nokv.kv.store.KvStore.ReadAnswer;
import io.nokv.kv.store.KvStore.ScanAnswer;
import io.nokv.kv.store.ReadPoint;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads at one timestamp, over all regions. Waits for locks only while a transaction's primary has not arrived.
 * Thread-safe: what it learns about transactions in its way is remembered in one volatile field.
 */
public final class SnapshotReader {
    /** Waits for one lock, each at most as long as {@link Backoff} pauses: together well over the lifetime of a lock. */
    private static final int LOCK_PAUSES = 200;

    private final KvStore store;
    private final Routed routed;
    private final LockResolver resolver;
    private final Ports ports;
    private volatile ReadPoint point;

    SnapshotReader(KvStore store, Routed routed, LockResolver resolver, Ports ports, Timestamp at) {
        this.store = store;
        this.routed = routed;
        this.resolver = resolver;
        this.ports = ports;
        this.point = new ReadPoint(at);
    }

    public Timestamp at() {
        return point.at();
    }

    /** VERSION_TOO_OLD when the safe point has passed this reader. */
    void requireReadable() {
        store.requireReadable(point);
    }

    /** A row, or null. */
    public ReadAnswer.Row get(byte[] key) {
        LockWait lockWait = null;
        while (true) {
            ReadPoint now = point;
            switch (routed.call(key, region -> store.get(region.header(), key, now))) {
                case ReadAnswer.Row row -> {
                    return row;
                }
                case ReadAnswer.Absent _ -> {
                    return null;
                }
                case ReadAnswer.Locked(byte[] locked, LockRecord lock) -> lockWait = makeWay(locked, lock, lockWait);
            }
        }
    }

    /** @param sortedKeys ascending, without duplicates; the i-th answer belongs to the i-th key, null when absent */
    public List<ReadAnswer.Row> multiGet(List<byte[]> sortedKeys) {
        List<ReadAnswer.Row> rows = new ArrayList<>(sortedKeys.size());
        LockWait lockWait = null;
        Backoff routeBackoff = null;
        int at = 0;
        while (at < sortedKeys.size()) {
            RegionDescriptor region = routed.locate(sortedKeys.get(at));
            int end = at + 1;
            while (end < sortedKeys.size() && region.range().contains(sortedKeys.get(end))) {
                end++;
            }
            switch (store.multiGet(region.header(), sortedKeys.subList(at, end), point)) {
                case Answer.Refused<List<ReadAnswer>>(var why) -> {
                    if (routeBackoff == null) {
                        routeBackoff = new Backoff(ports, Routed.ROUTE_PAUSES);
                    } else if (!routeBackoff.pause()) {
                        throw new NokvException(FailureCode.OVERLOADED, "the region of "
                                + Bytes.show(sortedKeys.get(at)) + " cannot be found: " + why);
                    }
                    routed.refresh();
                }
                case Answer.Done<List<ReadAnswer>>(var answers) -> {
                    if (answers.getFirst() instanceof ReadAnswer.Locked(byte[] key, LockRecord lock)) {
                        lockWait = makeWay(key, lock, lockWait);
                        continue;
                    }
                    for (ReadAnswer answer : answers) {
                        rows.add(answer instanceof ReadAnswer.Row row ? row : null);
                    }
                    at = end;
                }
            }
        }
        return rows;
    }

    /** The rows with {@code from <= key < to} ({@code to} null: no end). Close it. */
    public RowScan scan(byte[] from, byte[] to, boolean reverse) {
        return new RowScan(this, new KeyRange(from, to), reverse);
    }

    /** Opens the part of {@code wanted} that lies in one region: the first, or in reverse the last. */
    ScanAnswer.Opened openScan(KeyRange wanted, boolean reverse) {
        LockWait lockWait = null;
        Backoff routeBackoff = null;
        while (true) {
            RegionDescriptor region = reverse ? lastRegionOf(wanted) : routed.locate(wanted.from());
            switch (store.scan(region.header(), wanted, reverse, point)) {
                case Answer.Refused<ScanAnswer>(var why) -> {
                    if (routeBackoff == null) {
                        routeBackoff = new Backoff(ports, Routed.ROUTE_PAUSES);
                    } else if (!routeBackoff.pause()) {
                        throw new NokvException(FailureCode.OVERLOADED, "the region of " + wanted
                                + " cannot be found: " + why);
                    }
                    routed.refresh();
                }
                case Answer.Done<ScanAnswer>(ScanAnswer.Opened opened) -> {
                    return opened;
                }
                case Answer.Done<ScanAnswer>(ScanAnswer.Locked(byte[] key, LockRecord lock)) -> lockWait = makeWay(key,
                        lock, lockWait);
            }
        }
    }

    /** The region that holds the greatest key of {@code wanted}, which is not empty. */
    private RegionDescriptor lastRegionOf(KeyRange wanted) {
        RegionDescriptor region = routed.locate(wanted.from());
        while (region.range().to() != null
                && (wanted.to() == null || Bytes.ORDER.compare(region.range().to(), wanted.to()) < 0)) {
            region = routed.locate(region.range().to());
        }
        return region;
    }

    private LockWait makeWay(byte[] key, LockRecord lock, LockWait lockWait) {
        ReadPoint further = resolver.makeWay(key, lock, point);
        if (further != null) {
            point = further;
            return lockWait;
        }
        LockWait waiting = lockWait == null ? new LockWait(store, ports, LOCK_PAUSES) : lockWait;
        if (!waiting.await(key, lock)) {
            throw new NokvException(FailureCode.OVERLOADED,
                    "the transaction " + lock + " holds up a read of " + Bytes.show(key));
        }
        return waiting;
    }
}

package io.nokv.raft.log;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The regions of one engine. A fresh engine gets one region over the whole key space. Thread-safe; descriptors and
 * applied indexes live in family LOCAL and come back as they were.
 */
public final class RegionStore {
    /** The region of a fresh store. */
    public static final long FIRST_REGION_ID = 1;

    private final Engine engine;
    private final ApplyObserver observer;
    private final Scheduler scheduler;
    private final long storeId;
    private final ConcurrentSkipListMap<Long, LocalRegionLog> regions = new ConcurrentSkipListMap<>();

    /** Held while several regions change together, so that a list of them never shows a gap. Memory only. */
    private final ReentrantLock listing = new ReentrantLock();

    private RegionStore(Engine engine, ApplyObserver observer, Scheduler scheduler, long storeId) {
        this.engine = engine;
        this.observer = observer;
        this.scheduler = scheduler;
        this.storeId = storeId;
    }

    /** Loads the regions of {@code engine}, or writes the first one. */
    public static RegionStore open(Engine engine, ApplyObserver observer, Scheduler scheduler, long storeId) {
        RegionStore store = new RegionStore(engine, observer, scheduler, storeId);
        try (Cursor cursor = engine.cursor(Family.LOCAL, RegionKeys.DESCRIPTORS, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                RegionDescriptor descriptor = RegionDescriptor.decode(cursor.value());
                store.regions.put(descriptor.id(), store.logOf(descriptor));
            }
        }
        if (store.regions.isEmpty()) {
            RegionDescriptor first = new RegionDescriptor(FIRST_REGION_ID, KeyRange.ALL, RegionEpoch.FIRST,
                    List.of(new Peer(FIRST_REGION_ID, storeId)));
            engine.write(new WriteBatch().put(Family.LOCAL, RegionKeys.descriptor(first.id()), first.encode()),
                    Durability.FSYNC);
            store.regions.put(first.id(), store.logOf(first));
        }
        return store;
    }

    private LocalRegionLog logOf(RegionDescriptor descriptor) {
        long applied = RegionKeys.decodeIndex(engine.get(Family.LOCAL, RegionKeys.applied(descriptor.id()), null));
        return new LocalRegionLog(engine, observer, scheduler, descriptor, applied);
    }

    /** Every region here, by range. */
    public List<RegionDescriptor> descriptors() {
        List<RegionDescriptor> all = new ArrayList<>();
        listing.lock();
        try {
            for (LocalRegionLog log : regions.values()) {
                all.add(log.descriptor());
            }
        } finally {
            listing.unlock();
        }
        all.sort((a, b) -> Arrays.compareUnsigned(a.range().from(), b.range().from()));
        return all;
    }

    /** The log of a region, or null when it is not hosted here. */
    public RegionLog log(long regionId) {
        return regions.get(regionId);
    }

    /** Null when a request with {@code header} over {@code keys} may be evaluated here; else why not. */
    public RegionRefusal admit(RegionHeader header, Collection<byte[]> keys) {
        RegionRefusal refusal = admit(header);
        if (refusal != null) {
            return refusal;
        }
        RegionDescriptor descriptor = regions.get(header.regionId()).descriptor();
        for (byte[] key : keys) {
            if (!descriptor.range().contains(key)) {
                return new RegionRefusal.KeyNotInRegion(key, descriptor);
            }
        }
        return null;
    }

    /** As {@link #admit(RegionHeader, Collection)}, for a request whose keys are trimmed to the region later. */
    public RegionRefusal admit(RegionHeader header) {
        LocalRegionLog log = regions.get(header.regionId());
        if (log == null) {
            return new RegionRefusal.RegionNotFound(header.regionId());
        }
        RegionDescriptor descriptor = log.descriptor();
        if (!descriptor.epoch().equals(header.epoch())) {
            return new RegionRefusal.EpochMismatch(descriptors());
        }
        return null;
    }

    /**
     * Splits {@code regionId} at {@code key}: it keeps what lies below, {@code newRegionId} gets the rest. Durable when
     * it returns; both have a new epoch, so what was routed before is refused. Asking again for the same split changes
     * nothing. INVALID_ARGUMENT when the region is not here or does not reach across {@code key}.
     */
    public void split(long regionId, byte[] key, long newRegionId) {
        LocalRegionLog parent = regions.get(regionId);
        if (parent == null) {
            throw NokvException.invalid("region " + regionId + " is not hosted here");
        }
        parent.change(old -> {
            LocalRegionLog existing = regions.get(newRegionId);
            if (existing != null && Arrays.equals(existing.descriptor().range().from(), key)
                    && Arrays.equals(old.range().to(), key)) {
                return null;
            }
            if (existing != null || !old.range().contains(key) || Arrays.equals(old.range().from(), key)) {
                throw NokvException.invalid("region " + regionId + " " + old.range() + " cannot be split at "
                        + Bytes.show(key) + " into region " + newRegionId);
            }
            RegionEpoch epoch = old.epoch().withNextVersion();
            RegionDescriptor left = new RegionDescriptor(old.id(), new KeyRange(old.range().from(), key), epoch,
                    old.peers());
            RegionDescriptor right = new RegionDescriptor(newRegionId, new KeyRange(key, old.range().to()), epoch,
                    List.of(new Peer(newRegionId, storeId)));
            WriteBatch writes = new WriteBatch().put(Family.LOCAL, RegionKeys.descriptor(left.id()), left.encode())
                    .put(Family.LOCAL, RegionKeys.descriptor(right.id()), right.encode());
            LocalRegionLog child = logOf(right);
            return new LocalRegionLog.Change(writes, left, installLeft -> {
                listing.lock();
                try {
                    regions.put(newRegionId, child);
                    installLeft.run();
                } finally {
                    listing.unlock();
                }
            });
        });
    }
}

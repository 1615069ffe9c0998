package io.nokv.raft.snapshot;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Net;
import io.nokv.base.port.Scheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.raft.snapshot.TransferMessage.Place;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The sending side: what this store offers. Messages leave notes and return; one flow reads and sends the pieces in the
 * order in which they were asked for, so that every taker gets its turn; each manifest is made by a flow of its own.
 * Thread-safe; the lock is for memory only.
 */
final class Offers {
    private static final int MAX_ASKS = 8_192;

    private record Wanted(long store, long offer, Place place) {}

    private final Staging staging;
    private final SnapshotTransferOptions options;
    private final Scheduler scheduler;
    private final Clock clock;
    private final Throttle throttle;
    private final TransferCounters counters;
    private final BiConsumer<Long, TransferMessage> out;
    private final Map<Long, Offer> offers = new TreeMap<>();
    private final LinkedHashSet<Wanted> wanted = new LinkedHashSet<>();
    private boolean sending;
    private boolean closed;

    Offers(Staging staging, SnapshotTransferOptions options, Scheduler scheduler, Clock clock,
            TransferCounters counters, BiConsumer<Long, TransferMessage> out) {
        this.staging = staging;
        this.options = options;
        this.scheduler = scheduler;
        this.clock = clock;
        this.throttle = new Throttle(clock, options.bytesPerSecond());
        this.counters = counters;
        this.out = out;
    }

    synchronized int count() {
        return offers.size();
    }

    synchronized void add(long id, String directory) {
        offers.put(id, new Offer(id, directory, clock.monotonicNanos()));
    }

    void release(long id) {
        Offer gone = null;
        synchronized (this) {
            Offer offer = offers.get(id);
            if (offer != null) {
                offer.released = true;
                if (offer.takers.isEmpty()) {
                    gone = offers.remove(id);
                }
            }
        }
        delete(gone);
    }

    private void delete(Offer offer) {
        if (offer != null) {
            scheduler.execute("snapshot offer ends", () -> staging.removeIfPossible(offer.directory));
        }
    }

    /** Withdraws what nobody asks for and forgets takers that are silent. */
    void expire() {
        List<Offer> gone = new ArrayList<>();
        synchronized (this) {
            long now = clock.monotonicNanos();
            for (Iterator<Offer> all = offers.values().iterator(); all.hasNext();) {
                Offer offer = all.next();
                offer.takers.values().removeIf(last -> now - last > 2 * options.silenceNanos());
                boolean idle = now - offer.lastUseNanos > options.offerIdleNanos();
                if (offer.takers.isEmpty() && !offer.preparing && (offer.released || idle)) {
                    all.remove();
                    gone.add(offer);
                    if (!offer.released) {
                        counters.offersExpired.increment();
                    }
                }
            }
        }
        gone.forEach(this::delete);
    }

    synchronized void close() {
        closed = true;
        wanted.clear();
    }

    // ---- what takers say; on any thread, never waits -----------------------------------------------------------

    void askedManifest(long store, long id) {
        Offer toPrepare = null;
        TransferMessage answer;
        synchronized (this) {
            Offer offer = offers.get(id);
            answer = refusal(offer, store, id);
            if (answer == null) {
                used(offer, store);
                if (offer.manifest != null) {
                    answer = new TransferMessage.HereManifest(id, offer.manifest.encode());
                } else {
                    answer = new TransferMessage.Patience(id);
                    offer.waiting.add(store);
                    if (!offer.preparing) {
                        offer.preparing = true;
                        toPrepare = offer;
                    }
                }
            }
        }
        out.accept(store, answer);
        prepareLater(toPrepare);
    }

    void asked(long store, long id, List<Place> places) {
        TransferMessage refusal = null;
        boolean start = false;
        synchronized (this) {
            Offer offer = offers.get(id);
            refusal = refusal(offer, store, id);
            if (refusal == null && offer.manifest == null) {
                refusal = new TransferMessage.Sorry(id, FailureCode.INVALID_ARGUMENT,
                        "pieces are asked for by a manifest, which nobody was given");
            }
            if (refusal == null) {
                used(offer, store);
                for (Place place : places) {
                    if (closed || wanted.size() >= MAX_ASKS || !offer.manifest.has(place.file(), place.chunk())) {
                        counters.asksDropped.increment();
                    } else {
                        wanted.add(new Wanted(store, id, place));
                    }
                }
                start = !sending && !wanted.isEmpty();
                sending |= start;
            }
        }
        if (refusal != null) {
            out.accept(store, refusal);
        }
        if (start) {
            scheduler.execute("snapshot send", this::send);
        }
    }

    void done(long store, long id) {
        Offer gone = null;
        synchronized (this) {
            Offer offer = offers.get(id);
            if (offer != null) {
                offer.takers.remove(store);
                if (offer.released && offer.takers.isEmpty() && !offer.preparing) {
                    gone = offers.remove(id);
                }
            }
        }
        delete(gone);
    }

    private TransferMessage refusal(Offer offer, long store, long id) {
        NokvException why = offer == null
                ? new NokvException(FailureCode.FILE_NOT_FOUND, "the snapshot is offered no more")
                : offer.refusal(store);
        return why == null ? null : new TransferMessage.Sorry(id, why.code(), why.getMessage());
    }

    private void used(Offer offer, long store) {
        offer.lastUseNanos = clock.monotonicNanos();
        offer.takers.put(store, offer.lastUseNanos);
    }

    // ---- flows ------------------------------------------------------------------------------------------------

    private void prepareLater(Offer offer) {
        if (offer != null) {
            scheduler.execute("snapshot manifest", () -> prepare(offer));
        }
    }

    private void prepare(Offer offer) {
        Manifest manifest = null;
        NokvException failure = null;
        try {
            manifest = Manifest.of(staging.vfs(), offer.directory, options.chunkBytes());
        } catch (NokvException e) {
            failure = e;
        }
        List<Long> waiting;
        synchronized (this) {
            offer.preparing = false;
            offer.manifest = manifest;
            offer.broken = failure;
            offer.lastUseNanos = clock.monotonicNanos();
            waiting = List.copyOf(offer.waiting);
            offer.waiting.clear();
        }
        TransferMessage answer = failure == null
                ? new TransferMessage.HereManifest(offer.id, manifest.encode())
                : new TransferMessage.Sorry(offer.id, failure.code(), failure.getMessage());
        waiting.forEach(store -> out.accept(store, answer));
    }

    private void send() {
        while (true) {
            Wanted next;
            Offer offer;
            synchronized (this) {
                Iterator<Wanted> first = wanted.iterator();
                if (!first.hasNext()) {
                    sending = false;
                    return;
                }
                next = first.next();
                first.remove();
                offer = offers.get(next.offer);
                if (offer == null || offer.broken != null) {
                    continue;
                }
            }
            send(next, offer);
        }
    }

    private void send(Wanted next, Offer offer) {
        Place place = next.place;
        int length = offer.manifest.chunkLength(place.file(), place.chunk());
        long hold = throttle.takeNanos(length);
        if (hold > 0) {
            scheduler.pause(hold);
        }
        TransferMessage answer;
        try {
            byte[] bytes = read(staging.vfs(), offer, place, length);
            answer = new TransferMessage.Piece(offer.id, place, Manifest.crc(bytes, 0, length), bytes);
            counters.piecesSent.increment();
            counters.bytesSent.add(length);
        } catch (NokvException e) {
            synchronized (this) {
                offer.broken = e;
            }
            answer = new TransferMessage.Sorry(offer.id, e.code(), e.getMessage());
        }
        out.accept(next.store, answer);
    }

    private static byte[] read(Vfs vfs, Offer offer, Place place, int length) {
        String path = offer.directory + "/" + offer.manifest.files().get(place.file()).name();
        long offset = (long) place.chunk() * offer.manifest.chunkBytes();
        byte[] bytes = new byte[length];
        try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
            VfsIo.readFully(file, offset, ByteBuffer.wrap(bytes));
        }
        if (Manifest.crc(bytes, 0, length) != offer.manifest.crc(place.file(), place.chunk())) {
            throw NokvException.corruption(path, offset, "the bytes are not those that were offered");
        }
        return bytes;
    }

    /** Large messages go in the lane for them; the rest must not wait behind. */
    static Net.Lane laneOf(TransferMessage message) {
        return message instanceof TransferMessage.Piece ? Net.Lane.BULK : Net.Lane.NORMAL;
    }
}

package io.nokv.raft.snapshot;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Net;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.raft.store.SnapshotTransfer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Snapshots as messages between stores: the receiver pulls pieces of files, each with a checksum, a window of them at a time.
 * Runs over any {@link Net}, the simulated one included. Thread-safe; the lock is for memory only.
 */
public final class NetSnapshotTransfer implements SnapshotTransfer {
    private static final int OFFER_VERSION = 1;

    private record Key(long store, long offer) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byStore = Long.compare(store, other.store);
            return byStore != 0 ? byStore : Long.compare(offer, other.offer);
        }
    }

    private record Running(Fetch fetch, Promise<String> result) {}

    private final long store;
    private final Net net;
    private final Ports ports;
    private final SnapshotTransferOptions options;
    private final Staging staging;
    private final TransferCounters counters = new TransferCounters();
    private final Offers offers;
    private final Throttle asking;

    // Under the lock of this.
    private final Map<Key, Running> running = new TreeMap<>();
    private final Map<Key, String> handedOut = new TreeMap<>();
    private final Map<String, Long> keptSinceNanos = new TreeMap<>();
    private final Set<String> beingRemoved = new HashSet<>();
    private boolean sweeping;
    private boolean closed;

    private NetSnapshotTransfer(long store, Net net, Ports ports, SnapshotTransferOptions options) {
        this.store = store;
        this.net = net;
        this.ports = ports;
        this.options = options;
        this.staging = new Staging(ports.vfs(), options.directory());
        this.asking = new Throttle(ports.clock(), options.bytesPerSecond());
        this.offers = new Offers(staging, options, ports.scheduler(), ports.clock(), counters, this::send);
    }

    /**
     * Cleans the directory of what earlier lives left there and waits for it. The owner of {@code net}'s inbox hands over what
     * is for this object by {@link #received}.
     *
     * @param store the id by which {@code net} knows this store
     */
    public static NetSnapshotTransfer open(long store, Net net, Ports ports, SnapshotTransferOptions options) {
        NetSnapshotTransfer opened = new NetSnapshotTransfer(store, net, ports, options);
        long now = ports.clock().monotonicNanos();
        opened.staging.clean().forEach(directory -> opened.keptSinceNanos.put(directory, now));
        opened.sweepLater();
        return opened;
    }

    private void send(long to, TransferMessage message) {
        net.send(store, to, Offers.laneOf(message), message.encode());
    }

    public SnapshotTransferStats stats() {
        int fetches;
        synchronized (this) {
            fetches = running.size();
        }
        return counters.stats(offers.count(), fetches);
    }

    // ---- sending ----------------------------------------------------------------------------------------------

    @Override
    public String newDirectory(long regionId) {
        return staging.newExport(regionId);
    }

    @Override
    public byte[] offer(String directory) {
        long id = ports.entropy().nextLong();
        offers.add(id, directory);
        sweepLater();
        return new ByteWriter(9).u8(OFFER_VERSION).u64(id).toBytes();
    }

    @Override
    public void release(byte[] offer) {
        offers.release(id(offer));
    }

    private static long id(byte[] offer) {
        ByteReader in = new ByteReader(offer);
        int version = in.u8();
        if (version != OFFER_VERSION) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION,
                    "an offer of a snapshot in format " + version + ", this program reads " + OFFER_VERSION);
        }
        long id = in.u64();
        in.end();
        return id;
    }

    // ---- fetching ---------------------------------------------------------------------------------------------

    @Override
    public Promise<String> fetch(long fromStore, byte[] offer) {
        Promise<String> result = ports.scheduler().promise();
        Key key;
        try {
            key = new Key(fromStore, id(offer));
        } catch (NokvException e) {
            result.fail(e);
            return result;
        }
        String directory = staging.incoming(fromStore, key.offer);
        Fetch fetch;
        synchronized (this) {
            Running same = running.get(key);
            if (same != null) {
                return same.result;
            }
            String ready = handedOut.get(key);
            if (ready != null) {
                result.complete(ready);
                return result;
            }
            if (closed) {
                result.fail(new NokvException(FailureCode.CLOSED, "the store is closing"));
                return result;
            }
            if (running.size() >= options.maxFetches() || beingRemoved.contains(directory)) {
                counters.fetchesRefused.increment();
                result.fail(new NokvException(FailureCode.OVERLOADED,
                        running.size() + " snapshots are being fetched already"));
                return result;
            }
            keptSinceNanos.remove(directory);
            fetch = new Fetch(options, staging, ports.scheduler(), ports.clock(), asking, counters, key.offer,
                    directory, message -> send(fromStore, message));
            running.put(key, new Running(fetch, result));
        }
        ports.scheduler().execute("snapshot fetch", () -> run(key, fetch, directory, result));
        return result;
    }

    private void run(Key key, Fetch fetch, String directory, Promise<String> result) {
        RuntimeException failure = null;
        try {
            fetch.run();
        } catch (NokvException e) {
            failure = e;
            if (e.code() == FailureCode.FILE_NOT_FOUND || e.code() == FailureCode.CORRUPTION
                    || e.code() == FailureCode.NO_SPACE) {
                staging.removeIfPossible(directory);
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        (failure == null ? counters.fetchesDone : counters.fetchesFailed).increment();
        synchronized (this) {
            running.remove(key);
            if (failure == null) {
                handedOut.put(key, directory);
            } else {
                keptSinceNanos.put(directory, ports.clock().monotonicNanos());
            }
        }
        sweepLater();
        if (failure == null) {
            result.complete(directory);
        } else {
            result.fail(failure);
        }
    }

    @Override
    public void discard(String directory) {
        synchronized (this) {
            handedOut.values().removeIf(directory::equals);
            keptSinceNanos.remove(directory);
            beingRemoved.add(directory);
        }
        ports.scheduler().execute("snapshot discard", () -> remove(directory));
    }

    private void remove(String directory) {
        staging.removeIfPossible(directory);
        synchronized (this) {
            beingRemoved.remove(directory);
        }
    }

    // ---- messages ---------------------------------------------------------------------------------------------

    @Override
    public void received(long fromStore, byte[] message) {
        TransferMessage read;
        try {
            read = TransferMessage.decode(message);
        } catch (NokvException e) {
            counters.messagesRefused.increment();
            return;
        }
        switch (read) {
            case TransferMessage.AskManifest m -> offers.askedManifest(fromStore, m.offer());
            case TransferMessage.Ask m -> offers.asked(fromStore, m.offer(), m.places());
            case TransferMessage.Done m -> offers.done(fromStore, m.offer());
            case TransferMessage.HereManifest m -> toFetch(fromStore, m);
            case TransferMessage.Patience m -> toFetch(fromStore, m);
            case TransferMessage.Piece m -> toFetch(fromStore, m);
            case TransferMessage.Sorry m -> toFetch(fromStore, m);
        }
    }

    private void toFetch(long fromStore, TransferMessage message) {
        Running to;
        synchronized (this) {
            to = running.get(new Key(fromStore, message.offer()));
        }
        if (to != null) {
            to.fetch.arrived(message);
        } else if (message instanceof TransferMessage.Piece) {
            counters.piecesUnwanted.increment();
        }
    }

    // ---- what time takes away -----------------------------------------------------------------------------------

    private void sweepLater() {
        synchronized (this) {
            if (sweeping || closed) {
                return;
            }
            sweeping = true;
        }
        long every = Math.max(1, Math.min(options.silenceNanos(), options.offerIdleNanos()) / 4);
        ports.scheduler().after(every, "snapshot sweep", this::sweep);
    }

    private void sweep() {
        offers.expire();
        List<String> old = new ArrayList<>();
        boolean more;
        synchronized (this) {
            long now = ports.clock().monotonicNanos();
            keptSinceNanos.forEach((directory, since) -> {
                if (now - since > options.keepPartialNanos()) {
                    old.add(directory);
                }
            });
            old.forEach(keptSinceNanos::remove);
            beingRemoved.addAll(old);
            sweeping = false;
            more = !keptSinceNanos.isEmpty();
        }
        old.forEach(this::remove);
        if (more || offers.count() > 0) {
            sweepLater();
        }
    }

    @Override
    public void close() {
        List<Running> last;
        synchronized (this) {
            closed = true;
            last = List.copyOf(running.values());
        }
        offers.close();
        last.forEach(one -> one.fetch.stop());
    }
}

package io.nokv.raft.snapshot;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.raft.snapshot.TransferMessage.Place;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The receiving side of one offer: one flow that asks for what is missing, a window of pieces at a time, writes what comes,
 * and asks again for what does not come. What is on the disk from an earlier attempt is read and kept where it matches the
 * manifest. Everything but {@link #arrived} and {@link #stop} runs on that flow.
 */
final class Fetch {
    /** More damaged pieces than this are no accident. */
    private static final int MAX_DAMAGED = 64;

    /** Messages that wait for the flow beyond the window: duplicates, which may be lost. */
    private static final int SPARE_MESSAGES = 64;

    private final SnapshotTransferOptions options;
    private final Staging staging;
    private final Scheduler scheduler;
    private final Clock clock;
    private final Throttle throttle;
    private final TransferCounters counters;
    private final long offer;
    private final String directory;
    private final Consumer<TransferMessage> out;

    private final Queue<TransferMessage> mail = new ConcurrentLinkedQueue<>();
    private final AtomicInteger mails = new AtomicInteger();
    private volatile Promise<Void> wake;
    private volatile boolean stopped;

    private final List<Place> missing = new ArrayList<>();
    private int nextMissing;
    private final Map<Place, Long> askedAtNanos = new LinkedHashMap<>();
    private final Map<Integer, Integer> missingOfFile = new TreeMap<>();
    private final Map<Integer, VfsFile> open = new TreeMap<>();
    private Manifest manifest;
    private long heardAtNanos;
    private long usualNanos;
    private int damaged;

    Fetch(SnapshotTransferOptions options, Staging staging, Scheduler scheduler, Clock clock, Throttle throttle,
            TransferCounters counters, long offer, String directory, Consumer<TransferMessage> out) {
        this.options = options;
        this.staging = staging;
        this.scheduler = scheduler;
        this.clock = clock;
        this.throttle = throttle;
        this.counters = counters;
        this.offer = offer;
        this.directory = directory;
        this.out = out;
    }

    // ---- on any thread ----------------------------------------------------------------------------------------

    void arrived(TransferMessage message) {
        if (mails.incrementAndGet() > options.window() + SPARE_MESSAGES) {
            mails.decrementAndGet();
            counters.piecesUnwanted.increment();
            return;
        }
        mail.add(message);
        ring();
    }

    void stop() {
        stopped = true;
        ring();
    }

    private void ring() {
        Promise<Void> bell = wake;
        if (bell != null) {
            bell.complete(null);
        }
    }

    // ---- on the flow of the fetch -----------------------------------------------------------------------------

    /** Waits until all is there and durable; fails as {@link io.nokv.raft.store.SnapshotTransfer#fetch} says. */
    String run() {
        try {
            heardAtNanos = clock.monotonicNanos();
            manifest = staging.manifest(directory);
            if (manifest == null) {
                manifest = askManifest();
                checkSpace(manifest.bytes());
                staging.begin(directory, manifest);
            }
            lookWhatIsThere();
            while (!askedAtNanos.isEmpty() || nextMissing < missing.size()) {
                ask();
                TransferMessage message = await();
                if (message == null) {
                    askAgain();
                } else {
                    take(message);
                }
            }
            staging.syncNames(directory);
            out.accept(new TransferMessage.Done(offer));
            return directory;
        } finally {
            open.values().forEach(VfsFile::close);
        }
    }

    private Manifest askManifest() {
        while (true) {
            out.accept(new TransferMessage.AskManifest(offer));
            long askedAt = clock.monotonicNanos();
            while (clock.monotonicNanos() - askedAt < options.askAgainNanos()) {
                TransferMessage message = await(askedAt + options.askAgainNanos());
                if (message instanceof TransferMessage.HereManifest here) {
                    try {
                        return Manifest.decode(here.manifest());
                    } catch (NokvException e) {
                        damaged(e);
                    }
                } else if (message instanceof TransferMessage.Sorry sorry) {
                    throw refused(sorry);
                }
            }
        }
    }

    private static NokvException refused(TransferMessage.Sorry sorry) {
        return new NokvException(sorry.code(), "the store that offers the snapshot says: " + sorry.why());
    }

    private void damaged(NokvException last) {
        counters.piecesDamaged.increment();
        if (++damaged > MAX_DAMAGED) {
            throw new NokvException(FailureCode.CORRUPTION,
                    "the snapshot arrives damaged again and again: " + last.getMessage(), last);
        }
    }

    private void checkSpace(long bytes) {
        long free = staging.vfs().freeBytes();
        if (free - options.spareBytes() < bytes) {
            throw new NokvException(FailureCode.NO_SPACE, directory + ": " + bytes + " bytes of a snapshot do not fit, "
                    + free + " are free and " + options.spareBytes() + " are to stay so");
        }
    }

    /** Reads what an earlier attempt left and notes what is missing. */
    private void lookWhatIsThere() {
        long bytes = 0;
        byte[] chunk = new byte[manifest.chunkBytes()];
        for (int number = 0; number < manifest.files().size(); number++) {
            Manifest.Item item = manifest.files().get(number);
            String path = directory + "/" + item.name();
            boolean isNew = !staging.vfs().exists(path);
            VfsFile file = staging.vfs().open(path, isNew ? Vfs.Mode.CREATE_NEW : Vfs.Mode.READ_WRITE);
            open.put(number, file);
            long size = file.size();
            if (size > item.size()) {
                file.truncate(item.size());
            }
            int lacks = 0;
            for (int i = 0; i < item.crcs().length; i++) {
                if (!isNew && isThere(file, size, number, i, chunk)) {
                    counters.piecesResumed.increment();
                } else {
                    missing.add(new Place(number, i));
                    bytes += manifest.chunkLength(number, i);
                    lacks++;
                }
            }
            missingOfFile.put(number, lacks);
            if (lacks == 0) {
                finishFile(number);
            } else {
                // Not open until its first piece comes: an export may have many files.
                open.remove(number).close();
            }
            if (stopped) {
                throw closing();
            }
        }
        if (bytes > 0) {
            checkSpace(bytes);
        }
    }

    private boolean isThere(VfsFile file, long size, int number, int chunk, byte[] into) {
        int length = manifest.chunkLength(number, chunk);
        long offset = (long) chunk * manifest.chunkBytes();
        if (offset + length > size) {
            return false;
        }
        VfsIo.readFully(file, offset, ByteBuffer.wrap(into, 0, length));
        return Manifest.crc(into, 0, length) == manifest.crc(number, chunk);
    }

    private void finishFile(int number) {
        try (VfsFile file = open.remove(number)) {
            file.sync();
        }
    }

    /** Fills the window. */
    private void ask() {
        List<Place> places = new ArrayList<>();
        long bytes = 0;
        while (nextMissing < missing.size() && askedAtNanos.size() + places.size() < options.window()) {
            Place place = missing.get(nextMissing++);
            places.add(place);
            bytes += manifest.chunkLength(place.file(), place.chunk());
        }
        if (!places.isEmpty()) {
            long hold = throttle.takeNanos(bytes);
            if (hold > 0) {
                scheduler.pause(hold);
                heardAtNanos += hold;
            }
            send(places);
        }
    }

    private void send(List<Place> places) {
        long now = clock.monotonicNanos();
        places.forEach(place -> askedAtNanos.put(place, now));
        out.accept(new TransferMessage.Ask(offer, places));
    }

    /** What is under way for longer than is usual. */
    private void askAgain() {
        long now = clock.monotonicNanos();
        List<Place> late = new ArrayList<>();
        askedAtNanos.forEach((place, at) -> {
            if (now - at >= patienceNanos()) {
                late.add(place);
            }
        });
        if (!late.isEmpty()) {
            counters.piecesAskedAgain.add(late.size());
            late.forEach(askedAtNanos::remove);
            send(late);
        }
    }

    private long patienceNanos() {
        return Math.max(options.askAgainNanos(), 4 * usualNanos);
    }

    private void take(TransferMessage message) {
        switch (message) {
            case TransferMessage.Piece piece -> take(piece);
            case TransferMessage.Sorry sorry -> throw refused(sorry);
            case TransferMessage.HereManifest _,TransferMessage.Patience _ -> {
            }
            case TransferMessage.AskManifest _,TransferMessage.Ask _,TransferMessage.Done _ ->
                throw new AssertionError("not for a receiver: " + message);
        }
    }

    private void take(TransferMessage.Piece piece) {
        Place place = piece.place();
        Long askedAt = askedAtNanos.get(place);
        if (askedAt == null) {
            counters.piecesUnwanted.increment();
            return;
        }
        int length = piece.bytes().length;
        if (length != manifest.chunkLength(place.file(), place.chunk())
                || Manifest.crc(piece.bytes(), 0, length) != manifest.crc(place.file(), place.chunk())) {
            damaged(new NokvException(FailureCode.CORRUPTION, "piece " + place.chunk() + " of "
                    + manifest.files().get(place.file()).name() + " does not match its checksum"));
            askedAtNanos.remove(place);
            send(List.of(place));
            return;
        }
        askedAtNanos.remove(place);
        long took = clock.monotonicNanos() - askedAt;
        usualNanos = usualNanos == 0 ? took : usualNanos + (took - usualNanos) / 8;
        VfsFile file = open.computeIfAbsent(place.file(), number -> staging.vfs()
                .open(directory + "/" + manifest.files().get(number).name(), Vfs.Mode.READ_WRITE));
        VfsIo.writeFully(file, (long) place.chunk() * manifest.chunkBytes(), ByteBuffer.wrap(piece.bytes()));
        counters.piecesReceived.increment();
        counters.bytesReceived.add(length);
        if (missingOfFile.merge(place.file(), -1, Integer::sum) == 0) {
            finishFile(place.file());
        }
    }

    /** The next message, or null when something is to be asked for again. */
    private TransferMessage await() {
        Iterator<Long> oldest = askedAtNanos.values().iterator();
        return await((oldest.hasNext() ? oldest.next() : clock.monotonicNanos()) + patienceNanos());
    }

    private TransferMessage await(long untilNanos) {
        while (true) {
            if (stopped) {
                throw closing();
            }
            TransferMessage message = mail.poll();
            long now = clock.monotonicNanos();
            if (message != null) {
                mails.decrementAndGet();
                heardAtNanos = now;
                return message;
            }
            if (now - heardAtNanos >= options.silenceNanos()) {
                throw new NokvException(FailureCode.TIMEOUT, "the store that offers the snapshot is silent for "
                        + (now - heardAtNanos) / 1_000_000 + " ms");
            }
            if (now - untilNanos >= 0) {
                return null;
            }
            Promise<Void> bell = scheduler.promise();
            wake = bell;
            if (mail.isEmpty() && !stopped) {
                Scheduler.Timer alarm = scheduler.after(untilNanos - now, "snapshot ask", () -> bell.complete(null));
                bell.await();
                alarm.cancel();
            }
            wake = null;
        }
    }

    private static NokvException closing() {
        return new NokvException(FailureCode.CLOSED, "the store is closing");
    }
}

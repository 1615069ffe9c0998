package io.nokv.server.imports;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Reason;
import io.nokv.server.imports.ImportBatch.Outcome;
import io.nokv.server.imports.ImportOptions.FileId;
import io.nokv.server.posix.FileStatus;
import io.nokv.server.posix.Posix;
import io.nokv.server.posix.PosixException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One import. Run it once, on one thread; {@link #entriesSoFar} and {@link #directoryNow} may be asked from others. */
public final class TreeImport {
    private static final int ATTEMPTS = 5;

    /** Of names and targets, so that a transaction stays well below what one gRPC message may hold. */
    private static final long MAX_BATCH_BYTES = 1 << 20;

    private final Namespace namespace;
    private final ImportOptions options;
    private final Tally tally = new Tally();
    private final EntryPlanner planner;

    /** Directories whose inode is known and whose entries were not read, the next one last. */
    private final Deque<SourceDirectory> toRead = new ArrayDeque<>();

    /** Directories whose entries are all in the namespace and whose attributes are still to be set. */
    private final Deque<SourceDirectory> toFinish = new ArrayDeque<>();

    private final Deque<ImportBatch> inFlight = new ArrayDeque<>();
    private final List<SourceDirectory> found = new ArrayList<>();
    private ImportBatch batch = new ImportBatch();
    private DirectoryScan scan;
    private long sourceDevice;

    public TreeImport(Namespace namespace, ImportOptions options) {
        this.namespace = namespace;
        this.options = options;
        this.planner = new EntryPlanner(options.mount(), tally);
    }

    /** Entries read so far. */
    public long entriesSoFar() {
        return tally.entries();
    }

    /** The directory being read, for people; empty before the first. */
    public String directoryNow() {
        SourceDirectory at = tally.path();
        return at == null ? "" : at.shown();
    }

    /**
     * Imports. A {@link PosixException} when the source cannot be read at all, a {@link NamespaceException} when the
     * namespace refuses or fails; what was committed stays, and the same import again continues.
     */
    public ImportReport run() {
        long start = System.nanoTime();
        namespace.registerMount(options.mount());
        long target = TargetDirectory.make(namespace, options.mount(), options.target());
        try (Posix posix = Posix.open(); ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            FileStatus status;
            try (Posix.Directory source = posix.openDirectory(options.source(), true)) {
                status = source.status();
            }
            sourceDevice = status.device();
            tally.bytes(status.size());
            toRead.push(new SourceDirectory(null, options.source(), status, target, false, true));
            try {
                while (step(posix, workers)) {
                }
            } finally {
                if (scan != null) {
                    scan.close();
                }
            }
        }
        return tally.report(System.nanoTime() - start);
    }

    /** Sends one transaction or settles the oldest; false when everything is done. */
    private boolean step(Posix posix, ExecutorService workers) {
        if (inFlight.size() < options.inFlight()) {
            fill(posix);
            if (batch.size() > 0) {
                send(workers);
                return true;
            }
        }
        if (!inFlight.isEmpty()) {
            settle(inFlight.poll());
            return true;
        }
        return scan != null || !toRead.isEmpty() || !toFinish.isEmpty() || planner.hasReadyLinks()
                || planner.hasRepairs();
    }

    private void fill(Posix posix) {
        while (batch.size() < options.stepsPerTransaction() && batch.bytes() < MAX_BATCH_BYTES) {
            if (planner.addReadyLink(batch)) {
                continue;
            }
            if (!toFinish.isEmpty()) {
                batch.add(planner.finish(toFinish.poll()), null);
            } else if (scan != null) {
                readOne();
            } else if (!toRead.isEmpty()) {
                openScan(posix, toRead.pop());
            } else if (!inFlight.isEmpty() || !planner.addRepair(batch)) {
                return;
            }
        }
    }

    private void openScan(Posix posix, SourceDirectory directory) {
        tally.at(directory);
        try {
            Posix.Directory source = posix.openDirectory(directory.path(), directory.isSource());
            ExistingEntries existing = directory.fresh
                    ? null
                    : new ExistingEntries(namespace, options.mount(), directory.inode);
            scan = new DirectoryScan(directory, source, existing);
        } catch (PosixException e) {
            if (directory.isSource()) {
                throw e;
            }
            note(e);
            directory.scanned = true;
            finishIfComplete(directory);
        }
    }

    private void readOne() {
        if (!scan.hasNext()) {
            scan.close();
            SourceDirectory directory = scan.directory;
            scan = null;
            directory.scanned = true;
            for (int i = found.size() - 1; i >= 0; i--) {
                toRead.push(found.get(i));
            }
            found.clear();
            finishIfComplete(directory);
            return;
        }
        byte[] name = scan.nextName();
        try {
            FileStatus status = scan.status(name);
            boolean directory = status.type() == FileType.DIRECTORY;
            if (directory && options.excluded().contains(FileId.of(status))) {
                tally.excluded();
                return;
            }
            boolean descend = !options.oneFileSystem() || status.device() == sourceDevice;
            Entry existing = scan.existing(FileName.of(name));
            planner.plan(scan, name, status, existing, batch, child -> {
                if (!descend) {
                    child.scanned = true;
                    finishIfComplete(child);
                } else {
                    found.add(child);
                }
            });
        } catch (PosixException e) {
            note(e);
        }
    }

    private void note(PosixException e) {
        if (e.vanished()) {
            tally.vanished(e.getMessage());
        } else {
            tally.failed(e.getMessage());
        }
    }

    /** Sets the attributes of a directory with its last entry, or later when a transaction of its is still on its way. */
    private void finishIfComplete(SourceDirectory directory) {
        if (!directory.scanned || !directory.dirty) {
            return;
        }
        boolean onlyHere = directory.outstanding == 0 || directory.outstanding == 1 && batch.touched(directory);
        if (onlyHere) {
            directory.dirty = false;
            batch.add(planner.finish(directory), null);
        }
    }

    private void send(ExecutorService workers) {
        ImportBatch sent = batch;
        batch = new ImportBatch();
        tally.transaction();
        sent.results = workers.submit(() -> transact(sent.steps()));
        inFlight.add(sent);
    }

    /** Conflicts with other writers of the namespace pass; everything else is the caller's. */
    private List<MutationResult> transact(List<Operation> steps) {
        for (int attempt = 1;; attempt++) {
            try {
                return namespace.transact(steps, null);
            } catch (NamespaceException e) {
                boolean again = switch (e.reason()) {
                    case CONFLICT, OVERLOADED -> attempt < ATTEMPTS;
                    default -> false;
                };
                if (!again) {
                    throw e;
                }
            }
        }
    }

    private void settle(ImportBatch happened) {
        List<MutationResult> results = resultsOf(happened.results);
        List<Outcome> outcomes = happened.outcomes();
        List<SourceDirectory> reading = List.copyOf(found);
        found.clear();
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) != null) {
                outcomes.get(i).happened(results.get(i));
            }
        }
        for (int i = found.size() - 1; i >= 0; i--) {
            toRead.push(found.get(i));
        }
        found.clear();
        found.addAll(reading);
        planner.settle(happened);
        for (SourceDirectory directory : happened.directories()) {
            directory.outstanding--;
            if (directory.scanned && directory.dirty && directory.outstanding == 0) {
                directory.dirty = false;
                toFinish.add(directory);
            }
        }
    }

    private static List<MutationResult> resultsOf(Future<List<MutationResult>> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                default -> throw new AssertionError(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NamespaceException(Reason.CANCELLED, "the import was interrupted", e);
        }
    }
}

package io.nokv.lsm.vlog;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Copies what is pointed to out of value files into one new file. Reads what cannot change, writes a file nobody knows
 * yet; it is synced, its name too, when {@link #run} returns, and gone or left over when that throws.
 *
 * <p>No pointer comes into being except together with the file it points into, so what one version does not point to, no
 * later one does: copying what one version points to is enough for all that follow it.
 */
public final class MoveJob {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Whether the tables of the version that is moved point to a value. */
    public interface Liveness {
        /** @param origin and @param offset say which of the records of this key and sequence number is meant */
        boolean isLive(Family family, byte[] key, long sequence, long origin, long offset);
    }

    /**
     * @param file null when nothing is pointed to any more
     * @param values that were copied
     */
    public record Result(ValueFileMeta file, long values, long bytes) {}

    private final ValueLog log;
    private final ValueFileSet set;
    private final List<ValueFileHandle> from;
    private final Liveness liveness;
    private final LongSupplier numbers;
    private final BooleanSupplier cancelled;
    private ValueFileWriter writer;
    private long number;
    private long values;
    private long bytes;

    /**
     * @param set held by the caller until the job is done
     * @param from files of {@code set}, of one family and generation
     */
    public MoveJob(ValueLog log, ValueFileSet set, List<ValueFileHandle> from, Liveness liveness, LongSupplier numbers,
            BooleanSupplier cancelled) {
        this.log = log;
        this.set = set;
        this.from = from;
        this.liveness = liveness;
        this.numbers = numbers;
        this.cancelled = cancelled;
    }

    /** One run of records of one origin in one file. */
    private record Section(long origin, ValueFileReader file, ValueIndex index, int first, int end) {}

    public Result run() {
        boolean complete = false;
        try {
            for (Section section : sections()) {
                move(section);
            }
            ValueFileMeta file = null;
            if (writer != null) {
                file = writer.finish();
                writer.close();
                writer = null;
                syncNames();
            }
            complete = true;
            return new Result(file, values, bytes);
        } finally {
            if (!complete) {
                discard();
            }
        }
    }

    /** By ascending origin; what nothing points into is left out. */
    private List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        for (ValueFileHandle handle : from) {
            ValueFileReader file = handle.reader(log);
            ValueIndex index = file.index();
            int first = 0;
            for (int i = 1; i <= index.records(); i++) {
                if (i == index.records() || index.origin(i) != index.origin(first)) {
                    if (set.live(index.origin(first)) != null) {
                        sections.add(new Section(index.origin(first), file, index, first, i));
                    }
                    first = i;
                }
            }
        }
        sections.sort((a, b) -> Long.compare(a.origin, b.origin));
        return sections;
    }

    private void move(Section section) {
        long movedValues = values;
        long movedBytes = bytes;
        ValueIndex index = section.index;
        for (int i = section.first; i < section.end;) {
            int end = i + 1;
            while (end < section.end && index.place(end + 1) - index.place(i) <= CHUNK_BYTES) {
                end++;
            }
            if (cancelled.getAsBoolean()) {
                throw new NokvException(FailureCode.CANCELLED, "the store is closing");
            }
            byte[] chunk = new byte[(int) (index.place(end) - index.place(i))];
            section.file.read(index.place(i), chunk);
            for (int r = i; r < end; r++) {
                int at = (int) (index.place(r) - index.place(i));
                move(section, r, Arrays.copyOfRange(chunk, at, at + index.recordBytes(r)));
            }
            i = end;
        }
        ValueShare live = set.live(section.origin);
        Invariant.check(values - movedValues == live.values() && bytes - movedBytes == live.bytes(),
                "as much is moved as tables point to", live);
    }

    private void move(Section section, int index, byte[] record) {
        long offset = section.index.offset(index);
        ValueFormat.Record owner = ValueFormat.checks(section.origin, offset, record)
                ? ValueFormat.owner(record)
                : null;
        if (owner == null) {
            throw NokvException.corruption(section.file.path(), section.index.place(index),
                    "the value does not match its checksum");
        }
        if (!liveness.isLive(owner.family(), owner.key(), owner.sequence(), section.origin, offset)) {
            return;
        }
        if (writer == null) {
            number = numbers.getAsLong();
            ValueFileMeta first = from.getFirst().meta();
            writer = log.create(number, first.family(), Math.min(first.generation() + 1, ValueFormat.MAX_GENERATION));
        }
        writer.add(section.origin, offset, record);
        values++;
        bytes += record.length;
    }

    /** A failed sync cannot be made good by another one, so it is not the kind of failure after which a job is tried again. */
    private void syncNames() {
        try {
            log.syncNames();
        } catch (NokvException e) {
            throw new NokvException(FailureCode.IO_ERROR, "the name of a value file was not synced: " + e.getMessage(),
                    e);
        }
    }

    private void discard() {
        if (writer != null) {
            writer.close();
        }
        if (number != 0) {
            try {
                log.delete(number);
            } catch (NokvException _) {
                return; // left to the next opening
            }
        }
    }
}

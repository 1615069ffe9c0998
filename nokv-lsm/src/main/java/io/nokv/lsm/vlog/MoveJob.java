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
 * yet; it is synced, its name too, once the job is done.
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
    private ValueFileMeta file;
    private long values;
    private long bytes;

    /** Null before the first step. */
    private List<Section> sections;
    private int sectionIndex;
    /** How many records of the section were looked at. */
    private int recordIndex;
    /** What was moved before the section. */
    private long valuesBefore;
    private long bytesBefore;

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

    /**
     * Goes on for {@code readBytes}, and a little more; true when the job is done. Another thread may take the next step. When
     * this throws, what was written is gone or left over.
     */
    public boolean step(long readBytes) {
        boolean good = false;
        try {
            boolean done = advance(readBytes);
            good = true;
            return done;
        } finally {
            if (!good) {
                discard();
            }
        }
    }

    private boolean advance(long readBytes) {
        if (sections == null) {
            sections = sections();
        }
        long left = readBytes;
        while (left > 0) {
            if (sectionIndex == sections.size()) {
                finish();
                return true;
            }
            if (cancelled.getAsBoolean()) {
                throw new NokvException(FailureCode.CANCELLED, "the store is closing");
            }
            left -= moveChunk(sections.get(sectionIndex));
        }
        return false;
    }

    private void finish() {
        if (writer != null) {
            file = writer.finish();
            writer.close();
            writer = null;
            syncNames();
        }
    }

    /** What came of it, once {@link #step} was true. */
    public Result result() {
        return new Result(file, values, bytes);
    }

    /** Bytes of the records copied so far. */
    public long movedBytes() {
        return bytes;
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

    /** Answers how many bytes it read. */
    private long moveChunk(Section section) {
        ValueIndex index = section.index;
        int first = section.first + recordIndex;
        int end = first + 1;
        while (end < section.end && index.place(end + 1) - index.place(first) <= CHUNK_BYTES) {
            end++;
        }
        byte[] chunk = new byte[(int) (index.place(end) - index.place(first))];
        section.file.read(index.place(first), chunk);
        for (int r = first; r < end; r++) {
            int at = (int) (index.place(r) - index.place(first));
            move(section, r, Arrays.copyOfRange(chunk, at, at + index.recordBytes(r)));
        }
        recordIndex += end - first;
        if (end == section.end) {
            ValueShare live = set.live(section.origin);
            Invariant.check(values - valuesBefore == live.values() && bytes - bytesBefore == live.bytes(),
                    "as much is moved as tables point to", live);
            valuesBefore = values;
            bytesBefore = bytes;
            recordIndex = 0;
            sectionIndex++;
        }
        return chunk.length;
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

    /** Takes back what was written: nobody knows the file. A failure to delete it leaves it to the next opening. */
    public void discard() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        if (number != 0) {
            try {
                log.delete(number);
            } catch (NokvException _) {
                number = 0;
            }
            number = 0;
        }
    }
}

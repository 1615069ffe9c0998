package io.nokv.lsm.vlog;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.Arrays;

/**
 * Where the records of one value file came from and where they lie, in the order of the file: ascending by offset within
 * an origin, and no origin in two places. Immutable.
 */
final class ValueIndex {
    private final long[] origins;
    /** Offsets in the file of origin. */
    private final long[] offsets;
    /** Offsets in this file; one more than there are records. */
    private final long[] places;

    private ValueIndex(long[] origins, long[] offsets, long[] places) {
        this.origins = origins;
        this.offsets = offsets;
        this.places = places;
    }

    /** Collects the index while a file is written. */
    static final class Builder {
        private final ByteWriter out = new ByteWriter(4 << 10);
        private long lastOrigin;
        private long expected;

        void add(long origin, long offset, int recordBytes) {
            boolean same = origin == lastOrigin;
            out.signedVarint(origin - lastOrigin).varint(same ? offset - expected : offset).varint(recordBytes);
            lastOrigin = origin;
            expected = offset + recordBytes;
        }

        byte[] finish() {
            return out.toBytes();
        }
    }

    /** CORRUPTION, without a place, unless {@code bytes} describe what the manifest says of the file. */
    static ValueIndex parse(byte[] bytes, ValueFileMeta meta) {
        ByteReader in = new ByteReader(bytes);
        int count = Math.toIntExact(meta.values());
        if (count > bytes.length) {
            throw new NokvException(FailureCode.CORRUPTION, "an index too short for " + count + " values");
        }
        long[] origins = new long[count];
        long[] offsets = new long[count];
        long[] places = new long[count + 1];
        long origin = 0;
        long expected = 0;
        places[0] = ValueFormat.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            long step = in.signedVarint();
            long offset = in.varint() + (step == 0 ? expected : 0);
            int recordBytes = in.varint(Integer.MAX_VALUE);
            origin += step;
            expected = offset + recordBytes;
            origins[i] = origin;
            offsets[i] = offset;
            places[i + 1] = places[i] + recordBytes;
            if (recordBytes < ValueFormat.RECORD_HEADER_BYTES || i > 0 && (origin < origins[i - 1]
                    || origin == origins[i - 1] && offset <= offsets[i - 1])) {
                throw new NokvException(FailureCode.CORRUPTION, "an index out of order");
            }
        }
        in.end();
        return new ValueIndex(origins, offsets, places);
    }

    int records() {
        return origins.length;
    }

    long origin(int record) {
        return origins[record];
    }

    long offset(int record) {
        return offsets[record];
    }

    /** Where the record lies in this file. */
    long place(int record) {
        return places[record];
    }

    int recordBytes(int record) {
        return (int) (places[record + 1] - places[record]);
    }

    /** Heap bytes held. */
    long bytes() {
        return 8L * (origins.length + offsets.length + places.length);
    }

    /** The record first written to {@code offset} of {@code origin}, or -1. */
    int find(long origin, long offset) {
        int low = 0;
        int high = origins.length - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = origins[middle] != origin
                    ? Long.compare(origins[middle], origin)
                    : Long.compare(offsets[middle], offset);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return records() + " records of " + Arrays.stream(origins).distinct().count() + " origins";
    }
}

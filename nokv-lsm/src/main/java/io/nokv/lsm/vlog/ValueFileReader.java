package io.nokv.lsm.vlog;

import io.nokv.base.error.NokvException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One value file to read from. Thread-safe. */
final class ValueFileReader {
    private static final int CHUNK_BYTES = 1 << 20;

    private final ValueLog log;
    private final String path;
    private final ValueFileMeta meta;
    private final long recordsEnd;
    /** Null for a file of generation 0: its records are where the pointers say. */
    private final ValueIndex moved;

    private ValueFileReader(ValueLog log, String path, ValueFileMeta meta, long recordsEnd, ValueIndex moved) {
        this.log = log;
        this.path = path;
        this.meta = meta;
        this.recordsEnd = recordsEnd;
        this.moved = moved;
    }

    /** Reads header and footer, and of a file with moved values the index; CORRUPTION unless all check. */
    static ValueFileReader open(ValueLog log, ValueFileMeta meta) {
        String path = log.path(meta.number());
        if (meta.bytes() < ValueFormat.HEADER_BYTES + ValueFormat.FOOTER_BYTES) {
            throw NokvException.corruption(path, 0, "too short for a value file");
        }
        byte[] header = new byte[ValueFormat.HEADER_BYTES];
        log.files().read(path, 0, ByteBuffer.wrap(header));
        ValueFormat.checkHeader(meta, header, path);
        byte[] footerBytes = new byte[ValueFormat.FOOTER_BYTES];
        log.files().read(path, meta.bytes() - ValueFormat.FOOTER_BYTES, ByteBuffer.wrap(footerBytes));
        ValueFormat.Footer footer = ValueFormat.parseFooter(meta, footerBytes, path);
        ValueIndex moved = meta.generation() == 0 ? null : index(log, path, meta, footer, footerBytes);
        return new ValueFileReader(log, path, meta, footer.indexAt(), moved);
    }

    private static ValueIndex index(ValueLog log, String path, ValueFileMeta meta, ValueFormat.Footer footer,
            byte[] footerBytes) {
        byte[] bytes = new byte[footer.indexBytes()];
        log.files().read(path, footer.indexAt(), ByteBuffer.wrap(bytes));
        ValueFormat.checkIndex(meta.number(), footerBytes, bytes, path);
        try {
            return ValueIndex.parse(bytes, meta);
        } catch (NokvException e) {
            throw NokvException.corruption(path, footer.indexAt(), e.getMessage());
        }
    }

    /** The index of all records, read from the file unless it is kept. */
    ValueIndex index() {
        if (moved != null) {
            return moved;
        }
        byte[] footerBytes = new byte[ValueFormat.FOOTER_BYTES];
        log.files().read(path, meta.bytes() - ValueFormat.FOOTER_BYTES, ByteBuffer.wrap(footerBytes));
        return index(log, path, meta, ValueFormat.parseFooter(meta, footerBytes, path), footerBytes);
    }

    /** Reads the whole file; CORRUPTION unless every record is what was written. Opening the reader has checked the rest. */
    void verify() {
        ValueIndex index = index();
        if (index.place(index.records()) != recordsEnd) {
            throw NokvException.corruption(path, recordsEnd, "the index does not end where the records do");
        }
        for (int first = 0; first < index.records();) {
            int end = first + 1;
            while (end < index.records() && index.place(end + 1) - index.place(first) <= CHUNK_BYTES) {
                end++;
            }
            byte[] chunk = new byte[Math.toIntExact(index.place(end) - index.place(first))];
            read(index.place(first), chunk);
            for (int i = first; i < end; i++) {
                int at = (int) (index.place(i) - index.place(first));
                byte[] record = Arrays.copyOfRange(chunk, at, at + index.recordBytes(i));
                if (!ValueFormat.checks(index.origin(i), index.offset(i), record)
                        || ValueFormat.owner(record) == null || ValueFormat.value(record) == null) {
                    throw NokvException.corruption(path, index.place(i), "the value does not match its checksum");
                }
            }
            first = end;
        }
    }

    /** Heap bytes held for as long as the file is in use. */
    long indexBytes() {
        return moved == null ? 0 : moved.bytes();
    }

    /** Where the record lies in this file: reads are cheapest in this order. */
    long place(ValuePointer pointer) {
        if (moved == null) {
            return pointer.offset();
        }
        int record = moved.find(pointer.origin(), pointer.offset());
        if (record < 0) {
            throw NokvException.corruption(path, 0, "the value first written to offset " + pointer.offset()
                    + " of value file " + pointer.origin() + " is not there");
        }
        return moved.place(record);
    }

    byte[] read(ValuePointer pointer) {
        long place = place(pointer);
        if (place < ValueFormat.HEADER_BYTES || place + pointer.recordBytes() > recordsEnd
                || pointer.recordBytes() < ValueFormat.RECORD_HEADER_BYTES) {
            throw NokvException.corruption(path, place, "a pointer to " + pointer.recordBytes()
                    + " bytes outside of the file's records");
        }
        byte[] record = new byte[pointer.recordBytes()];
        log.files().read(path, place, ByteBuffer.wrap(record));
        if (ValueFormat.checksum(record) != pointer.checksum()
                || !ValueFormat.checks(pointer.origin(), pointer.offset(), record)) {
            throw NokvException.corruption(path, place, "the value does not match its checksum");
        }
        byte[] value = ValueFormat.value(record);
        if (value == null || value.length != pointer.valueBytes()) {
            throw NokvException.corruption(path, place, "the value does not decode");
        }
        return value;
    }

    /** Fills {@code chunk} from {@code place} on. */
    void read(long place, byte[] chunk) {
        log.files().read(path, place, ByteBuffer.wrap(chunk));
    }

    String path() {
        return path;
    }
}

package io.nokv.lsm.vlog;

import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.Family;
import io.nokv.lsm.file.Compression;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;

/** Writes one value file, record by record. Used by one flow. The file is left as it is when writing fails. */
final class ValueFileWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final VfsFile file;
    private final long number;
    private final Family family;
    private final int generation;
    private final ValueIndex.Builder index = new ValueIndex.Builder();
    private final TreeMap<Long, ValueShare> shares = new TreeMap<>();
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long written;
    private long records;

    /** @param file new and empty; closed with the writer */
    ValueFileWriter(VfsFile file, long number, Family family, int generation) {
        this.file = file;
        this.number = number;
        this.family = family;
        this.generation = generation;
        put(ValueFormat.header(number, family, generation));
    }

    Family family() {
        return family;
    }

    long number() {
        return number;
    }

    /** Bytes the file has so far. */
    long bytes() {
        return written + buffer.position();
    }

    /** Appends a value that no file has yet. */
    ValuePointer add(long sequence, ByteBuffer key, byte[] value, Compression compression) {
        long offset = bytes();
        byte[] record = ValueFormat.record(number, offset, family, sequence, key, value, compression);
        add(number, offset, record);
        return new ValuePointer(number, offset, record.length, value.length, ValueFormat.checksum(record));
    }

    /** Appends a record as it is; origins ascend, and offsets within one. */
    void add(long origin, long offset, byte[] record) {
        put(record);
        index.add(origin, offset, record.length);
        shares.merge(origin, new ValueShare(origin, 1, record.length), ValueShare::plus);
        records++;
    }

    private void put(byte[] bytes) {
        if (buffer.remaining() < bytes.length) {
            writeOut();
            if (buffer.capacity() < bytes.length) {
                VfsIo.writeFully(file, written, ByteBuffer.wrap(bytes));
                written += bytes.length;
                return;
            }
        }
        buffer.put(bytes);
    }

    private void writeOut() {
        buffer.flip();
        int bytes = buffer.remaining();
        VfsIo.writeFully(file, written, buffer);
        written += bytes;
        buffer.clear();
    }

    /** Completes the file and syncs it; its name is the caller's to sync. At least one record was added. */
    ValueFileMeta finish() {
        long indexAt = bytes();
        byte[] indexBytes = index.finish();
        put(indexBytes);
        put(ValueFormat.footer(number, indexAt, indexBytes, records));
        writeOut();
        file.sync();
        return new ValueFileMeta(number, written, family, generation, List.copyOf(shares.values()));
    }

    @Override
    public void close() {
        file.close();
    }
}

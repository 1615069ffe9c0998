package io.nokv.lsm.vlog;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Takes large values out of the entries that one flush or compaction writes. Nobody knows its files before the version
 * edit that adds the tables that point to them. Used by one flow.
 */
public final class ValueSeparator {
    private final ValueLog log;
    private final EngineOptions.Values options;
    private final LongSupplier numbers;
    private final List<Long> begun = new ArrayList<>();
    private final List<ValueFileMeta> files = new ArrayList<>();
    private ValueFileWriter writer;

    /** @param numbers hands out file numbers */
    public ValueSeparator(ValueLog log, LongSupplier numbers) {
        this.log = log;
        this.options = log.options();
        this.numbers = numbers;
    }

    /** Whether a value of {@code valueBytes} bytes of this key does not stay in its entry. */
    public boolean takes(Family family, byte[] key, int keyAt, int keyBytes, int valueBytes) {
        return valueBytes >= options.minBytes() && options.families().contains(family)
                && !isInline(key, keyAt, keyBytes);
    }

    private boolean isInline(byte[] key, int at, int length) {
        for (byte[] prefix : options.inlinePrefixes()) {
            if (length >= prefix.length && Arrays.equals(key, at, at + prefix.length, prefix, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    /** Writes the value; returns the encoded pointer to it. */
    public byte[] put(Family family, byte[] key, int keyAt, int keyBytes, long sequence, byte[] value, int valueAt,
            int valueBytes) {
        if (writer != null && (writer.family() != family || writer.bytes() >= options.fileBytes())) {
            finishFile();
        }
        if (writer == null) {
            long number = numbers.getAsLong();
            begun.add(number);
            writer = log.create(number, family, 0);
        }
        log.valuesWritten.increment();
        return writer.add(sequence, ByteBuffer.wrap(key, keyAt, keyBytes),
                Arrays.copyOfRange(value, valueAt, valueAt + valueBytes), options.compression()).encode();
    }

    private void finishFile() {
        ValueFileMeta meta = writer.finish();
        files.add(meta);
        log.bytesWritten.add(meta.bytes());
        writer.close();
        writer = null;
    }

    /** Completes and syncs the files; their names are the caller's to sync. */
    public List<ValueFileMeta> finish() {
        if (writer != null) {
            finishFile();
        }
        return List.copyOf(files);
    }

    /** The files are not named anywhere: a failure to delete them leaves them to the next opening. */
    public void discard() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        for (long number : begun) {
            try {
                log.delete(number);
            } catch (NokvException _) {
                return;
            }
        }
    }
}

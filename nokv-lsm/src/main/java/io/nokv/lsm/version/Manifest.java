package io.nokv.lsm.version;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * The log of version edits. Opening a store always begins a new manifest that describes it whole, so a torn one is never
 * appended to. Used by one flow at a time; after a failure it must not be used any more.
 */
public final class Manifest implements AutoCloseable {
    private static final String CURRENT = "CURRENT";
    private static final String PREFIX = "MANIFEST-";
    private static final int FRAME_BYTES = 12;
    private static final int ALIGNMENT = 8;
    /** A manifest is begun anew when its changes are this many times as long as its beginning, and not tiny. */
    private static final int REWRITE_FACTOR = 4;

    private final Vfs vfs;
    private final String directory;
    private final long rewriteBytes;
    private VfsFile file;
    private long number;
    private long end;
    private long firstRecordEnd;
    /** Whether writing failed, so that nobody knows whether the last change is in the file. */
    private boolean unsure;

    private Manifest(Vfs vfs, String directory, long rewriteBytes) {
        this.vfs = vfs;
        this.directory = directory;
        this.rewriteBytes = rewriteBytes;
    }

    private static String path(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    private static String name(long number) {
        return PREFIX + String.format("%06d", number);
    }

    /** The edits of the current manifest in order, and its number; null when the directory has none. */
    public static Recovered recover(Vfs vfs, String directory) {
        String currentPath = path(directory, CURRENT);
        if (!vfs.exists(currentPath)) {
            return null;
        }
        String current = new String(VfsIo.readAll(vfs, currentPath), StandardCharsets.ISO_8859_1);
        long number = parseCurrent(current, currentPath);
        String path = path(directory, name(number));
        if (!vfs.exists(path)) {
            throw NokvException.corruption(path, 0, "the manifest that " + currentPath + " names is missing");
        }
        byte[] bytes = VfsIo.readAll(vfs, path);
        List<VersionEdit> edits = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            byte[] payload = read(bytes, number, at);
            if (payload == null) {
                refuseRecordsAfter(bytes, number, at, path);
                break;
            }
            try {
                edits.add(VersionEdit.decode(payload));
            } catch (NokvException e) {
                throw new NokvException(e.code(), path + " at offset " + at + ": " + e.getMessage(), e);
            }
            at += recordBytes(payload.length);
        }
        if (edits.isEmpty()) {
            throw NokvException.corruption(path, 0, "the first record is unreadable");
        }
        return new Recovered(number, edits);
    }

    /**
     * Reads the manifest in force again: CORRUPTION, by name and offset, unless every byte is as it was written and the edits together say
     * {@code whole}. After a change that could not be written there is nothing to compare: it may be in the file or not.
     */
    public void verify(VersionEdit whole) {
        if (unsure) {
            return;
        }
        Recovered found = recover(vfs, directory);
        if (found == null || found.number != number) {
            throw NokvException.corruption(path(directory, CURRENT), 0, "it does not name manifest " + number);
        }
        String path = path(directory, name(number));
        byte[] bytes = VfsIo.readAll(vfs, path);
        int at = 0;
        while (at < end) {
            byte[] payload = read(bytes, number, at);
            if (payload == null) {
                throw NokvException.corruption(path, at, "unreadable record; the manifest goes on to " + end);
            }
            int next = at + recordBytes(payload.length);
            for (int i = at + FRAME_BYTES + payload.length; i < next; i++) {
                if (bytes[i] != 0) {
                    throw NokvException.corruption(path, i, "bytes between two records");
                }
            }
            at = next;
        }
        if (!Arrays.equals(VersionEdit.fold(found.edits).encodeState(), whole.encodeState())) {
            throw NokvException.corruption(path, 0, "the manifest does not describe the store");
        }
    }

    /** @param edits the first one describes a whole store */
    public record Recovered(long number, List<VersionEdit> edits) {}

    /**
     * Begins manifest {@code number}, described by {@code whole}, and makes it the current one.
     *
     * @param rewriteBytes the length below which it is never begun anew
     */
    public static Manifest create(Vfs vfs, String directory, long number, VersionEdit whole, long rewriteBytes) {
        Manifest manifest = new Manifest(vfs, directory, rewriteBytes);
        manifest.begin(number, whole);
        return manifest;
    }

    private void begin(long newNumber, VersionEdit whole) {
        String path = path(directory, name(newNumber));
        VfsFile made = vfs.open(path, Vfs.Mode.CREATE_OR_TRUNCATE);
        try {
            byte[] record = frame(newNumber, 0, whole.encode());
            VfsIo.writeFully(made, 0, ByteBuffer.wrap(record));
            made.sync();
            vfs.syncDir(directory);
            VfsIo.replace(vfs, directory, CURRENT, current(newNumber));
            end = record.length;
            firstRecordEnd = end;
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
        VfsFile before = file;
        String beforePath = before == null ? null : before.path();
        file = made;
        number = newNumber;
        if (before != null) {
            before.close();
            vfs.delete(beforePath);
        }
    }

    /**
     * Appends {@code edit} durably.
     *
     * @param whole describes the store after the edit, asked for when the manifest has grown too long
     * @param nextNumber hands out the number of a new manifest
     */
    public void append(VersionEdit edit, Supplier<VersionEdit> whole, Supplier<Long> nextNumber) {
        unsure = true;
        if (end > rewriteBytes && end > REWRITE_FACTOR * firstRecordEnd) {
            begin(nextNumber.get(), whole.get());
            unsure = false;
            return;
        }
        byte[] record = frame(number, end, edit.encode());
        VfsIo.writeFully(file, end, ByteBuffer.wrap(record));
        file.sync();
        end += record.length;
        unsure = false;
    }

    /** Deletes the manifests of earlier lives. */
    public void deleteOthers() {
        for (String name : vfs.list(directory)) {
            if (name.startsWith(PREFIX) && !name.equals(name(number))) {
                vfs.delete(path(directory, name));
            }
        }
    }

    public long number() {
        return number;
    }

    public long bytes() {
        return end;
    }

    private static byte[] current(long number) {
        String name = "nokv " + name(number);
        return (name + " " + crcText(name) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String crcText(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static long parseCurrent(String text, String path) {
        int space = text.lastIndexOf(' ');
        String head = space < 0 ? "" : text.substring(0, space);
        if (!head.startsWith("nokv " + PREFIX) || !text.equals(head + " " + crcText(head) + "\n")) {
            throw NokvException.corruption(path, 0, "not the name of a manifest");
        }
        return Long.parseLong(head.substring(5 + PREFIX.length()));
    }

    private static int magic(long number) {
        long z = (number ^ 0x4D414E4946455354L) * 0xBF58476D1CE4E5B9L;
        return (int) (z ^ z >>> 31) | 1;
    }

    private static int recordBytes(int payloadBytes) {
        return (FRAME_BYTES + payloadBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static int crc(long number, long offset, byte[] bytes, int lengthAt, int count) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16).putLong(number).putLong(offset).flip());
        crc.update(bytes, lengthAt, count);
        return (int) crc.getValue();
    }

    private static byte[] frame(long number, long offset, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(recordBytes(payload.length));
        out.putInt(magic(number)).putInt(0).putInt(payload.length).put(payload);
        out.putInt(4, crc(number, offset, out.array(), 8, 4 + payload.length));
        return out.array();
    }

    /** The payload of the record at {@code at}, or null when there is none that checks. */
    private static byte[] read(byte[] bytes, long number, int at) {
        if (bytes.length - at < FRAME_BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int payloadBytes = in.getInt(at + 8);
        if (in.getInt(at) != magic(number) || payloadBytes < 0 || payloadBytes > bytes.length - at - FRAME_BYTES
                || crc(number, at, bytes, at + 8, 4 + payloadBytes) != in.getInt(at + 4)) {
            return null;
        }
        byte[] payload = new byte[payloadBytes];
        in.get(at + FRAME_BYTES, payload);
        return payload;
    }

    /** Every record was synced before the next was written, so something readable behind a hole is damage. */
    private static void refuseRecordsAfter(byte[] bytes, long number, int hole, String path) {
        for (int at = hole + ALIGNMENT; at < bytes.length; at += ALIGNMENT) {
            if (read(bytes, number, at) != null) {
                throw new NokvException(FailureCode.CORRUPTION,
                        path + " at offset " + hole + ": unreadable record, though a later one at " + at + " is whole");
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}

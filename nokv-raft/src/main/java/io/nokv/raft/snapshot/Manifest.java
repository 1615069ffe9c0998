package io.nokv.raft.snapshot;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The files of an offer and the checksum of each of their pieces. It is fixed when the offer is first asked for: whatever
 * differs from it later, on either side or on the way, is damage.
 *
 * @param chunkBytes of every piece but the last of a file
 */
record Manifest(int chunkBytes, List<Item> files) {
    private static final int MAX_FILES = 1 << 20;
    private static final int MAX_NAME_BYTES = 255;

    /** One file. */
    record Item(String name, long size, int[] crcs) {}

    /** Reads all files of {@code directory} whole; waits for the disk. */
    static Manifest of(Vfs vfs, String directory, int chunkBytes) {
        List<Item> files = new ArrayList<>();
        ByteBuffer chunk = ByteBuffer.allocate(chunkBytes);
        for (String name : vfs.list(directory)) {
            try (VfsFile file = vfs.open(directory + "/" + name, Vfs.Mode.READ)) {
                long size = file.size();
                int[] crcs = new int[chunks(size, chunkBytes)];
                for (int i = 0; i < crcs.length; i++) {
                    chunk.clear().limit(chunkLength(size, i, chunkBytes));
                    VfsIo.readFully(file, (long) i * chunkBytes, chunk);
                    crcs[i] = crc(chunk.array(), 0, chunk.position());
                }
                files.add(new Item(name, size, crcs));
            }
        }
        return new Manifest(chunkBytes, List.copyOf(files));
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static int chunks(long size, int chunkBytes) {
        return Math.toIntExact((size + chunkBytes - 1) / chunkBytes);
    }

    private static int chunkLength(long size, int chunk, int chunkBytes) {
        return (int) Math.min(chunkBytes, size - (long) chunk * chunkBytes);
    }

    boolean has(int file, int chunk) {
        return file < files.size() && chunk < files.get(file).crcs.length;
    }

    int chunkLength(int file, int chunk) {
        return chunkLength(files.get(file).size, chunk, chunkBytes);
    }

    int crc(int file, int chunk) {
        return files.get(file).crcs[chunk];
    }

    long bytes() {
        return files.stream().mapToLong(Item::size).sum();
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(256);
        out.varint(chunkBytes).varint(files.size());
        for (Item file : files) {
            out.bytes(file.name.getBytes(StandardCharsets.UTF_8)).varint(file.size);
            for (int crc : file.crcs) {
                out.u32(crc);
            }
        }
        byte[] body = out.toBytes();
        return out.u32(crc(body, 0, body.length)).toBytes();
    }

    /** CORRUPTION when it does not match its checksum or makes no sense. */
    static Manifest decode(byte[] bytes) {
        int body = bytes.length - 4;
        if (body < 2 || ByteBuffer.wrap(bytes).getInt(body) != crc(bytes, 0, body)) {
            throw damaged("it does not match its checksum");
        }
        ByteReader in = new ByteReader(bytes, 0, body);
        int chunkBytes = in.varint(16 << 20);
        if (chunkBytes < 1) {
            throw damaged("pieces of " + chunkBytes + " bytes");
        }
        List<Item> files = new ArrayList<>();
        for (int left = in.varint(MAX_FILES); left > 0; left--) {
            String name = name(in.bytes());
            long size = in.varint();
            long chunks = Math.ceilDiv(size, (long) chunkBytes);
            if (size < 0 || chunks * 4 > in.remaining()) {
                throw damaged("a file of " + size + " bytes");
            }
            int[] crcs = new int[(int) chunks];
            for (int i = 0; i < crcs.length; i++) {
                crcs[i] = in.u32();
            }
            if (!files.isEmpty() && files.getLast().name.compareTo(name) >= 0) {
                throw damaged("file names out of order");
            }
            files.add(new Item(name, size, crcs));
        }
        in.end();
        return new Manifest(chunkBytes, List.copyOf(files));
    }

    /** A name, and not a path: nothing is ever written outside of the directory of the fetch. */
    private static String name(byte[] bytes) {
        String name = new String(bytes, StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_NAME_BYTES || name.equals(".") || name.equals("..")
                || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
            throw damaged("a file name that is none");
        }
        return name;
    }

    private static NokvException damaged(String what) {
        return new NokvException(FailureCode.CORRUPTION, "the list of files of a snapshot: " + what);
    }
}

package io.nokv.raft.archive;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.region.RegionDescriptor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes an archive in portions of any size and checks it. Used by one flow at a time. After a failure it is of no use any
 * more.
 */
public final class ArchiveReader {
    /** Hears what was checked. What it throws comes out of {@link #take}. */
    public interface Sink {
        /** The first thing to come. */
        void head(ArchivedRegion region);

        /** A file begins; the one before is whole. */
        void file(String name, long size);

        /** More of the file. */
        void piece(byte[] bytes, int from, int length);

        /** All files are whole. */
        void end();
    }

    /** Checks, and keeps nothing. */
    public static final Sink NOWHERE = new Sink() {
        @Override
        public void head(ArchivedRegion region) {}

        @Override
        public void file(String name, long size) {}

        @Override
        public void piece(byte[] bytes, int from, int length) {}

        @Override
        public void end() {}
    };

    private static final int MOST_NAME_BYTES = 255;

    private final Sink sink;
    private final ByteArrayOutputStream have = new ByteArrayOutputStream(256);
    private int wanted = ArchiveFormat.MAGIC_BYTES;
    /** Of what {@code have} holds. */
    private long offset;
    private ArchivedRegion region;
    private String lastName = "";
    private long leftOfFile;
    private long files;
    private long bytes;
    private boolean ended;

    public ArchiveReader(Sink sink) {
        this.sink = sink;
    }

    /** Null until its head was read. */
    public ArchivedRegion region() {
        return region;
    }

    /** More of the archive. CORRUPTION when it is damaged, UNSUPPORTED_VERSION when it is of another format. */
    public void take(byte[] portion) {
        int at = 0;
        while (at < portion.length) {
            if (ended) {
                throw ArchiveFormat.damaged(offset, "something follows its end");
            }
            int some = Math.min(portion.length - at, wanted - have.size());
            have.write(portion, at, some);
            at += some;
            if (have.size() == wanted) {
                whole();
            }
        }
    }

    /** Nothing more comes. CORRUPTION when the archive is not whole. */
    public void finish() {
        if (!ended) {
            throw ArchiveFormat.damaged(offset + have.size(), "it ends too early");
        }
    }

    /** As many bytes as were wanted are here. */
    private void whole() {
        byte[] record = have.toByteArray();
        if (offset == 0) {
            if (ByteBuffer.wrap(record).getInt() != ArchiveFormat.MAGIC) {
                throw ArchiveFormat.damaged(0, "it is no archive of a region");
            }
            next(record.length);
            return;
        }
        int body = ByteBuffer.wrap(record).getInt(1);
        if (record.length == ArchiveFormat.FRONT_BYTES) {
            if (body < 0 || body > ArchiveFormat.MOST_BODY_BYTES) {
                throw ArchiveFormat.damaged(offset, "a record of " + body + " bytes");
            }
            wanted = ArchiveFormat.FRONT_BYTES + body + ArchiveFormat.CRC_BYTES;
            return;
        }
        int checked = ArchiveFormat.FRONT_BYTES + body;
        if (ByteBuffer.wrap(record).getInt(checked) != ArchiveFormat.crc(offset, record, checked)) {
            throw ArchiveFormat.damaged(offset, "a record does not match its checksum");
        }
        try {
            read(record[0] & 0xFF, record, body);
        } catch (NokvException e) {
            throw e.code() == FailureCode.CORRUPTION ? ArchiveFormat.damaged(offset, e.getMessage()) : e;
        }
        next(record.length);
    }

    private void next(int taken) {
        offset += taken;
        have.reset();
        wanted = ArchiveFormat.FRONT_BYTES;
    }

    private static NokvException wrong(String what) {
        return new NokvException(FailureCode.CORRUPTION, what);
    }

    private void read(int type, byte[] record, int length) {
        if ((type == ArchiveFormat.HEAD) != (region == null)) {
            throw wrong("it has one head, at its beginning");
        }
        if (type != ArchiveFormat.PIECE && leftOfFile > 0) {
            throw wrong(leftOfFile + " bytes are missing of " + lastName);
        }
        ByteReader in = new ByteReader(record, ArchiveFormat.FRONT_BYTES, length);
        switch (type) {
            case ArchiveFormat.HEAD -> head(in);
            case ArchiveFormat.FILE -> {
                String name = name(in.bytes());
                long size = in.varint();
                in.end();
                if (size < 0 || name.compareTo(lastName) <= 0) {
                    throw wrong("a file " + name + " of " + size + " bytes after " + lastName);
                }
                lastName = name;
                leftOfFile = size;
                files++;
                sink.file(name, size);
            }
            case ArchiveFormat.PIECE -> {
                if (length == 0 || length > leftOfFile) {
                    throw wrong("a piece of " + length + " bytes where " + leftOfFile + " are missing");
                }
                leftOfFile -= length;
                bytes += length;
                sink.piece(record, ArchiveFormat.FRONT_BYTES, length);
            }
            case ArchiveFormat.END -> {
                if (in.varint() != files || in.varint() != bytes) {
                    throw wrong("its end is that of another one");
                }
                in.end();
                ended = true;
                sink.end();
            }
            default -> throw wrong("a record of type " + type);
        }
    }

    private void head(ByteReader in) {
        int format = in.u8();
        if (format != ArchiveFormat.FORMAT) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION, "an archive of format " + format
                    + ", this program reads " + ArchiveFormat.FORMAT);
        }
        ArchivedRegion read = new ArchivedRegion(RegionDescriptor.decode(in.bytes()), in.varint(), in.varint());
        in.end();
        if (read.index() <= 0 || read.term() <= 0 || read.region().id() <= 0 || read.region().range().isEmpty()) {
            throw wrong("a region that cannot be: " + read);
        }
        region = read;
        sink.head(read);
    }

    /** A name, and not a path: nothing is ever written outside of one directory. */
    private static String name(byte[] bytes) {
        String name = new String(bytes, StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MOST_NAME_BYTES || name.equals(".") || name.equals("..")
                || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
            throw wrong("a file name that is none");
        }
        return name;
    }
}

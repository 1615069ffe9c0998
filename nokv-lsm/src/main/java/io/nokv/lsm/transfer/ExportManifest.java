package io.nokv.lsm.transfer;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * What an export is made of; the file is the last one written.
 *
 * @param sequence the state it shows, by the numbers of the store it came from
 */
record ExportManifest(Set<Family> families, Range range, long sequence, List<ExportedTable> tables) {
    private static final String NAME = "EXPORT";
    /** "NXPT". */
    private static final int MAGIC = 0x4E585054;
    private static final int VERSION = 2;
    private static final int HAS_FROM = 1;
    private static final int HAS_TO = 2;

    static String tableName(int index) {
        return String.format("%06d.sst", index + 1);
    }

    long bytes() {
        return tables.stream().mapToLong(ExportedTable::bytes).sum();
    }

    long entries() {
        return tables.stream().mapToLong(ExportedTable::entries).sum();
    }

    private byte[] encode() {
        ByteWriter out = new ByteWriter(256);
        out.u32(MAGIC).u32(VERSION).varint(sequence).varint(families.size());
        families.forEach(family -> out.u8(family.code()));
        out.u8((range.from() == null ? 0 : HAS_FROM) | (range.to() == null ? 0 : HAS_TO));
        if (range.from() != null) {
            out.bytes(range.from());
        }
        if (range.to() != null) {
            out.bytes(range.to());
        }
        out.varint(tables.size());
        tables.forEach(table -> table.encode(out));
        byte[] body = out.toBytes();
        return ByteBuffer.allocate(body.length + 4).put(body).putInt(crc(body, body.length)).array();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Writes and syncs it; the name is the caller's to sync. */
    void write(Vfs vfs, String directory) {
        try (VfsFile file = vfs.open(BuiltDirectory.in(directory, NAME), Vfs.Mode.CREATE_NEW)) {
            VfsIo.writeFully(file, 0, ByteBuffer.wrap(encode()));
            file.sync();
        }
    }

    /** The manifest in {@code directory}: FILE_NOT_FOUND when there is none, CORRUPTION when it does not check. */
    static ExportManifest read(Vfs vfs, String directory) {
        String path = BuiltDirectory.in(directory, NAME);
        byte[] bytes = VfsIo.readAll(vfs, path);
        int body = bytes.length - 4;
        if (body < 8 || crc(bytes, body) != ByteBuffer.wrap(bytes).getInt(body)) {
            throw NokvException.corruption(path, 0, "the export's description does not match its checksum");
        }
        try {
            return decode(new ByteReader(bytes, 0, body), path);
        } catch (NokvException e) {
            throw e.code() == FailureCode.UNSUPPORTED_VERSION ? e : NokvException.corruption(path, 0, e.getMessage());
        }
    }

    private static ExportManifest decode(ByteReader in, String path) {
        if (in.u32() != MAGIC) {
            throw new NokvException(FailureCode.CORRUPTION, "not the description of an export");
        }
        int version = in.u32();
        if (version != VERSION) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION,
                    path + " at offset 4: export format " + version + ", this program reads " + VERSION);
        }
        long sequence = in.varint();
        Set<Family> families = EnumSet.noneOf(Family.class);
        for (int left = in.varint(Family.values().length); left > 0; left--) {
            Family family = Family.ofCode(in.u8());
            if (family == null) {
                throw new NokvException(FailureCode.CORRUPTION, "an unknown family");
            }
            families.add(family);
        }
        int bounds = in.u8();
        byte[] from = (bounds & HAS_FROM) == 0 ? null : in.bytes();
        byte[] to = (bounds & HAS_TO) == 0 ? null : in.bytes();
        List<ExportedTable> tables = new ArrayList<>();
        for (int left = in.varint(Integer.MAX_VALUE); left > 0; left--) {
            tables.add(ExportedTable.decode(tableName(tables.size()), in));
        }
        in.end();
        ExportManifest read = new ExportManifest(families, new Range(from, to), sequence, List.copyOf(tables));
        read.check();
        return read;
    }

    /** Tables must be in order, apart from each other and within what was exported. */
    private void check() {
        byte[] before = null;
        for (ExportedTable table : tables) {
            boolean inOrder = table.smallest().length > 0 && table.largest().length > 0 && table.entries() > 0
                    && Arrays.compareUnsigned(table.smallest(), table.largest()) <= 0
                    && (before == null || Arrays.compareUnsigned(before, table.smallest()) < 0);
            if (!inOrder || !holds(table.smallest()) || !holds(table.largest())) {
                throw new NokvException(FailureCode.CORRUPTION, "the bounds of " + table.name() + " are impossible");
            }
            before = table.largest();
        }
    }

    /** Whether a table key belongs into the export. */
    boolean holds(byte[] tableKey) {
        Family family = Family.ofCode(tableKey[0] & 0xFF);
        return family != null && families.contains(family)
                && range.contains(Arrays.copyOfRange(tableKey, 1, tableKey.length));
    }
}

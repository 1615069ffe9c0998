package io.nokv.lsm.table;

import io.nokv.lsm.file.OpenFiles;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The end of a table's file, read at once: a small table's parts are all in it. Used by one flow. */
final class TableTail {
    private static final int READ_BYTES = 4 << 10;

    private final OpenFiles files;
    private final String path;
    private final TableMeta meta;
    private final long begin;
    private final byte[] bytes;

    private TableTail(OpenFiles files, String path, TableMeta meta) {
        this.files = files;
        this.path = path;
        this.meta = meta;
        this.bytes = new byte[(int) Math.min(meta.bytes(), READ_BYTES)];
        this.begin = meta.bytes() - bytes.length;
        files.read(path, begin, ByteBuffer.wrap(bytes));
    }

    /** @param meta of a table that is not shorter than a footer */
    static TableTail read(OpenFiles files, String path, TableMeta meta) {
        return new TableTail(files, path, meta);
    }

    /** Where the list of parts lies, as the footer says. */
    BlockFormat.Place listed() {
        byte[] footer = Arrays.copyOfRange(bytes, bytes.length - BlockFormat.FOOTER_BYTES, bytes.length);
        return BlockFormat.parseFooter(meta.stamp(), footer, meta.bytes(), path);
    }

    /** The raw block at {@code place}, which lies within the file. */
    byte[] raw(BlockFormat.Place place) {
        byte[] framed;
        if (place.offset() >= begin) {
            int at = (int) (place.offset() - begin);
            framed = Arrays.copyOfRange(bytes, at, at + place.framedBytes());
        } else {
            framed = new byte[place.framedBytes()];
            files.read(path, place.offset(), ByteBuffer.wrap(framed));
        }
        return BlockFormat.unframe(meta.stamp(), place.offset(), framed, path);
    }
}

package io.nokv.lsm;

/**
 * How an export comes into a store.
 *
 * @param files what becomes of its files
 * @param replaces whether everything that the store has in the range and in the families of the export is deleted first, in the
 *     same step, so that the range holds the export and nothing else
 */
public record Ingest(Files files, boolean replaces) {
    /** What becomes of the files of an export. */
    public enum Files {
        /** The store takes them over under a second name (hard link); nobody may write to them any more. */
        LINK,
        /** The store copies them. */
        COPY
    }

    /** Adds the rows; files are linked. */
    public static final Ingest LINKED = new Ingest(Files.LINK, false);
    /** Adds the rows; files are copied. */
    public static final Ingest COPIED = new Ingest(Files.COPY, false);

    /** The same, in place of what the store has. */
    public Ingest replacing() {
        return new Ingest(files, true);
    }
}

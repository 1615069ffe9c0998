package io.nokv.lsm;

/**
 * How an export comes into a store.
 *
 * @param files what becomes of its files
 */
public record Ingest(Files files) {
    /** What becomes of the files of an export. */
    public enum Files {
        /** The store takes them over under a second name (hard link); nobody may write to them any more. */
        LINK,
        /** The store copies them. */
        COPY
    }

    /** Adds the rows; files are linked. */
    public static final Ingest LINKED = new Ingest(Files.LINK);
    /** Adds the rows; files are copied. */
    public static final Ingest COPIED = new Ingest(Files.COPY);
}

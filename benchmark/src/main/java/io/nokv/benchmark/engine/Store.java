package io.nokv.benchmark.engine;

/** An engine under measurement, open in one directory. Thread-safe; each client has a {@link Session} of its own. */
interface Store extends AutoCloseable {
    /** Keys and values written at once. */
    record Row(byte[] key, byte[] value) {}

    /** What one client thread calls. Not thread-safe. */
    interface Session extends AutoCloseable {
        void put(byte[] key, byte[] value);

        /** All or none of them. */
        void putAll(Row[] rows);

        /** Bytes of the value; -1 when there is none. */
        int get(byte[] key);

        /** How many of the keys, which are sorted, were found. */
        int multiGet(byte[][] sortedKeys);

        /** Reads up to {@code limit} rows at or after {@code from}, key and value; answers how many there were. */
        int scan(byte[] from, int limit);

        /** Reads all rows whose keys begin with {@code prefix}, key and value; answers how many there were. */
        int scanPrefix(byte[] prefix);

        @Override
        void close();
    }

    /** Bytes that flushes and compactions wrote since opening, and bytes of the tables that are there now. */
    record Sizes(long bytesWritten, long tableBytes, int tables) {}

    Session session();

    /** Writes memtables out and waits until no compaction is due. */
    void settle();

    /** Rewrites everything into its lowest level and waits. */
    void compactAll();

    Sizes sizes();

    /** All that the engine tells of itself. */
    String statistics();

    @Override
    void close();
}

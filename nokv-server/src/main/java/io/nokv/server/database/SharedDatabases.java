package io.nokv.server.database;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The databases that are open in this process, each shared by all who ask for the same directory or the same name in
 * memory. The last one who closes its {@link Lease} closes the database; a database in memory is gone then. Thread-safe.
 */
public final class SharedDatabases {
    /** Guards both maps; held while a database opens or closes, so that a second caller waits and shares. */
    private static final Object LOCK = new Object();
    private static final Map<Path, Shared> DIRECTORIES = new HashMap<>();
    private static final Map<String, Shared> IN_MEMORY = new HashMap<>();

    private SharedDatabases() {}

    /** One user's hold on a database. {@link #close} is idempotent. */
    public static final class Lease implements AutoCloseable {
        private final Shared shared;
        private boolean closed;

        private Lease(Shared shared) {
            this.shared = shared;
        }

        public Database database() {
            return shared.database;
        }

        @Override
        public void close() {
            synchronized (LOCK) {
                if (!closed) {
                    closed = true;
                    shared.release();
                }
            }
        }
    }

    private static final class Shared {
        private final Database database;
        private final Runnable forget;
        private int users;

        Shared(Database database, Runnable forget) {
            this.database = database;
            this.forget = forget;
        }

        void release() {
            if (--users == 0) {
                forget.run();
                database.close();
            }
        }
    }

    /** Opens the database in {@code directory}, or shares it. The options of the first one stand. */
    public static Lease ofDirectory(Path directory, DatabaseOptions options) {
        Path key = directory.toAbsolutePath().normalize();
        return lease(DIRECTORIES, key, () -> Database.open(key, options));
    }

    /** Opens an empty database in memory, or shares the one of this name. */
    public static Lease inMemory(String name, DatabaseOptions options) {
        return lease(IN_MEMORY, name, () -> Database.inMemory(name, options));
    }

    private static <K> Lease lease(Map<K, Shared> all, K key, Supplier<Database> opening) {
        synchronized (LOCK) {
            Shared shared = all.get(key);
            if (shared == null) {
                shared = new Shared(opening.get(), () -> all.remove(key));
                all.put(key, shared);
            }
            shared.users++;
            return new Lease(shared);
        }
    }
}

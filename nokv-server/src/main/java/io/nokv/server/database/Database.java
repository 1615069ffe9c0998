package io.nokv.server.database;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.exec.ExecutorOptions;
import io.nokv.fsmeta.exec.NamespaceExecutor;
import io.nokv.fsmeta.fsck.Finding;
import io.nokv.fsmeta.fsck.Fsck;
import io.nokv.fsmeta.fsck.FsckReport;
import io.nokv.fsmeta.runtime.KvTxnRunner;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineStats;
import io.nokv.lsm.Range;
import io.nokv.lsm.ManifestContents;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.vfs.RealVfs;
import io.nokv.server.http.StatsGroup;
import io.nokv.sql.api.SqlEngine;
import io.nokv.sql.engine.NokvSqlEngine;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Store, transactions, namespace and SQL of one database, open. Thread-safe. */
public final class Database implements AutoCloseable {
    private final String shown;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Ports ports;
    private KvTxnRunner transactions;
    private NamespaceExecutor namespace;
    private SqlEngine sql;

    private Database(String shown, Vfs vfs) {
        this.shown = shown;
        ThreadScheduler scheduler = new ThreadScheduler();
        opened.push(scheduler);
        this.ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, vfs);
    }

    /**
     * Opens the database in {@code directory}, making both when they do not exist. LOCKED when another process has it
     * open; INVALID_ARGUMENT when the directory is a symlink, writable by everybody, or somebody else's; CORRUPTION.
     */
    public static Database open(Path directory, DatabaseOptions options) {
        Path absolute = directory.toAbsolutePath().normalize();
        DataDirectory.prepare(absolute);
        return open(absolute.toString(), new RealVfs(absolute), options);
    }

    /** An empty database that is gone when closed. {@code name} is for people. */
    static Database inMemory(String name, DatabaseOptions options) {
        return open("mem:" + name, new MemVfs(), options);
    }

    private static Database open(String shown, Vfs vfs, DatabaseOptions options) {
        Database database = new Database(shown, vfs);
        try {
            database.open(options);
            return database;
        } catch (RuntimeException | Error e) {
            database.close();
            throw e;
        }
    }

    private void open(DatabaseOptions options) {
        boolean fresh = DataDirectory.mark(ports.vfs(), shown);
        try {
            transactions = KvTxnRunner.open(DataDirectory.ENGINE, options.engine(), KvOptions.defaults(), ports);
        } catch (NokvException e) {
            if (e.code() == FailureCode.LOCKED) {
                throw new NokvException(FailureCode.LOCKED,
                        "the database in " + shown + " is open in another process; end that one, or reach it through "
                                + "its server (--addr HOST:PORT, jdbc:nokv://HOST:PORT)",
                        e);
            }
            throw e;
        }
        opened.push(transactions);
        namespace = NamespaceExecutor.start(transactions, ports, ExecutorOptions.DEFAULT);
        opened.push(namespace);
        if (fresh || namespace.mounts().isEmpty()) {
            namespace.registerMount(options.mount());
        }
        sql = NokvSqlEngine.open(namespace, ports);
        opened.push(sql);
    }

    public LocalNamespace namespace() {
        return namespace;
    }

    public SqlEngine sql() {
        return sql;
    }

    /** Checks every invariant of every mount at the present version; {@code findings} hears of each as it is found. */
    public FsckReport check(Consumer<Finding> findings) {
        return Fsck.check(transactions.latest(), findings);
    }

    /** The engine's value files. */
    public List<EngineStats.ValueFile> valueFiles() {
        return transactions.kv().engine().valueFiles();
    }

    /** Rewrites the tables of families that have value files, then moves values until no value file has garbage. */
    public void collectValues() {
        Engine engine = transactions.kv().engine();
        engine.valueFiles().stream().map(EngineStats.ValueFile::family).distinct()
                .forEach(family -> engine.compact(family, Range.ALL));
        engine.collectValues(0);
    }

    /** What the engine's manifest says in a data directory that nobody has open; nothing but the manifest is read. */
    public static ManifestContents manifest(Path directory) {
        return ManifestContents.read(new RealVfs(directory), DataDirectory.ENGINE);
    }

    public Ports ports() {
        return ports;
    }

    /** The directory, or "mem:NAME". */
    @Override
    public String toString() {
        return shown;
    }

    /** Everything the layers count, by layer. */
    public List<StatsGroup> statsGroups() {
        return List.of(new StatsGroup("nokv_engine", () -> transactions.kv().engine().stats()),
                new StatsGroup("nokv_fsmeta_executor", () -> namespace.stats().executor()),
                new StatsGroup("nokv_fsmeta_watch", () -> namespace.stats().watch()),
                new StatsGroup("nokv_fsmeta_quota", () -> namespace.stats().quota()),
                new StatsGroup("nokv_fsmeta_mount", () -> namespace.stats().mount()));
    }

    /** Closes the layers from the top down. Idempotent. */
    @Override
    public synchronized void close() {
        RuntimeException first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                RuntimeException failure = e instanceof RuntimeException unchecked
                        ? unchecked
                        : new IllegalStateException(e);
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}

package io.nokv.server.database;

import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.point.PrefixRule;
import io.nokv.server.config.NokvConfig;

/**
 * How a database is opened.
 *
 * @param engine sizes of the store
 * @param mount registered when the database is new; default of SQL sessions
 */
public record DatabaseOptions(EngineOptions engine, String mount) {
    /**
     * The rows of a directory share what is up to its group ({@link io.nokv.fsmeta.record.Keys#groupPrefix}): five bytes, the mount's
     * number and the group's, as they are stored. A listing passes over tables that have nothing of it.
     */
    static final PrefixRule DIRECTORIES = new PrefixRule(5, 2, true);

    /** As configured. */
    public static DatabaseOptions of(NokvConfig config) {
        EngineOptions engine = EngineOptions.defaults().withMemtableBytes(config.engine().memtableBytes())
                .withBlockCacheBytes(config.engine().blockCacheBytes())
                .withRowCacheBytes(config.engine().rowCacheBytes()).withPrefix(Family.WRITE, DIRECTORIES);
        return new DatabaseOptions(engine, config.mount());
    }

    public static DatabaseOptions defaults() {
        return of(NokvConfig.defaults());
    }
}

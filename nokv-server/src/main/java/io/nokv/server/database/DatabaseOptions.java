package io.nokv.server.database;

import io.nokv.lsm.EngineOptions;
import io.nokv.server.config.NokvConfig;

/**
 * How a database is opened.
 *
 * @param engine sizes of the store
 * @param mount registered when the database is new; default of SQL sessions
 */
public record DatabaseOptions(EngineOptions engine, String mount) {
    /** As configured. */
    public static DatabaseOptions of(NokvConfig config) {
        EngineOptions engine = EngineOptions.defaults().withMemtableBytes(config.engine().memtableBytes())
                .withBlockCacheBytes(config.engine().blockCacheBytes());
        return new DatabaseOptions(engine, config.mount());
    }

    public static DatabaseOptions defaults() {
        return of(NokvConfig.defaults());
    }
}

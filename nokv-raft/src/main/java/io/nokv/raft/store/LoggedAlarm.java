package io.nokv.raft.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Writes what stopped a region or the store, or what a listener threw, where an operator looks. Thread-safe. */
record LoggedAlarm(long storeId) implements Consumer<Throwable> {
    private static final Logger LOG = System.getLogger("io.nokv.raft.store");

    @Override
    public void accept(Throwable why) {
        LOG.log(Level.ERROR, "raft store " + storeId + ": " + why, why);
    }
}

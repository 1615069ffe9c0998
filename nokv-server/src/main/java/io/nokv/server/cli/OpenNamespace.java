package io.nokv.server.cli;

import io.nokv.fsmeta.api.Namespace;

/** A namespace with what must be closed after it was used: a database, or a connection. */
record OpenNamespace(Namespace namespace, Runnable closing) implements AutoCloseable {
    @Override
    public void close() {
        closing.run();
    }
}

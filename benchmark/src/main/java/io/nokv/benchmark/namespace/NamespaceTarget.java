package io.nokv.benchmark.namespace;

import io.nokv.fsmeta.api.Namespace;
import java.util.function.Supplier;

/** Anything that is a {@link Namespace}: our database embedded, or our gRPC client, unary or pipelined. */
final class NamespaceTarget implements Target {
    private final String name;
    private final String mount;
    private final Supplier<Namespace> connector;
    private final Namespace shared;

    /**
     * @param connector gives the namespace of one session
     * @param sharedByAll whether one namespace serves all sessions (embedded; one pipelined connection)
     */
    NamespaceTarget(String name, String mount, Supplier<Namespace> connector, boolean sharedByAll) {
        this.name = name;
        this.mount = mount;
        this.connector = connector;
        shared = connector.get();
        shared.registerMount(mount);
        this.sharedByAll = sharedByAll;
    }

    private final boolean sharedByAll;

    @Override
    public String name() {
        return name;
    }

    @Override
    public Session open() {
        return sharedByAll
                ? new NamespaceSession(shared, mount, false)
                : new NamespaceSession(connector.get(), mount, true);
    }

    @Override
    public void close() {
        shared.close();
    }
}

package io.nokv.kv.client;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.control.route.RouteTable;
import io.nokv.kv.store.Answer;
import io.nokv.raft.region.RegionDescriptor;
import java.util.function.Function;

/** Sends requests about one key to its region, and again when the region has moved. Thread-safe. */
final class Routed {
    /** How often a request is sent again because of its route. */
    static final int ROUTE_PAUSES = 20;

    private final RouteTable routes;
    private final Ports ports;

    Routed(RouteTable routes, Ports ports) {
        this.routes = routes;
        this.ports = ports;
    }

    RegionDescriptor locate(byte[] key) {
        return routes.locate(key);
    }

    /** Learns where regions are now. */
    void refresh() {
        routes.refresh();
    }

    /** OVERLOADED when the region cannot be found after many tries. */
    <T> T call(byte[] key, Function<RegionDescriptor, Answer<T>> request) {
        Backoff backoff = null;
        while (true) {
            switch (request.apply(routes.locate(key))) {
                case Answer.Done<T>(T value) -> {
                    return value;
                }
                case Answer.Refused<T>(var why) -> {
                    if (backoff == null) {
                        backoff = new Backoff(ports, ROUTE_PAUSES);
                    } else if (!backoff.pause()) {
                        throw new NokvException(FailureCode.OVERLOADED,
                                "the region of " + Bytes.show(key) + " cannot be found: " + why);
                    }
                    routes.refresh();
                }
            }
        }
    }
}

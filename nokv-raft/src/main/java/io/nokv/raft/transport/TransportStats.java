package io.nokv.raft.transport;

import io.nokv.base.port.Net;
import java.util.List;
import java.util.Map;

/**
 * What the network of one store has done.
 *
 * @param store whose it is
 * @param links every lane that was used in either direction, by store and lane
 * @param refused calls of other stores that were refused, by reason; reasons without one are left out
 * @param replaced calls of other stores that gave way to a newer one for the same lane
 */
public record TransportStats(long store, List<LinkStats> links, Map<Refusal, Long> refused, long replaced) {
    /** The lane to and from {@code store}, or null when it was not used. */
    public LinkStats link(long store, Net.Lane lane) {
        return links.stream().filter(link -> link.store() == store && link.lane() == lane).findFirst().orElse(null);
    }
}

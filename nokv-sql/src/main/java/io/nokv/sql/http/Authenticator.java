package io.nokv.sql.http;

import java.net.InetSocketAddress;

/** Says who sends a request. Thread-safe; must not wait. */
@FunctionalInterface
public interface Authenticator {
    /** Everybody is the same nameless principal: for loopback, where whoever reaches the port may use it. */
    Authenticator NONE = (_, _) -> "";

    /**
     * The principal, or null to refuse the request with 28000.
     *
     * @param authorization the Authorization header, or null
     */
    String principal(InetSocketAddress peer, String authorization);
}

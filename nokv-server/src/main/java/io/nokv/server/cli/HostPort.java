package io.nokv.server.cli;

/** The address of a server. */
record HostPort(String host, int port) {
    /** "host:port" or "[v6]:port"; CommandFailure with {@link ExitCode#USAGE} otherwise. */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = colon < 0 ? "" : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (!host.isEmpty() && port > 0 && port <= 65_535) {
                return new HostPort(host, port);
            }
        } catch (NumberFormatException e) {
            throw new CommandFailure(ExitCode.USAGE, "an address is HOST:PORT, not " + text);
        }
        throw new CommandFailure(ExitCode.USAGE, "an address is HOST:PORT, not " + text);
    }
}

package io.nokv.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * A parsed URL of ours together with the caller's properties. Immutable.
 *
 * @param kind "remote", "file" or "mem"
 * @param host of a remote database, else empty
 * @param port of a remote database, else 0
 * @param target directory or name of an embedded database, else empty
 * @param properties by name, checked against the known names; the caller's win over the URL's
 */
record ConnectionUrl(String kind, String host, int port, String target, Map<String, String> properties) {
    static final String PREFIX = "jdbc:nokv:";
    static final int DEFAULT_PORT = 8765;

    /** Known names, as documented in {@link NokvDriver}. */
    static final Set<String> NAMES = Set.of("user", "password", "mount", "timeZone", "statementTimeoutMillis",
            "connectTimeoutMillis", "networkTimeoutMillis", "fetchSize");

    static boolean accepts(String url) {
        return url != null && url.startsWith(PREFIX);
    }

    static ConnectionUrl parse(String url, Properties info) throws SQLException {
        String rest = url.substring(PREFIX.length());
        if (rest.startsWith("//")) {
            return remote(url, rest.substring(2), info);
        }
        for (String kind : new String[]{"file", "mem"}) {
            if (rest.startsWith(kind + ":")) {
                return embedded(url, kind, rest.substring(kind.length() + 1), info);
            }
        }
        throw bad(url, "it must start with jdbc:nokv://HOST, jdbc:nokv:file:DIR or jdbc:nokv:mem:NAME");
    }

    private static ConnectionUrl remote(String url, String rest, Properties info) throws SQLException {
        int query = indexOfAny(rest, "?;");
        Map<String, String> properties = new LinkedHashMap<>();
        String place = rest;
        if (query >= 0) {
            place = rest.substring(0, query);
            readProperties(url, rest.substring(query + 1), "[&;]", true, properties);
        }
        int slash = place.indexOf('/');
        if (slash >= 0) {
            String mount = decode(url, place.substring(slash + 1));
            place = place.substring(0, slash);
            if (!mount.isEmpty()) {
                if (mount.indexOf('/') >= 0) {
                    throw bad(url, "the path names one mount");
                }
                properties.putIfAbsent("mount", mount);
            }
        }
        String host = place;
        int port = DEFAULT_PORT;
        int colon = place.lastIndexOf(':');
        if (colon >= 0 && place.indexOf(']') < colon) {
            host = place.substring(0, colon);
            port = port(url, place.substring(colon + 1));
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw bad(url, "the host is missing");
        }
        merge(info, properties);
        return new ConnectionUrl("remote", host, port, "", Map.copyOf(properties));
    }

    private static ConnectionUrl embedded(String url, String kind, String rest, Properties info) throws SQLException {
        Map<String, String> properties = new LinkedHashMap<>();
        int end = rest.indexOf(';');
        String target = end < 0 ? rest : rest.substring(0, end);
        if (end >= 0) {
            readProperties(url, rest.substring(end + 1), ";", false, properties);
        }
        if (target.isEmpty()) {
            throw bad(url, kind.equals("file") ? "the directory is missing" : "the name is missing");
        }
        merge(info, properties);
        return new ConnectionUrl(kind, "", 0, target, Map.copyOf(properties));
    }

    private static void readProperties(String url, String text, String separators, boolean percent,
            Map<String, String> into) throws SQLException {
        for (String pair : text.split(separators)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw bad(url, "'" + pair + "' is not NAME=VALUE");
            }
            String name = pair.substring(0, equals).trim();
            String value = pair.substring(equals + 1);
            check(name);
            into.put(name, percent ? decode(url, value) : value);
        }
    }

    private static void merge(Properties info, Map<String, String> properties) throws SQLException {
        if (info != null) {
            for (String name : info.stringPropertyNames()) {
                check(name);
                properties.put(name, info.getProperty(name));
            }
        }
        if (properties.getOrDefault("password", "").isEmpty()) {
            properties.remove("password");
        }
        String zone = properties.getOrDefault("timeZone", "UTC");
        if (!zone.equalsIgnoreCase("UTC") && !zone.equalsIgnoreCase("GMT")) {
            throw new SQLException("connection property 'timeZone' can only be UTC, not '" + zone
                    + "': times are instants, and their text is UTC", "08001");
        }
        for (String name : new String[]{"statementTimeoutMillis", "connectTimeoutMillis", "networkTimeoutMillis",
                "fetchSize"}) {
            number(properties, name, 0);
        }
    }

    private static void check(String name) throws SQLException {
        if (!NAMES.contains(name)) {
            throw new SQLException("unknown connection property '" + name + "'; known are "
                    + String.join(", ", new java.util.TreeSet<>(NAMES)), "08001");
        }
    }

    /** A whole number of at least 0. */
    static int number(Map<String, String> properties, String name, int otherwise) throws SQLException {
        String value = properties.get(name);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            int n = Integer.parseInt(value.trim());
            if (n >= 0) {
                return n;
            }
        } catch (NumberFormatException e) {
            // Refused below, with the name.
        }
        throw new SQLException("connection property '" + name + "' must be a whole number of at least 0, not '" + value
                + "'", "08001");
    }

    private static int port(String url, String text) throws SQLException {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw bad(url, "'" + text + "' is not a port");
    }

    private static String decode(String url, String text) throws SQLException {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad(url, "'" + text + "' has a broken percent escape");
        }
    }

    private static int indexOfAny(String text, String chars) {
        for (int i = 0; i < text.length(); i++) {
            if (chars.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static SQLException bad(String url, String why) {
        return new SQLException("bad URL " + url + ": " + why, "08001");
    }
}

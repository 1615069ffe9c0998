package io.nokv.sql.avatica;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The properties with which a client opens a connection, read through an allowlist: user, mount, timeZone (or
 * timezone), statementTimeoutMillis, and an empty password, which client tools send unasked. Everything else is refused
 * by name, because a property may name classes to load or files to read.
 *
 * @param statementTimeoutMillis 0 for none
 */
record OpenOptions(String user, String mount, long statementTimeoutMillis) {
    private static final int MAX_LENGTH = 1_024;

    static OpenOptions parse(Map<String, String> info) {
        String user = "";
        String mount = "";
        long timeout = 0;
        for (Map.Entry<String, String> e : new TreeMap<>(info).entrySet()) {
            String name = e.getKey();
            String value = e.getValue() == null ? "" : e.getValue();
            if (value.length() > MAX_LENGTH) {
                throw Failures.of("22001", "PROPERTY_TOO_LONG",
                        "connection property '" + shown(name) + "' is longer than " + MAX_LENGTH + " characters");
            }
            switch (name) {
                case "user" -> user = value;
                case "mount" -> mount = value;
                case "timeZone", "timezone" -> checkTimeZone(name, value);
                case "statementTimeoutMillis" -> timeout = millis(name, value);
                case "password" -> {
                    if (!value.isEmpty()) {
                        throw Failures.of("28000", "PASSWORD_NOT_SUPPORTED",
                                "this server does not take passwords; connect without one");
                    }
                }
                default -> throw Failures.of("08001", "UNKNOWN_PROPERTY",
                        "connection property '" + shown(name) + "' is not supported");
            }
        }
        return new OpenOptions(user, mount, timeout);
    }

    /** Times travel in UTC; the client shifts them. The zone is checked so that a typo is not silently UTC. */
    private static void checkTimeZone(String name, String value) {
        String id = value.toUpperCase(Locale.ROOT);
        if (!value.isEmpty() && !id.equals("GMT") && java.util.TimeZone.getTimeZone(value).getID().equals("GMT")) {
            throw Failures.of("22023", "BAD_PROPERTY",
                    "connection property '" + name + "': unknown time zone '" + shown(value) + "'");
        }
    }

    private static long millis(String name, String value) {
        try {
            long millis = Long.parseLong(value.trim());
            if (millis >= 0) {
                return millis;
            }
        } catch (NumberFormatException _) {
            // Refused below, with the name.
        }
        throw Failures.of("22023", "BAD_PROPERTY",
                "connection property '" + name + "' must be a number of milliseconds, not '" + shown(value) + "'");
    }

    private static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}

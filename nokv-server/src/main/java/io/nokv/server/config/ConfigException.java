package io.nokv.server.config;

/** The configuration cannot be used; the message names the file and the field. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}

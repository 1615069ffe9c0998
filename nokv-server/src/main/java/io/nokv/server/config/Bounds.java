package io.nokv.server.config;

/**
 * What a numeric field of the configuration may be.
 *
 * @param field its path, for example "grpc.port"
 * @param whenAbsent its default, as the layer that it configures has it
 */
public record Bounds(String field, long whenAbsent, long least, long most) {
    public Bounds {
        if (whenAbsent < least || whenAbsent > most) {
            throw new IllegalArgumentException("the default of " + field + " is out of its bounds");
        }
    }

    static Bounds port(String field, int whenAbsent) {
        return new Bounds(field, whenAbsent, 0, 65_535);
    }

    /** {@code value}, or the default when it is null. ConfigException naming field, value and bounds. */
    Long of(Long value) {
        if (value == null) {
            return whenAbsent;
        }
        if (value < least || value > most) {
            throw new ConfigException(
                    "field \"" + field + "\" is " + value + " and must be between " + least + " and " + most);
        }
        return value;
    }

    /** The same for fields whose bounds are within 32 bits. */
    Integer of(Integer value) {
        return Math.toIntExact(of(value == null ? null : (Long) value.longValue()));
    }
}

package io.nokv.server.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads {@code nokv.json}. Comments are allowed in it; duplicate and unknown fields are not. */
public final class ConfigFile {
    /** The file that is read when none is named, if it exists in the working directory. */
    public static final String DEFAULT_NAME = "nokv.json";

    private static final long MAX_BYTES = 1 << 20;

    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build()).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT).disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private ConfigFile() {}

    /**
     * Reads {@code named}, or {@value #DEFAULT_NAME} of {@code directory} when null, or gives the defaults when that does
     * not exist either. ConfigException.
     */
    public static NokvConfig find(Path named, Path directory) {
        if (named != null) {
            return read(named);
        }
        Path usual = directory.resolve(DEFAULT_NAME);
        return Files.exists(usual) ? read(usual) : NokvConfig.defaults();
    }

    static NokvConfig read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file + ": larger than " + MAX_BYTES + " bytes");
            }
            try (JsonParser parser = JSON.createParser(Files.readAllBytes(file))) {
                NokvConfig config = JSON.readValue(parser, NokvConfig.class);
                return config == null ? NokvConfig.defaults() : config;
            }
        } catch (UnrecognizedPropertyException e) {
            String known = e.getKnownPropertyIds().stream().map(Object::toString).sorted()
                    .collect(Collectors.joining(", "));
            throw new ConfigException(file + ": unknown field \"" + path(e.getPath()) + "\"" + place(e.getLocation())
                    + "; known here: " + known);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof ConfigException refused) {
                throw new ConfigException(file + ": " + refused.getMessage());
            }
            String field = path(e.getPath());
            throw new ConfigException(
                    file + ": " + (field.isEmpty() ? "" : "field \"" + field + "\" ") + place(e.getLocation()) + ": "
                            + firstLine(e));
        } catch (JsonProcessingException e) {
            throw new ConfigException(file + ": no valid JSON" + place(e.getLocation()) + ": " + firstLine(e));
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": no such file");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage());
        }
    }

    private static String path(List<JsonMappingException.Reference> references) {
        return references.stream()
                .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}

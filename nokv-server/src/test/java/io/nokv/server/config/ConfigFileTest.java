package io.nokv.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.grpc.GrpcServerOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.http.EndpointOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration is taken whole or refused with the file and the field. */
class ConfigFileTest {
    @TempDir
    Path directory;

    @Test
    void noFileMeansDefaults() {
        assertEquals(NokvConfig.defaults(), ConfigFile.find(null, directory));
        assertEquals(8765, NokvConfig.defaults().jdbc().port());
        assertEquals(8090, NokvConfig.defaults().grpc().port());
        assertEquals(9101, NokvConfig.defaults().http().port());
        assertEquals("127.0.0.1", NokvConfig.defaults().listen());
    }

    @Test
    void theFileOfTheWorkingDirectoryIsRead() throws Exception {
        write(ConfigFile.DEFAULT_NAME, "{\n  // where\n  \"data\": \"/d\", \"jdbc\": {\"port\": 0}\n}");
        NokvConfig config = ConfigFile.find(null, directory);
        assertEquals("/d", config.data());
        assertEquals(0, config.jdbc().port());
        assertEquals(8090, config.grpc().port());
    }

    @Test
    void aNamedFileMustExist() {
        assertRefused("absent.json", "no such file");
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        refused("{\"prot\": 1}", "unknown field \"prot\"", "line 1", "known here: data, engine, grpc");
        refused("{\"jdbc\": {\"prot\": 1}}", "unknown field \"jdbc.prot\"", "maxConnections");
        refused("{\"jdbc\": {\"port\": 70000}}", "field \"jdbc.port\" is 70000 and must be between 0 and 65535");
        refused("{\"jdbc\": {\"port\": \"8765\"}}", "field \"jdbc.port\"");
        refused("{\"jdbc\": {\"port\": 1.5}}", "field \"jdbc.port\"");
        refused("{\"jdbc\": 5}", "field \"jdbc\"");
        refused("{\"data\": [1]}", "field \"data\"");
        refused("{\"data\": \"a\", \"data\": \"b\"}", "Duplicate");
        refused("{\"data\": \"a\"", "no valid JSON");
        refused("{} {}", "line 1");
        refused("{\"engine\": {\"memtableBytes\": 1}}", "engine.memtableBytes");
    }

    /** Each number at its bounds is taken, one beyond is refused with the field and both bounds. */
    @Test
    void everyNumberHasBoundsThatAreKept() throws Exception {
        for (Bounds bounds : NokvConfig.bounds()) {
            for (long value : new long[]{bounds.least(), bounds.whenAbsent(), bounds.most()}) {
                write("c.json", json(bounds.field(), value));
                ConfigFile.find(directory.resolve("c.json"), directory);
            }
            for (long value : new long[]{bounds.least() - 1, bounds.most() + 1}) {
                refused(json(bounds.field(), value), "field \"" + bounds.field() + "\" is " + value
                        + " and must be between " + bounds.least() + " and " + bounds.most());
            }
        }
    }

    @Test
    void aTextThatIsEmptyIsNoText() throws Exception {
        for (String field : List.of("data", "mount", "listen")) {
            refused("{\"" + field + "\": \" \"}", "field \"" + field + "\" is empty");
        }
    }

    /** A limit that the configuration allows is one that its layer allows. */
    @Test
    void whatTheConfigurationAllowsItsLayerAllows() {
        for (Bounds bounds : NokvConfig.bounds()) {
            for (long value : new long[]{bounds.least(), bounds.most()}) {
                switch (bounds.field()) {
                    case "jdbc.maxRequestBytes" -> EndpointOptions.defaults().withLimits((int) value, 1, 1);
                    case "jdbc.maxConnections" -> MetaOptions.defaults().withLimits((int) value, 1, 1);
                    case "grpc.maxMessageBytes" ->
                        GrpcServerOptions.defaults().toBuilder().maxRequestBytes((int) value).build();
                    case "grpc.maxCallsPerConnection" ->
                        GrpcServerOptions.defaults().toBuilder().maxCallsPerConnection((int) value).build();
                    default -> {
                    }
                }
            }
        }
    }

    /** The numbers of a server that is not configured are those of a layer that is used alone. */
    @Test
    void defaultsAreThoseOfTheLayers() {
        NokvConfig config = NokvConfig.defaults();
        assertEquals(EngineOptions.defaults().memtableBytes(), config.engine().memtableBytes());
        assertEquals(EngineOptions.defaults().blockCacheBytes(), config.engine().blockCacheBytes());
        assertEquals(EngineOptions.defaults().rowCacheBytes(), config.engine().rowCacheBytes());
        assertEquals(EndpointOptions.defaults().maxRequestBytes(), config.jdbc().maxRequestBytes());
        assertEquals(MetaOptions.defaults().maxConnections(), config.jdbc().maxConnections());
        assertEquals(GrpcServerOptions.defaults().maxRequestBytes(), config.grpc().maxMessageBytes());
        assertEquals(GrpcServerOptions.defaults().maxCallsPerConnection(), config.grpc().maxCallsPerConnection());
    }

    private static String json(String field, long value) {
        String[] path = field.split("\\.");
        return "{\"" + path[0] + "\": {\"" + path[1] + "\": " + value + "}}";
    }

    private void refused(String text, String... parts) throws Exception {
        write("c.json", text);
        assertRefused("c.json", parts);
    }

    private void assertRefused(String name, String... parts) {
        ConfigException e = assertThrows(ConfigException.class,
                () -> ConfigFile.find(directory.resolve(name), directory));
        for (String part : List.of(parts)) {
            assertTrue(e.getMessage().contains(part), e.getMessage() + " has no: " + part);
        }
        assertTrue(e.getMessage().startsWith(directory.resolve(name).toString()), e.getMessage());
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(directory.resolve(name), text);
    }
}

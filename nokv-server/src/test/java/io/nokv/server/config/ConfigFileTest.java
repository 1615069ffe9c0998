package io.nokv.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

package io.nokv.server.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher says what is missing in one sentence and with its own exit code, and finds its tree from anywhere. */
class LauncherTest {
    private static final Path BASH = Path.of("/bin/bash");

    private record Ended(int code, String out, String err) {}

    @TempDir
    Path machine;

    private Path tree;

    @BeforeEach
    void aTreeThatIsNotBuilt() throws IOException {
        assumeTrue(Files.isExecutable(BASH), "no bash at " + BASH);
        tree = Files.createDirectory(machine.resolve("tree"));
        Files.copy(source().resolve("nokv"), tree.resolve("nokv"));
    }

    @Test
    void withoutAnyJavaItSaysSo() throws Exception {
        Ended ended = run(tree.resolve("nokv"), Map.of(), "stats");
        assertEquals(4, ended.code, ended.err);
        assertTrue(ended.err.startsWith("nokv: needs a JDK 25 or newer and found none."), ended.err);
        assertTrue(ended.err.contains("point JAVA_HOME at it"), ended.err);
        assertEquals(2, ended.err.lines().count(), "noise beside the sentence: " + ended.err);
        assertEquals("", ended.out);
    }

    @Test
    void anOlderJavaIsNamedAndNotTaken() throws Exception {
        Path old = jdk("jdk-17", "17.0.9");
        Ended ended = run(tree.resolve("nokv"), Map.of("NOKV_JDK_PLACES", machine.resolve("jdks").toString()), "stats");
        assertEquals(4, ended.code, ended.err);
        assertTrue(ended.err.contains("found only: " + old + " (17)"), ended.err);
    }

    @Test
    void withoutMavenItSaysSo() throws Exception {
        Path jdk = jdk("jdk-25", "25.0.1");
        for (String command : List.of("stats", "build", "test", "format")) {
            Ended ended = run(tree.resolve("nokv"), Map.of("JAVA_HOME", jdk.toString()), command);
            assertEquals(4, ended.code, command + ": " + ended.err);
            assertTrue(ended.err.startsWith("nokv: needs Apache Maven"), ended.err);
            assertEquals(2, ended.err.lines().count(), "noise beside the sentence: " + ended.err);
        }
        Ended wrong = run(tree.resolve("nokv"), Map.of("JAVA_HOME", jdk.toString(), "MAVEN", "/no/such/mvn"), "build");
        assertEquals(4, wrong.code, wrong.err);
        assertTrue(wrong.err.contains("/no/such/mvn"), wrong.err);
    }

    @Test
    void whereBuildingIsForbiddenAnUnbuiltTreeIsAnError() throws Exception {
        Path jdk = jdk("jdk-25", "25.0.1");
        Ended ended = run(tree.resolve("nokv"), Map.of("JAVA_HOME", jdk.toString(), "NOKV_BUILD", "off"), "stats");
        assertEquals(5, ended.code, ended.err);
        assertEquals("nokv: not built, and NOKV_BUILD=off forbids building.\n", ended.err);
        assertFalse(Files.exists(tree.resolve(".nokv-build")), "it began to build");
    }

    @Test
    void helpNeedsNothing() throws Exception {
        Ended ended = run(tree.resolve("nokv"), Map.of(), "help", "launcher");
        assertEquals(0, ended.code, ended.err);
        assertEquals("", ended.err);
        assertTrue(ended.out.startsWith("Usage: ./nokv COMMAND"), ended.out);
        TreeSet<String> variables = new TreeSet<>();
        Matcher matcher = Pattern.compile("^ {2}([A-Z][A-Z0-9_]+(?:=off)?) ", Pattern.MULTILINE).matcher(ended.out);
        while (matcher.find()) {
            variables.add(matcher.group(1));
        }
        assertTrue(variables.contains("NOKV_JDK_PLACES"), variables.toString());
        String commands = Files.readString(source().resolve("docs/commands.md"));
        for (String variable : variables) {
            assertTrue(commands.contains("\n| `" + variable + "` |"), "docs/commands.md does not list " + variable);
        }
    }

    /** The Java of this machine tells what it was asked: the tree's class path and the arguments, unchanged. */
    @Test
    void aBuiltTreeRunsThroughSymlinksFromAnywhere() throws Exception {
        Path jdk = jdk("jdk-25", "25.0.1");
        Path state = Files.createDirectory(tree.resolve(".nokv-build"));
        Path jar = Files.createFile(tree.resolve("all.jar"));
        Files.writeString(state.resolve("class-path"), jar + "\n");
        Files.createFile(state.resolve("built"));
        Path bin = Files.createDirectory(machine.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("first"), Path.of("../tree/nokv"));
        Files.createSymbolicLink(machine.resolve("second"), Path.of("bin/first"));
        Files.createSymbolicLink(bin.resolve("absolute"), machine.resolve("second"));
        Map<String, String> environment = Map.of("NOKV_JDK_PLACES", "/no/such/place:" + machine.resolve("jdks"), "PATH",
                "/usr/bin:/bin", "JAVA_HOME", "", "NOKV_AOT", "off", "NOKV_BUILD", "off");
        for (Path called : List.of(tree.resolve("nokv"), bin.resolve("first"), machine.resolve("second"),
                bin.resolve("absolute"))) {
            Ended ended = run(called, environment, "stats", "--data", "a b", "");
            assertEquals(0, ended.code, called + ": " + ended.err);
            List<String> arguments = ended.out.lines().toList();
            assertEquals(jdk.toString(), arguments.getFirst(), called.toString());
            assertEquals(List.of("-cp", jar.toString(), "io.nokv.server.cli.Main", "stats", "--data", "a b", ""),
                    arguments.subList(arguments.size() - 7, arguments.size()));
        }
    }

    /** A directory that looks like a JDK and whose {@code java} prints its home and its arguments, a line each. */
    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(machine.resolve("jdks").resolve(name));
        Path bin = Files.createDirectory(home.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            Path file = bin.resolve(program);
            Files.writeString(file, "#!" + BASH + "\nprintf '%s\\n' '" + home + "' \"$@\"\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    /** With an empty PATH, no HOME, no Java and no place to look for one, except for what {@code environment} gives. */
    private Ended run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(BASH.toString(), script.toString()));
        command.addAll(List.of(arguments));
        Path out = machine.resolve("out");
        Path err = machine.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(machine.toFile())
                .redirectInput(Path.of("/dev/null").toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "", "HOME", "", "JAVA_HOME", "", "NOKV_JDK_PLACES", ""));
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Ended(code, Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private static Path source() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("nokv")) || !Files.exists(at.resolve("pom.xml"))) {
            at = at.getParent();
            if (at == null) {
                throw new IllegalStateException("not inside the source tree: " + Path.of("").toAbsolutePath());
            }
        }
        return at;
    }
}

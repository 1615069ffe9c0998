package io.nokv.sim.arch;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the rules look at: the compiled classes of all modules that this one sees, and the source tree of all modules. */
final class House {
    static {
        // The rules look at names and packages of what our classes use; reading those class files too takes a minute.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    }

    /** Production classes of ours that people wrote: without tests, the simulator and the generated messages. */
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
            .withImportOption(location -> !location.contains("/io/nokv/sim/") && !location.contains("/io/nokv/proto/"))
            .importPackages("io.nokv");

    private House() {}

    /** The first package after io.nokv, which names the layer; null for a class that is not ours. */
    static String layerOf(String packageName) {
        if (!packageName.startsWith("io.nokv.")) {
            return null;
        }
        int end = packageName.indexOf('.', "io.nokv.".length());
        return packageName.substring("io.nokv.".length(), end < 0 ? packageName.length() : end);
    }

    /** True for {@code package} itself and what lies below it. */
    static boolean isIn(String name, String packageName) {
        return name.equals(packageName) || name.startsWith(packageName + ".");
    }

    /** The directory above the modules. */
    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("nokv-base")) || !Files.exists(at.resolve("pom.xml"))) {
            at = at.getParent();
            if (at == null) {
                throw new IllegalStateException("not inside the source tree: " + Path.of("").toAbsolutePath());
            }
        }
        return at;
    }

    /** Every Java file below {@code src/<kind>/java} of every module, sorted. */
    static List<Path> sources(String kind) {
        try (Stream<Path> modules = Files.list(root())) {
            return modules.map(module -> module.resolve("src/" + kind + "/java")).filter(Files::isDirectory).sorted()
                    .flatMap(House::javaFiles).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.nokv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The arrows above the namespace: the driver and the shell know nothing of the database, and nobody knows the server. */
class UpperLayersTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
            .importPackages("io.nokv");

    /** Sentences about what classes of {@code layer} know of ours outside {@code allowed}. */
    private static Set<String> strangersOf(String layer, List<String> allowed) {
        Set<String> out = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            if (!isIn(from, layer)) {
                continue;
            }
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass().getBaseComponentType();
                if (isIn(to, "io.nokv") && !isIn(to, layer) && allowed.stream().noneMatch(a -> isIn(to, a))) {
                    out.add(dependency.getDescription());
                }
            }
        }
        return out;
    }

    private static boolean isIn(JavaClass type, String packageName) {
        return type.getPackageName().equals(packageName) || type.getPackageName().startsWith(packageName + ".");
    }

    @Test
    void theDriverKnowsNothingOfTheDatabase() {
        assertEquals(Set.of(), strangersOf("io.nokv.jdbc", List.of()));
    }

    @Test
    void theShellKnowsTheDriverAlone() {
        assertEquals(Set.of(), strangersOf("io.nokv.sqlline", List.of("io.nokv.jdbc")));
    }

    @Test
    void nobodyKnowsTheServer() {
        Set<String> out = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                if (!isIn(from, "io.nokv.server")
                        && isIn(dependency.getTargetClass().getBaseComponentType(), "io.nokv.server")) {
                    out.add(dependency.getDescription());
                }
            }
        }
        assertEquals(Set.of(), out);
    }

    @Test
    void theRulesSawTheCode() {
        for (String layer : List.of("io.nokv.jdbc", "io.nokv.sqlline", "io.nokv.server", "io.nokv.sql")) {
            assertTrue(CLASSES.stream().anyMatch(type -> isIn(type, layer)), "saw nothing of " + layer);
        }
    }
}

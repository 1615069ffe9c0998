package io.nokv.sim.arch;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** Arrows between layers point down, as the blueprint draws them. */
class LayersTest {
    /** Layer to the layers it may know. "proto" is the generated messages. */
    private static final Map<String, Set<String>> MAY_KNOW = new TreeMap<>(Map.of(
            "base", Set.of(),
            "lsm", Set.of("base"),
            "raft", Set.of("base", "lsm", "proto"),
            "control", Set.of("base", "lsm", "raft"),
            "kv", Set.of("base", "lsm", "raft", "control"),
            "proto", Set.of(),
            "fsmeta", Set.of("base", "lsm", "raft", "control", "kv", "proto"),
            "sql", Set.of("base", "fsmeta")));

    private static final Set<String> STORES = Set.of("lsm", "raft", "control", "kv");

    /** Sentences "A knows B" about dependencies between our classes for which {@code bad} holds. */
    private static List<String> arrows(BiPredicate<JavaClass, JavaClass> bad) {
        List<String> out = new ArrayList<>();
        for (JavaClass from : House.CLASSES) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass().getBaseComponentType();
                if (House.layerOf(to.getPackageName()) != null && bad.test(from, to)) {
                    out.add(dependency.getDescription());
                }
            }
        }
        return out;
    }

    @Test
    void layersPointDown() {
        assertEquals(List.of(), arrows((from, to) -> {
            String layer = House.layerOf(from.getPackageName());
            String known = House.layerOf(to.getPackageName());
            return MAY_KNOW.containsKey(layer) && !layer.equals(known) && !MAY_KNOW.get(layer).contains(known);
        }));
    }

    @Test
    void onlyTheRuntimePackageOfTheNamespaceKnowsTheStore() {
        assertEquals(List.of(), arrows((from, to) -> House.isIn(from.getPackageName(), "io.nokv.fsmeta")
                && !House.isIn(from.getPackageName(), "io.nokv.fsmeta.runtime")
                && STORES.contains(House.layerOf(to.getPackageName()))));
    }

    @Test
    void sqlKnowsTheNamespaceByItsInterfaceAlone() {
        assertEquals(List.of(), arrows((from, to) -> House.isIn(from.getPackageName(), "io.nokv.sql")
                && House.isIn(to.getPackageName(), "io.nokv.fsmeta")
                && !to.getPackageName().equals("io.nokv.fsmeta.api")));
    }

    @Test
    void theNamespaceInterfaceKnowsNothingBehindIt() {
        assertEquals(List.of(), arrows((from, to) -> from.getPackageName().equals("io.nokv.fsmeta.api")
                && House.isIn(to.getPackageName(), "io.nokv.fsmeta")
                && !to.getPackageName().equals("io.nokv.fsmeta.api")));
    }

    @Test
    void onlyDoorsKnowMessages() {
        assertEquals(List.of(), arrows((from, to) -> "proto".equals(House.layerOf(to.getPackageName()))
                && !"proto".equals(House.layerOf(from.getPackageName()))
                && !House.isIn(from.getPackageName(), "io.nokv.fsmeta.grpc")
                && !House.isIn(from.getPackageName(), "io.nokv.fsmeta.client")
                && !House.isIn(from.getPackageName(), "io.nokv.raft.transport")
                && !House.isIn(from.getPackageName(), "io.nokv.raft.admin")));
    }

    @Test
    void thePortsKnowNoneOfTheirImplementations() {
        assertEquals(List.of(), arrows((from, to) -> House.isIn(from.getPackageName(), "io.nokv.base")
                && !House.isIn(from.getPackageName(), "io.nokv.base.system")
                && House.isIn(to.getPackageName(), "io.nokv.base.system")));
    }

    @Test
    void packagesOfALayerFormNoCircle() {
        for (String layer : MAY_KNOW.keySet()) {
            if (!layer.equals("proto")) {
                slices().matching("io.nokv." + layer + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true)
                        .check(House.CLASSES);
            }
        }
    }

    @Test
    void theRulesSawTheCode() {
        Set<String> layers = new TreeSet<>();
        House.CLASSES.forEach(c -> layers.add(String.valueOf(House.layerOf(c.getPackageName()))));
        assertTrue(layers.containsAll(Set.of("base", "lsm", "fsmeta", "sql")), "saw only " + layers);
        assertTrue(House.CLASSES.size() > 100, "saw only " + House.CLASSES.size() + " classes");
    }
}

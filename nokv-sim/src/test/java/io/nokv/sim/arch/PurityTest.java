package io.nokv.sim.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Below the server the world is reached through ports alone, so that a run replays from its seed. Iteration order of
 * hashed collections is not visible here; the simulator's trace hash, compared across two virtual machines, is what
 * catches that.
 */
class PurityTest {
    private static final Set<String> SIMULATED = Set.of("base", "lsm", "raft", "control", "kv", "fsmeta");

    /** Packages that touch the machine, each with its reason. */
    private static final Map<String, String> ADAPTERS = Map.of(
            "io.nokv.base.system", "implements the ports by the machine",
            "io.nokv.lsm.vfs", "implements the file port by the machine and by memory",
            "io.nokv.raft.transport", "implements the network port by the machine",
            "io.nokv.raft.admin", "a door: translates messages, decides nothing",
            "io.nokv.fsmeta.grpc", "a door: translates messages, decides nothing",
            "io.nokv.fsmeta.client", "runs in other people's programs");

    /** Single classes that may do one banned thing: class, what it uses, why. */
    private record Permit(String className, String uses, String why) {}

    private static final List<Permit> PERMITS = List.of();

    /** Packages nobody may know. */
    private static final List<String> PACKAGES = List.of("java.nio.file", "java.nio.channels", "java.net",
            "java.util.random",
            "java.lang.ref", "sun.misc", "java.util.logging");

    /** Classes nobody may know, nested ones included. */
    private static final Pattern TYPES = Pattern.compile("("
            + "java\\.lang\\.(Thread|ThreadLocal|InheritableThreadLocal|Runtime|Process\\w*)"
            + "|java\\.io\\.(File\\w*|RandomAccessFile|Console)"
            + "|java\\.util\\.(Random|SplittableRandom|Timer|TimerTask|IdentityHashMap)|java\\.security\\.SecureRandom"
            + "|java\\.util\\.concurrent\\.(ThreadLocalRandom|CompletableFuture|Executors|ForkJoin\\w+|CountDownLatch"
            + "|CyclicBarrier|Phaser|Semaphore|Exchanger|Future\\w*|SynchronousQueue|StructuredTaskScope"
            + "|\\w*ExecutorService|\\w*ThreadPoolExecutor|\\w*Blocking\\w+)"
            + "|java\\.util\\.concurrent\\.locks\\.(LockSupport|Condition))(\\$.*)?");

    /** Methods nobody may call: class to names. */
    private static final Map<String, Set<String>> METHODS = new TreeMap<>(Map.of(
            "java.lang.System", Set.of("nanoTime", "currentTimeMillis", "getenv", "getProperty", "getProperties",
                    "identityHashCode", "exit", "gc", "console", "setProperty"),
            "java.lang.Math", Set.of("random"),
            "java.lang.Integer", Set.of("getInteger"),
            "java.lang.Long", Set.of("getLong"),
            "java.lang.Boolean", Set.of("getBoolean"),
            "java.util.UUID", Set.of("randomUUID"),
            "java.lang.Object", Set.of("wait", "notify", "notifyAll"),
            "java.util.Collections", Set.of("shuffle")));

    private static boolean isBannedType(JavaClass type) {
        return TYPES.matcher(type.getName()).matches()
                || PACKAGES.stream().anyMatch(p -> House.isIn(type.getPackageName(), p));
    }

    private static boolean isBannedCall(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        boolean asksTheClock = owner.startsWith("java.time.") && (name.equals("now") || name.startsWith("system"));
        boolean parallel = name.equals("parallelStream")
                || name.equals("parallel") && owner.startsWith("java.util.stream.");
        return asksTheClock || parallel || METHODS.getOrDefault(owner, Set.of()).contains(name);
    }

    private static boolean isSimulated(JavaClass type) {
        return SIMULATED.contains(String.valueOf(House.layerOf(type.getPackageName())))
                && ADAPTERS.keySet().stream().noneMatch(p -> House.isIn(type.getPackageName(), p));
    }

    private static boolean isPermitted(JavaClass from, String use) {
        return PERMITS.stream().anyMatch(e -> from.getName().startsWith(e.className) && use.contains(e.uses));
    }

    @Test
    void theWorldIsReachedThroughPortsAlone() {
        Set<String> broken = new TreeSet<>();
        for (JavaClass from : House.CLASSES) {
            if (!isSimulated(from)) {
                continue;
            }
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                if (isBannedType(dependency.getTargetClass().getBaseComponentType())
                        && !isPermitted(from, dependency.getDescription())) {
                    broken.add(dependency.getDescription());
                }
            }
            for (JavaAccess<?> access : from.getAccessesFromSelf()) {
                if (isBannedCall(access) && !isPermitted(from, access.getDescription())) {
                    broken.add(access.getDescription());
                }
            }
        }
        assertEquals(Set.of(), broken, "only the adapters " + ADAPTERS + " may do this");
    }

    /** Stricter than the rest: it decides, and leaves all doing to its owner. */
    @Test
    void theRaftCoreKnowsNoThreadClockFileOrMachineryOfConcurrency() {
        Set<String> may = Set.of("java.lang", "java.util", "java.util.function", "java.util.stream",
                "java.lang.invoke", "java.lang.runtime", "io.nokv.base.codec", "io.nokv.base.error",
                "io.nokv.raft.core", "io.nokv.raft.quorum", "io.nokv.raft.membership");
        Set<String> broken = new TreeSet<>();
        int seen = 0;
        for (JavaClass from : House.CLASSES) {
            if (!List.of("io.nokv.raft.core", "io.nokv.raft.quorum", "io.nokv.raft.membership")
                    .contains(from.getPackageName())) {
                continue;
            }
            seen++;
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass().getBaseComponentType();
                if (!to.isPrimitive() && !may.contains(to.getPackageName())
                        && !to.getName().equals("io.nokv.base.port.Entropy")) {
                    broken.add(dependency.getDescription());
                }
            }
        }
        assertEquals(Set.of(), broken);
        assertTrue(seen > 40, "saw only " + seen + " classes");
    }

    @Test
    void nothingIsDoneAtGarbageCollection() {
        List<String> finalizers = new ArrayList<>();
        for (JavaClass type : House.CLASSES) {
            for (JavaMethod method : type.getMethods()) {
                if (method.getName().equals("finalize") && method.getRawParameterTypes().isEmpty()) {
                    finalizers.add(method.getFullName());
                }
            }
        }
        assertEquals(List.of(), finalizers);
    }

    @Test
    void nobodyReadsJavaSerialization() {
        Set<String> readers = new TreeSet<>();
        for (JavaClass from : House.CLASSES) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getName();
                if (target.equals("java.io.ObjectInputStream") || target.equals("java.io.ObjectOutputStream")) {
                    readers.add(dependency.getDescription());
                }
            }
        }
        assertEquals(Set.of(), readers);
    }

    /** The rules must be able to fail: the adapters break them, and are found when they are not left out. */
    @Test
    void theRulesFindWhatTheAdaptersDo() {
        Set<String> banned = new TreeSet<>();
        for (JavaClass from : House.CLASSES) {
            if (House.isIn(from.getPackageName(), "io.nokv.base.system")) {
                from.getDirectDependenciesFromSelf().stream().map(d -> d.getTargetClass().getBaseComponentType())
                        .filter(PurityTest::isBannedType).forEach(t -> banned.add(t.getName()));
                from.getAccessesFromSelf().stream().filter(PurityTest::isBannedCall)
                        .forEach(a -> banned.add(a.getTargetOwner().getSimpleName() + "." + a.getTarget().getName()));
            }
        }
        assertTrue(banned.containsAll(Set.of("java.lang.Thread", "java.security.SecureRandom", "System.nanoTime",
                "Instant.now", "System.currentTimeMillis", "java.util.concurrent.Executors",
                "java.util.concurrent.locks.LockSupport")), "found only " + banned);
    }
}

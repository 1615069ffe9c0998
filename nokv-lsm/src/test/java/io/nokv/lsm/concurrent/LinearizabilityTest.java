package io.nokv.lsm.concurrent;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that no order of the calls explains are failures; Lincheck prints the calls and how they interleaved. */
class LinearizabilityTest {
    @ParameterizedTest
    @ValueSource(classes = {ConcurrentMemtable.Art.class, ConcurrentMemtable.Skip.class})
    void memtablesUnderChosenSchedules(Class<?> memtable) {
        modelCheck(memtable, 6, 300);
    }

    @ParameterizedTest
    @ValueSource(classes = {ConcurrentMemtable.Art.class, ConcurrentMemtable.Skip.class})
    void memtablesUnderStress(Class<?> memtable) {
        stress(memtable, 6, 400);
    }

    @Test
    void anEngineUnderStress() {
        stress(ConcurrentEngine.class, 4, 50);
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(classes = {ConcurrentMemtable.Art.class, ConcurrentMemtable.Skip.class})
    void memtablesForLong(Class<?> memtable) {
        modelCheck(memtable, 100, 5_000);
        stress(memtable, 100, 10_000);
    }

    @Test
    @Tag("slow")
    void anEngineForLong() {
        stress(ConcurrentEngine.class, 100, 1_000);
    }

    private static void modelCheck(Class<?> structure, int scenarios, int schedules) {
        new ModelCheckingOptions().iterations(scenarios).invocationsPerIteration(schedules).threads(3)
                .actorsPerThread(3).actorsBefore(3).actorsAfter(1).check(structure);
    }

    private static void stress(Class<?> structure, int scenarios, int runs) {
        new StressOptions().iterations(scenarios).invocationsPerIteration(runs).threads(3).actorsPerThread(3)
                .actorsBefore(2).actorsAfter(1).check(structure);
    }
}

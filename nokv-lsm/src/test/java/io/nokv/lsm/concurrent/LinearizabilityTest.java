package io.nokv.lsm.concurrent;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.lsm.table.ConcurrentBlockCache;
import io.nokv.lsm.table.ConcurrentRowCache;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that no order of the calls explains are failures; Lincheck prints the calls and how they interleaved. */
class LinearizabilityTest {
    /** Of the tree only: the model checker does not see how the skip list's links are read. */
    @Test
    void theTreeUnderChosenSchedules() {
        modelCheck(ConcurrentMemtable.Art.class, 6, 300);
    }

    @ParameterizedTest
    @ValueSource(classes = {ConcurrentMemtable.Art.class, ConcurrentMemtable.Skip.class})
    void memtablesUnderStress(Class<?> memtable) {
        stress(memtable, 6, 400);
    }

    @Test
    void anEngineUnderStress() {
        engineUnderStress(4, 50);
    }

    /** Not under chosen schedules: the model checker does not follow blocks that read numbers out of bytes, nor comparators. */
    @Test
    void cachesFilesAndVersionsUnderStress() {
        sharedUnderStress(6, 300);
    }

    /** The check of the check. */
    @Test
    void readersOfWhatIsNotShownYetAreFoundOut() {
        assertThrows(LincheckAssertionError.class, () -> stress(100, 2_000).minimizeFailedScenario(false)
                .check(ConcurrentMemtable.Careless.class));
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(classes = {ConcurrentMemtable.Art.class, ConcurrentMemtable.Skip.class})
    void memtablesForLong(Class<?> memtable) {
        stress(memtable, 100, 10_000);
    }

    @Test
    @Tag("slow")
    void theTreeForLong() {
        modelCheck(ConcurrentMemtable.Art.class, 100, 5_000);
    }

    @Test
    @Tag("slow")
    void anEngineForLong() {
        engineUnderStress(100, 1_000);
    }

    @Test
    @Tag("slow")
    void cachesFilesAndVersionsForLong() {
        sharedUnderStress(100, 3_000);
    }

    private static void sharedUnderStress(int scenarios, int runs) {
        stress(scenarios, runs).sequentialSpecification(ConcurrentBlockCache.AllBlocks.class)
                .check(ConcurrentBlockCache.OwnArrays.class);
        // Each cache is filled first, which takes most of the time.
        stress(scenarios, runs / 3).sequentialSpecification(ConcurrentBlockCache.AllBlocks.class)
                .check(ConcurrentBlockCache.Slabs.class);
        stress(scenarios, runs / 6).sequentialSpecification(ConcurrentBlockCache.AllBlocks.class)
                .check(ConcurrentBlockCache.Shards.class);
        stress(scenarios, runs).sequentialSpecification(ConcurrentRowCache.AllRows.class)
                .check(ConcurrentRowCache.class);
        stress(scenarios, runs).sequentialSpecification(ConcurrentFiles.Files.class).check(ConcurrentFiles.class);
        stress(scenarios, runs).sequentialSpecification(ConcurrentVersions.Tables.class)
                .check(ConcurrentVersions.class);
    }

    private static void engineUnderStress(int scenarios, int runs) {
        stress(scenarios, runs).sequentialSpecification(TwoKeys.class).check(ConcurrentEngine.class);
    }

    private static void modelCheck(Class<?> structure, int scenarios, int schedules) {
        schedules(scenarios, schedules).check(structure);
    }

    private static ModelCheckingOptions schedules(int scenarios, int schedules) {
        return new ModelCheckingOptions().iterations(scenarios).invocationsPerIteration(schedules).threads(3)
                .actorsPerThread(3).actorsBefore(3).actorsAfter(1);
    }

    private static void stress(Class<?> structure, int scenarios, int runs) {
        stress(scenarios, runs).check(structure);
    }

    private static StressOptions stress(int scenarios, int runs) {
        return new StressOptions().iterations(scenarios).invocationsPerIteration(runs).threads(3).actorsPerThread(3)
                .actorsBefore(2).actorsAfter(1);
    }
}

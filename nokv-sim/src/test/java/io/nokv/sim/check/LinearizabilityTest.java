package io.nokv.sim.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.Seeds;
import io.nokv.sim.check.Linearizability.Verdict;
import io.nokv.sim.world.SimEntropy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker on registers: histories it must explain and histories it must reject. */
class LinearizabilityTest {
    private static final long PLENTY = 1_000_000;

    /** A call on one of several registers: {@code write} null reads. */
    private record Call(String register, Integer write) {}

    /** One register, at first 0. The answer to a write is its value. */
    private static final SequentialModel<Integer, Call, Integer> REGISTER = new SequentialModel<>() {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public Integer step(Integer state, Operation<Call, Integer> operation) {
            if (operation.call().write != null) {
                return operation.call().write;
            }
            return operation.isUnknown() || state.equals(operation.result()) ? state : null;
        }
    };

    private final History<Call, Integer> history = new History<>();

    private int begin(int client, Integer write) {
        return history.invoke(client, new Call("x", write));
    }

    private void write(int client, int value) {
        history.returned(begin(client, value), value);
    }

    private void read(int client, int value) {
        history.returned(begin(client, null), value);
    }

    private Verdict verdict() {
        return Linearizability.check(REGISTER, history.operations(), PLENTY);
    }

    private void assertExplained() {
        assertInstanceOf(Verdict.Explained.class, verdict());
    }

    private void assertRejected(String hint) {
        Verdict.Violation violation = assertInstanceOf(Verdict.Violation.class, verdict());
        assertTrue(violation.report().contains(hint), violation.report());
    }

    @Test
    void oneAfterTheOther() {
        write(1, 5);
        read(2, 5);
        write(2, 6);
        read(1, 6);
        assertExplained();
    }

    @Test
    void aStaleReadIsRejected() {
        write(1, 5);
        read(2, 0);
        assertRejected("Call[register=x, write=null] -> 0");
    }

    @Test
    void aReadOfWhatNobodyWroteIsRejected() {
        write(1, 5);
        read(2, 7);
        assertRejected("-> 7");
    }

    @Test
    void readsThatGoBackInTimeAreRejected() {
        int slow = begin(1, 5);
        read(2, 5);
        read(2, 0);
        history.returned(slow, 5);
        assertRejected("-> 0");
    }

    @Test
    void concurrentReadsMaySeeAWriteOrNot() {
        int slow = begin(1, 5);
        read(2, 0);
        read(3, 5);
        history.returned(slow, 5);
        assertExplained();
    }

    @Test
    void anUnknownWriteMayHaveHappened() {
        history.lost(begin(1, 5));
        read(2, 5);
        assertExplained();
    }

    @Test
    void anUnknownWriteMayNotHaveHappened() {
        history.lost(begin(1, 5));
        read(2, 0);
        assertExplained();
    }

    @Test
    void anUnknownWriteHappensAtMostOnce() {
        history.lost(begin(1, 5));
        read(2, 5);
        write(2, 6);
        read(2, 5);
        assertRejected("-> 5");
    }

    @Test
    void aLostWriteDoesNotWakeUpAfterItsEnd() {
        history.lost(begin(1, 5));
        read(2, 0);
        read(2, 5);
        assertRejected("-> 5");
    }

    @Test
    void anOpenWriteMayStillHappen() {
        begin(1, 5);
        read(2, 0);
        read(2, 5);
        assertExplained();
    }

    @Test
    void registersAreCheckedOnTheirOwn() {
        history.returned(history.invoke(1, new Call("x", 5)), 5);
        history.returned(history.invoke(1, new Call("y", 6)), 6);
        history.returned(history.invoke(2, new Call("x", null)), 5);
        history.returned(history.invoke(2, new Call("y", null)), 6);
        assertInstanceOf(Verdict.Explained.class,
                Linearizability.check(REGISTER, history.operations(), Call::register, PLENTY));
        history.returned(history.invoke(2, new Call("y", null)), 5);
        assertInstanceOf(Verdict.Violation.class,
                Linearizability.check(REGISTER, history.operations(), Call::register, PLENTY));
    }

    @Test
    void aSearchThatIsTooLongIsUndecided() {
        for (int i = 1; i <= 12; i++) {
            begin(i, i);
        }
        read(20, 77);
        assertInstanceOf(Verdict.Undecided.class, Linearizability.check(REGISTER, history.operations(), 1_000));
    }

    /** A run of a real register with random overlaps is explained; the same with one read altered is mostly not. */
    @Test
    void randomRunsAreExplainedAndAlteredOnesAreRejected() {
        Seeds.run(LinearizabilityTest.class, "randomRunsAreExplainedAndAlteredOnesAreRejected", 50, (seed, _) -> {
            SimEntropy random = new SimEntropy(seed);
            List<Operation<Call, Integer>> run = randomRun(random);
            assertInstanceOf(Verdict.Explained.class, Linearizability.check(REGISTER, run, PLENTY));
            List<Operation<Call, Integer>> altered = new ArrayList<>(run);
            for (int i = 0; i < altered.size(); i++) {
                Operation<Call, Integer> o = altered.get(i);
                if (o.call().write == null && o.result() != null) {
                    altered.set(i, new Operation<>(o.id(), o.client(), o.call(), 1_000_000, o.invoked(), o.returned()));
                    assertInstanceOf(Verdict.Violation.class, Linearizability.check(REGISTER, altered, PLENTY));
                    return;
                }
            }
        });
    }

    /** Each operation takes effect at a random point of its interval, or, when unknown, perhaps never. */
    private static List<Operation<Call, Integer>> randomRun(SimEntropy random) {
        record Planned(int id, Call call, long invoked, long point, long returned, boolean unknown) {}
        List<Planned> plan = new ArrayList<>();
        long[] freeAt = new long[5];
        for (int id = 0; id < 60; id++) {
            int client = random.nextInt(freeAt.length);
            long invoked = freeAt[client] + random.between(1, 20);
            long point = invoked + random.between(1, 40);
            long returned = point + random.between(1, 40);
            freeAt[client] = returned;
            plan.add(new Planned(id, new Call("x", random.nextInt(2) == 0 ? id + 1 : null), invoked * 100 + id,
                    point * 100 + id, returned * 100 + id, random.nextInt(10) == 0));
        }
        plan.sort((a, b) -> Long.compare(a.point, b.point));
        List<Operation<Call, Integer>> out = new ArrayList<>();
        int state = 0;
        for (Planned p : plan) {
            boolean happens = !p.unknown || random.nextInt(2) == 0;
            state = happens && p.call.write != null ? p.call.write : state;
            Integer told = p.unknown ? null : (Integer) state;
            out.add(new Operation<>(p.id, 0, p.call, told, p.invoked, p.returned));
        }
        return out;
    }

    @Test
    void theOrderFoundIsToldById() {
        write(1, 5);
        read(2, 5);
        assertEquals(new Verdict.Explained(List.of(0, 1)), verdict());
    }
}

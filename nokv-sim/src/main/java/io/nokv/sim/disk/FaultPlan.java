package io.nokv.sim.disk;

import io.nokv.sim.world.SimEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Which calls fail and how: rules in order, the first that fires decides. Not thread-safe. */
public final class FaultPlan {
    private interface Rule {
        /** Null: not this call. */
        Fault on(DiskCall call);
    }

    private final List<Rule> rules = new ArrayList<>();

    /** Nothing ever fails. */
    public static FaultPlan none() {
        return new FaultPlan();
    }

    /** The call with this {@link DiskCall#number}, and that one only. */
    public FaultPlan atCall(long number, Fault fault) {
        rules.add(call -> call.number() == number ? fault : null);
        return this;
    }

    /** The {@code nth} (from 1) call that fits, and with {@code forever} all later ones that fit. */
    public FaultPlan nth(long nth, boolean forever, Predicate<DiskCall> fits, Fault fault) {
        long[] seen = {0};
        rules.add(call -> {
            if (!fits.test(call)) {
                return null;
            }
            seen[0]++;
            return seen[0] == nth || forever && seen[0] > nth ? fault : null;
        });
        return this;
    }

    /** Every call that fits, with probability {@code p} each. */
    public FaultPlan sometimes(double p, SimEntropy random, Predicate<DiskCall> fits, Fault fault) {
        rules.add(call -> fits.test(call) && random.chance(p) ? fault : null);
        return this;
    }

    /** The fault of this call, or null. */
    Fault on(DiskCall call) {
        for (Rule rule : rules) {
            Fault fault = rule.on(call);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }
}

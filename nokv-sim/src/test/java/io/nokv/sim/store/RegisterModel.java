package io.nokv.sim.store;

import io.nokv.sim.check.Operation;
import io.nokv.sim.check.SequentialModel;

/** One register. An answer is what it held before a put or a swap, and what a get found. */
final class RegisterModel implements SequentialModel<Long, RegisterCall, Long> {
    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public Long step(Long state, Operation<RegisterCall, Long> operation) {
        if (!operation.isUnknown() && !operation.result().equals(state)) {
            return null;
        }
        return after(state, operation.call());
    }

    /** What the register holds after {@code call}. */
    static Long after(Long state, RegisterCall call) {
        return switch (call) {
            case RegisterCall.Put put -> (Long) put.value();
            case RegisterCall.Swap swap -> state == swap.expected() ? (Long) swap.value() : state;
            case RegisterCall.Get _ -> state;
        };
    }
}

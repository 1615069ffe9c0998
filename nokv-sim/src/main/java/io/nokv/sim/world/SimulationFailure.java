package io.nokv.sim.world;

/** A run that broke a promise. The message has the seed, the last events, and the command that replays the run. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final long seed;

    SimulationFailure(long seed, String message, Throwable cause) {
        super(message, cause);
        this.seed = seed;
    }

    /** The same failure with {@code more} to say about it. */
    public SimulationFailure with(String more) {
        return new SimulationFailure(seed, getMessage() + "\n" + more, getCause());
    }

    public long seed() {
        return seed;
    }
}

package io.nokv.sim.world;

import io.nokv.base.vfs.Vfs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * One simulated run. Make it from a seed, then {@link #run} a driver: a flow outside every node that boots nodes, waits,
 * breaks things and checks. The run ends when the driver ends. Single-threaded: everything happens inside {@code run},
 * on the calling thread.
 *
 * <p>The loop: due timers become runnable flows; one runnable flow is chosen by the seed and runs until it waits; when
 * none is runnable, time jumps to the next timer; when there is none either, the run has deadlocked and fails with the
 * stacks of the flows that wait. A flow that throws fails the run. Every failure carries the seed and the command that
 * replays it.
 */
public final class World {
    /** Virtual time 0 on a wall clock without offset: 2026-01-01T00:00:00Z. */
    static final long EPOCH_NANOS = 1_767_225_600_000_000_000L;

    private static final int TAIL_EVENTS = 40;
    private static final int DEADLOCK_STACKS = 12;

    private final long seed;
    private final Knobs knobs;
    private final String replay;
    private final SimEntropy entropy;
    private final SimEntropy choices;
    private final Trace trace;
    private final SimNet net;
    private final Map<String, SimClock> clocks = new LinkedHashMap<>();
    private final Map<String, Integer> lives = new LinkedHashMap<>();
    private final List<Flow> runnable = new ArrayList<>();
    /** Flows that could run if their node were not frozen. */
    private final List<Flow> held = new ArrayList<>();
    private final List<Flow> flows = new ArrayList<>();
    private final PriorityQueue<TimedEvent> timers = new PriorityQueue<>();
    private final SimNode driver;
    private Flow current;
    private long nowNanos;
    private long nextFlowId;
    private long nextTimerId;
    private long steps;
    private Flow failedFlow;
    private Throwable failure;
    private boolean started;
    private HeldLocks heldLocks;
    private long locksEvery;
    private long waits;

    /** A world whose knobs are drawn from the seed. */
    public World(long seed, String replayCommand) {
        this(seed, Knobs.drawn(new SimEntropy(seed).fork("knobs")), replayCommand, null);
    }

    /**
     * @param replayCommand how a person repeats this run; part of every failure message
     * @param milestones hears one line every {@link Trace#MILESTONE_EVENTS} events, or null
     */
    public World(long seed, Knobs knobs, String replayCommand, Consumer<String> milestones) {
        this.seed = seed;
        this.knobs = knobs;
        this.replay = replayCommand;
        this.entropy = new SimEntropy(seed);
        this.choices = entropy.fork("choices");
        this.trace = new Trace(milestones);
        this.net = new SimNet(this, entropy.fork("net"));
        this.driver = new SimNode(this, "driver", 1, new SimClock(this, 0, 0), entropy.fork("driver"), null);
    }

    // ---- what a test uses --------------------------------------------------------------------------------------

    public long seed() {
        return seed;
    }

    public Knobs knobs() {
        return knobs;
    }

    public Trace trace() {
        return trace;
    }

    public SimNet net() {
        return net;
    }

    /** Nanoseconds since the run began. */
    public long nowNanos() {
        return nowNanos;
    }

    /** A stream of random numbers that depends on the seed and {@code name} alone. */
    public SimEntropy entropy(String name) {
        return entropy.fork(name);
    }

    /** The node the driver's flow belongs to: its scheduler is how a driver waits. */
    public SimNode driver() {
        return driver;
    }

    /** Starts the next life of the process {@code name} on the disk {@code vfs}. Its clock goes on from the last life. */
    public SimNode boot(String name, Vfs vfs) {
        int life = lives.merge(name, 1, Integer::sum);
        note("boot " + name, life, 0, 0);
        return new SimNode(this, name + "." + life, life, clock(name), entropy.fork(name + "." + life), vfs);
    }

    /** The clock of the machine that process {@code name} runs on. */
    public SimClock clock(String name) {
        return clocks.computeIfAbsent(name, machine -> {
            SimEntropy random = entropy.fork("clock " + machine);
            long offset = random.between(-knobs.clockOffsetNanos(), knobs.clockOffsetNanos());
            return new SimClock(this, offset, random.between(-knobs.clockDriftPpm(), knobs.clockDriftPpm()));
        });
    }

    /** Fails the run when a flow waits while it holds a monitor or a lock; asks at every {@code n}-th wait, from 1. */
    public void watchLocks(long n) {
        locksEvery = n;
    }

    /** Folds an event of the test itself into the trace. */
    public void note(String what, long a, long b, long c) {
        trace.add(nowNanos, what, a, b, c);
    }

    /**
     * Runs {@code story} as the driver's flow until it returns, with everything it sets in motion. Flows still waiting
     * then are left where they are. Throws {@link SimulationFailure}. Once per world.
     */
    public void run(Runnable story) {
        if (started) {
            throw new IllegalStateException("a world runs once");
        }
        started = true;
        heldLocks = locksEvery == 0 ? null : new HeldLocks();
        Flow main = spawn(driver, "story", story);
        while (!main.isDone() && failure == null) {
            step();
        }
        if (failure != null) {
            String where = failedFlow == null ? "" : "flow " + failedFlow + ": ";
            throw failed(where + failure, failure);
        }
    }

    // ---- the loop ----------------------------------------------------------------------------------------------

    private void step() {
        if (++steps > knobs.maxSteps()) {
            throw failed("no end after " + steps + " steps, " + nowNanos / 1_000_000 + " ms of virtual time", null);
        }
        while (!timers.isEmpty() && timers.peek().atNanos() <= nowNanos) {
            timers.poll().fire();
        }
        if (runnable.isEmpty()) {
            TimedEvent next = timers.peek();
            if (next == null) {
                throw failed(deadlock(), null);
            }
            nowNanos = Math.max(nowNanos, next.atNanos());
            return;
        }
        Flow flow = takeOne();
        nowNanos += knobs.stepNanos() + choices.between(0, knobs.stepNanos());
        trace.add(nowNanos, flow.name, flow.id, runnable.size(), timers.size());
        current = flow;
        try {
            flow.resume();
        } finally {
            current = null;
        }
        if (flow.isDone()) {
            flow.dead = true;
            flows.remove(flow);
        }
    }

    private Flow takeOne() {
        int at = choices.chance(knobs.shuffle()) ? choices.nextInt(runnable.size()) : 0;
        return runnable.remove(at);
    }

    private String deadlock() {
        StringBuilder out = new StringBuilder("deadlock: nothing can run and no timer is set; waiting are");
        int shown = 0;
        for (Flow flow : flows) {
            if (flow.dead || shown++ >= DEADLOCK_STACKS) {
                continue;
            }
            out.append("\n  ").append(flow);
            for (StackTraceElement frame : flow.stack()) {
                if (!frame.getClassName().startsWith("jdk.internal")
                        && !frame.getClassName().startsWith("io.nokv.sim")) {
                    out.append("\n      at ").append(frame);
                }
            }
        }
        return out.toString();
    }

    private SimulationFailure failed(String what, Throwable cause) {
        StringBuilder out = new StringBuilder("seed ").append(seed).append(": ").append(what);
        out.append("\nreplay: ").append(replay);
        out.append("\nknobs: ").append(knobs);
        out.append("\n").append(trace.summary()).append(", the last:");
        for (String line : trace.tail(TAIL_EVENTS)) {
            out.append("\n  ").append(line);
        }
        return new SimulationFailure(seed, out.toString(), cause);
    }

    // ---- what nodes and flows use ------------------------------------------------------------------------------

    Flow spawn(SimNode node, String name, Runnable work) {
        Flow flow = new Flow(this, node, nextFlowId++, name, work);
        flows.add(flow);
        makeRunnable(flow);
        return flow;
    }

    void makeRunnable(Flow flow) {
        (flow.node.isFrozen() ? held : runnable).add(flow);
    }

    /** No flow of {@code node} runs from now on. */
    void freeze(SimNode node) {
        note("freeze " + node.name(), 0, 0, 0);
        move(node, runnable, held);
    }

    /** All that can run may. */
    void thaw(SimNode node) {
        note("thaw " + node.name(), 0, 0, 0);
        move(node, held, runnable);
    }

    private static void move(SimNode node, List<Flow> from, List<Flow> to) {
        from.stream().filter(flow -> flow.node == node).forEach(to::add);
        from.removeIf(flow -> flow.node == node);
    }

    Flow currentFlow() {
        if (current == null) {
            throw new IllegalStateException("only a flow can wait: call this inside World.run");
        }
        return current;
    }

    /** Before {@code flow} leaves the thread to others. */
    void aboutToWait(Flow flow) {
        if (heldLocks != null && ++waits % locksEvery == 0) {
            List<String> held = heldLocks.mine();
            if (!held.isEmpty()) {
                throw new AssertionError("flow " + flow + " waits while it holds " + held);
            }
        }
    }

    void requireCurrent(Flow flow) {
        if (current != flow) {
            throw new IllegalStateException("flow " + flow + " was parked by " + current);
        }
    }

    TimedEvent after(SimNode node, long delayNanos, String name, Runnable work) {
        TimedEvent event = new TimedEvent(this, node, nowNanos + Math.max(0, delayNanos), nextTimerId++, name, work);
        timers.add(event);
        return event;
    }

    void forget(TimedEvent event) {
        timers.remove(event);
    }

    void flowFailed(Flow flow, Throwable cause) {
        if (failure == null) {
            failedFlow = flow;
            failure = cause;
        }
    }

    /** Ends every flow and timer of {@code node}. Does not return when the calling flow is one of them. */
    void kill(SimNode node) {
        note("kill " + node.name(), 0, 0, 0);
        for (Flow flow : flows) {
            if (flow.node == node) {
                flow.dead = true;
            }
        }
        flows.removeIf(flow -> flow.dead);
        runnable.removeIf(flow -> flow.dead);
        held.removeIf(flow -> flow.dead);
        timers.removeIf(event -> event.belongsTo(node));
        if (current != null && current.dead) {
            current.suspend();
            throw new AssertionError("a killed flow went on: " + current);
        }
    }

    /** How many flows of {@code node} have not ended. */
    int liveFlows(SimNode node) {
        int count = 0;
        for (Flow flow : flows) {
            if (flow.node == node && !flow.dead) {
                count++;
            }
        }
        return count;
    }
}

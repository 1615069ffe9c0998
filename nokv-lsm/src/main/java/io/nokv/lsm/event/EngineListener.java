package io.nokv.lsm.event;

/**
 * Hears what an engine does. Called on the flow that did it, while that flow may hold up writers: it must return at once and
 * must not call the engine. What it throws is swallowed and counted in the engine's statistics. Thread-safe.
 */
@FunctionalInterface
public interface EngineListener {
    EngineListener NONE = _ -> {};

    void on(EngineEvent event);
}

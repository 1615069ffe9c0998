package io.nokv.lsm;

/** What an engine counts. */
public record EngineStats(long entries) {}

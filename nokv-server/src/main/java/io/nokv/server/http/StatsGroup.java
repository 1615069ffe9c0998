package io.nokv.server.http;

import java.util.function.Supplier;

/**
 * Numbers that belong together.
 *
 * @param name lower-case words joined by underscores; the key in {@code /debug/vars} and the prefix in {@code /metrics}
 * @param stats gives a record, or a map with text keys, of numbers, booleans, texts, lists and further records; called
 *        on any thread, must not wait long
 */
public record StatsGroup(String name, Supplier<?> stats) {}

package io.nokv.kv.store;

import io.nokv.raft.region.RegionRefusal;

/** A store's answer to a routed request. */
public sealed interface Answer<T> {
    record Done<T>(T value) implements Answer<T> {}

    /** Not the right place; nothing happened. */
    record Refused<T>(RegionRefusal why) implements Answer<T> {}
}

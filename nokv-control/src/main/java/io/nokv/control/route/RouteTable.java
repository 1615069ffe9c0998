package io.nokv.control.route;

import io.nokv.raft.region.RegionDescriptor;

/** Where keys live, as far as this client knows. May be outdated: then a store refuses, and {@link #refresh} helps. Thread-safe. */
public interface RouteTable {
    /** The region that holds {@code key}. Never null: regions cover the whole key space. */
    RegionDescriptor locate(byte[] key);

    /** Forgets what it knows and learns anew; may wait. */
    void refresh();
}

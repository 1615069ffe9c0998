package io.nokv.base.port;

import io.nokv.base.vfs.Vfs;

/** The world of one node, handed down from the composition root. None is null. */
public record Ports(Clock clock, Entropy entropy, Scheduler scheduler, Vfs vfs) {}

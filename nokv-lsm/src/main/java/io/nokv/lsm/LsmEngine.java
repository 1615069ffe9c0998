package io.nokv.lsm;

import io.nokv.base.port.Ports;

/** Made in the engine's first slice. */
final class LsmEngine {
    private LsmEngine() {}

    static Engine open(String directory, EngineOptions options, Ports ports) {
        throw new UnsupportedOperationException(directory + options + ports);
    }
}

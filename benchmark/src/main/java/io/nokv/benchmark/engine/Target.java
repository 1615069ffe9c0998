package io.nokv.benchmark.engine;

import java.nio.file.Path;

/** The engines that can be compared. */
enum Target {
    NOKV {
        @Override
        Store open(Path directory, Sizing sizing) {
            return new NokvStore(directory, sizing);
        }
    },
    ROCKSDB {
        @Override
        Store open(Path directory, Sizing sizing) {
            return new RocksStore(directory, sizing);
        }
    },
    MVSTORE {
        @Override
        Store open(Path directory, Sizing sizing) {
            return new MvStore(directory, sizing);
        }
    };

    abstract Store open(Path directory, Sizing sizing);
}

package io.nokv.lsm;

import io.nokv.lsm.compact.MergeJob;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.vlog.ValueLog;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Where new tables go and how they look, by level.
 *
 * @param nextNumber hands out file numbers
 * @param closing whether work is to end
 */
record TableOutputs(TableStore store, ValueLog values, EngineOptions.Tables options, AtomicLong nextNumber,
        BooleanSupplier closing) {
    MergeJob.Output into(int level) {
        Compression compression = level == Version.LEVELS - 1 ? options.lowestCompression() : options.compression();
        return new MergeJob.Output(store, values, compression, options.tableBytes(), nextNumber::getAndIncrement,
                closing, List.of());
    }
}

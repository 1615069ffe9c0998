package io.nokv.raft.store;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;

/** Nobody needs a snapshot here. */
final class NoTransfer implements SnapshotTransfer {
    private final Scheduler scheduler;

    NoTransfer(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public String newDirectory(long regionId) {
        return "export-" + regionId;
    }

    @Override
    public byte[] offer(String directory) {
        return new byte[0];
    }

    @Override
    public void release(byte[] offer) {}

    @Override
    public Promise<String> fetch(long fromStore, byte[] offer) {
        Promise<String> none = scheduler.promise();
        none.fail(new NokvException(FailureCode.FILE_NOT_FOUND, "nothing is offered"));
        return none;
    }

    @Override
    public void discard(String directory) {}

    @Override
    public void received(long fromStore, byte[] message) {}

    @Override
    public void close() {}
}

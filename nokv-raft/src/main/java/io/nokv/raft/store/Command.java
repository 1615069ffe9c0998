package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.ArrayList;
import java.util.List;

/**
 * What an entry of a region's log says. Each names the epoch it was proposed under, and does nothing when that is over.
 *
 * <pre>
 * write    = u8:1 varint:version command                          the rest is the applier's
 * split    = u8:2 epoch varint:children (bytes:from varint:regionId varint:peers varint:peerId*)*
 * prepare  = u8:3 epoch varint:targetId epoch
 * commit   = u8:4 epoch bytes:source varint:atIndex               in the target; the epoch is the target's
 * refuse   = u8:5 epoch varint:sourceId                           in the target: no commit under this epoch any more
 * rollback = u8:6 epoch varint:atIndex
 * epoch    = varint:version varint:confVersion
 * </pre>
 */
sealed interface Command {
    /** Whether the region is still what the command was proposed for. */
    boolean isFor(RegionEpoch epoch);

    /** @param command for the applier */
    record Write(long version, byte[] command) implements Command {
        @Override
        public boolean isFor(RegionEpoch epoch) {
            return epoch.version() == version;
        }
    }

    /** @param children ascending */
    record Split(RegionEpoch epoch, List<Child> children) implements Command {
        @Override
        public boolean isFor(RegionEpoch now) {
            return epoch.equals(now);
        }
    }

    /**
     * @param from where it begins
     * @param peerIds one for each peer of the parent, in their order
     */
    record Child(byte[] from, long regionId, long[] peerIds) {}

    /** The region is to become a part of {@code targetId}. */
    record Prepare(RegionEpoch epoch, long targetId, RegionEpoch targetEpoch) implements Command {
        @Override
        public boolean isFor(RegionEpoch now) {
            return epoch.equals(now);
        }
    }

    /**
     * The region takes over its neighbour, which all stores have frozen.
     *
     * @param source as it is since it was frozen
     * @param atIndex where that was
     */
    record Commit(RegionEpoch epoch, RegionDescriptor source, long atIndex) implements Command {
        @Override
        public boolean isFor(RegionEpoch now) {
            return epoch.equals(now);
        }
    }

    /** The region will not take over {@code sourceId}: whatever was prepared under {@code epoch} is off. */
    record Refuse(RegionEpoch epoch, long sourceId) implements Command {
        @Override
        public boolean isFor(RegionEpoch now) {
            return epoch.equals(now);
        }
    }

    /** The region that was frozen at {@code atIndex} goes on by itself. */
    record Rollback(RegionEpoch epoch, long atIndex) implements Command {
        @Override
        public boolean isFor(RegionEpoch now) {
            return epoch.equals(now);
        }
    }

    int MAX_CHILDREN = 64;

    default byte[] encode() {
        ByteWriter out = new ByteWriter();
        switch (this) {
            case Write write -> {
                out = new ByteWriter(1 + ByteWriter.varintBytes(write.version) + write.command.length);
                out.u8(1).varint(write.version).raw(write.command);
            }
            case Split split -> {
                put(out.u8(2), split.epoch).varint(split.children.size());
                for (Child child : split.children) {
                    out.bytes(child.from).varint(child.regionId).varint(child.peerIds.length);
                    for (long peer : child.peerIds) {
                        out.varint(peer);
                    }
                }
            }
            case Prepare prepare ->
                put(put(out.u8(3), prepare.epoch).varint(prepare.targetId), prepare.targetEpoch);
            case Commit commit ->
                put(out.u8(4), commit.epoch).bytes(commit.source.encode()).varint(commit.atIndex);
            case Refuse refuse -> put(out.u8(5), refuse.epoch).varint(refuse.sourceId);
            case Rollback rollback -> put(out.u8(6), rollback.epoch).varint(rollback.atIndex);
        }
        return out.finish();
    }

    /** CORRUPTION when {@code bytes} is no command. */
    static Command decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int kind = in.u8();
        Command command = switch (kind) {
            case 1 -> new Write(in.varint(), in.rest());
            case 2 -> new Split(epoch(in), children(in));
            case 3 -> new Prepare(epoch(in), in.varint(), epoch(in));
            case 4 -> new Commit(epoch(in), RegionDescriptor.decode(in.bytes()), in.varint());
            case 5 -> new Refuse(epoch(in), in.varint());
            case 6 -> new Rollback(epoch(in), in.varint());
            default -> throw new NokvException(FailureCode.CORRUPTION, "region command of kind " + kind);
        };
        in.end();
        return command;
    }

    private static ByteWriter put(ByteWriter out, RegionEpoch epoch) {
        return out.varint(epoch.version()).varint(epoch.confVersion());
    }

    private static RegionEpoch epoch(ByteReader in) {
        return new RegionEpoch(in.varint(), in.varint());
    }

    private static List<Child> children(ByteReader in) {
        int count = in.varint(MAX_CHILDREN);
        List<Child> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] from = in.bytes();
            long regionId = in.varint();
            long[] peers = new long[in.varint(64)];
            for (int j = 0; j < peers.length; j++) {
                peers[j] = in.varint();
            }
            out.add(new Child(from, regionId, peers));
        }
        return out;
    }
}

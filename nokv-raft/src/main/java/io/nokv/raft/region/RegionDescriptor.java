package io.nokv.raft.region;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.ArrayList;
import java.util.List;

/**
 * A region: which keys, at which epoch, held by whom.
 *
 * <pre>
 * stored = u8:format(2) varint:id bytes:from u8:bounded [bytes:to]
 *          varint:version varint:confVersion varint:peers (varint:peerId varint:storeId u8:role)*
 * </pre>
 *
 * @param id unique in the cluster, positive, never used again
 */
public record RegionDescriptor(long id, KeyRange range, RegionEpoch epoch, List<Peer> peers) {
    private static final int FORMAT = 2;
    private static final int MAX_PEERS = 64;

    public RegionDescriptor {
        peers = List.copyOf(peers);
    }

    public RegionDescriptor withRange(KeyRange changed, RegionEpoch at) {
        return new RegionDescriptor(id, changed, at, peers);
    }

    public RegionDescriptor withPeers(List<Peer> changed, RegionEpoch at) {
        return new RegionDescriptor(id, range, at, changed);
    }

    public RegionDescriptor withEpoch(RegionEpoch at) {
        return new RegionDescriptor(id, range, at, peers);
    }

    /** What a request routed by this descriptor carries. */
    public RegionHeader header() {
        return new RegionHeader(id, epoch);
    }

    /** The replica on {@code storeId}; null when there is none. */
    public Peer peerOn(long storeId) {
        for (Peer peer : peers) {
            if (peer.storeId() == storeId) {
                return peer;
            }
        }
        return null;
    }

    /** Null when {@code peerId} is none of its replicas. */
    public Peer peer(long peerId) {
        for (Peer peer : peers) {
            if (peer.id() == peerId) {
                return peer;
            }
        }
        return null;
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter();
        out.u8(FORMAT).varint(id).bytes(range.from()).u8(range.to() == null ? 0 : 1);
        if (range.to() != null) {
            out.bytes(range.to());
        }
        out.varint(epoch.version()).varint(epoch.confVersion()).varint(peers.size());
        for (Peer peer : peers) {
            out.varint(peer.id()).varint(peer.storeId()).u8(peer.role().code());
        }
        return out.toBytes();
    }

    /** CORRUPTION when {@code bytes} is not a descriptor, UNSUPPORTED_VERSION when it is of another format. */
    public static RegionDescriptor decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int format = in.u8();
        if (format != FORMAT) {
            throw new NokvException(FailureCode.UNSUPPORTED_VERSION, "region descriptor of format " + format);
        }
        long id = in.varint();
        byte[] from = in.bytes();
        byte[] to = in.u8() == 0 ? null : in.bytes();
        RegionEpoch epoch = new RegionEpoch(in.varint(), in.varint());
        int count = in.varint(MAX_PEERS);
        List<Peer> peers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long peerId = in.varint();
            long storeId = in.varint();
            int role = in.u8();
            if (Peer.Role.ofCode(role) == null) {
                throw new NokvException(FailureCode.CORRUPTION,
                        "peer " + peerId + " of region " + id + " with role " + role);
            }
            peers.add(new Peer(peerId, storeId, Peer.Role.ofCode(role)));
        }
        in.end();
        return new RegionDescriptor(id, new KeyRange(from, to), epoch, peers);
    }
}

package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.Invariant;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.quorum.MemberSet;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.Peer.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** The members of a group as peers with roles, and back. */
final class Peers {
    private Peers() {}

    /** The membership of voters and learners. */
    static Membership membership(List<Peer> peers) {
        return new Membership(ids(peers, Role.VOTER), MemberSet.EMPTY, ids(peers, Role.LEARNER), MemberSet.EMPTY,
                false);
    }

    private static MemberSet ids(List<Peer> peers, Role role) {
        return MemberSet.of(peers.stream().filter(peer -> peer.role() == role).mapToLong(Peer::id).toArray());
    }

    /** Who comes with a change of the members, as it stands behind the change: varint:count (varint:peerId varint:storeId)*. */
    static byte[] writeStores(List<Peer> peers) {
        ByteWriter out = new ByteWriter().varint(peers.size());
        peers.forEach(peer -> out.varint(peer.id()).varint(peer.storeId()));
        return out.toBytes();
    }

    /** Adds the stores of those who come to {@code stores}, by peer. */
    static void readStores(ByteReader in, Map<Long, Long> stores) {
        for (int left = in.varint(64); left > 0; left--) {
            stores.put(in.varint(), in.varint());
        }
        in.end();
    }

    /** Who is in {@code membership}; {@code storeOf} says where, 0 when it does not know. By peer id. */
    static List<Peer> of(Membership membership, LongUnaryOperator storeOf) {
        List<Peer> out = new ArrayList<>();
        membership.members().forEach(id -> {
            long store = storeOf.applyAsLong(id);
            Invariant.check(store > 0, "the store of every member is known", id);
            out.add(new Peer(id, store, role(membership, id)));
        });
        return out;
    }

    private static Role role(Membership membership, long id) {
        if (membership.learners().contains(id)) {
            return Role.LEARNER;
        }
        if (!membership.isJoint() || membership.voters().contains(id) && membership.outgoing().contains(id)) {
            return Role.VOTER;
        }
        if (membership.voters().contains(id)) {
            return Role.INCOMING_VOTER;
        }
        return membership.learnersNext().contains(id) ? Role.DEMOTING_VOTER : Role.OUTGOING_VOTER;
    }
}

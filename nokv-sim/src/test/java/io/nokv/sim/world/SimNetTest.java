package io.nokv.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Net;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The network: delays, losses, duplicates, cuts and dead receivers. */
class SimNetTest {
    private static final long MILLI = 1_000_000L;

    /** Writes down what arrives; waits a little while handling, to show that one sender's messages do not overlap. */
    private static final class Listener implements Net.Inbox {
        final List<Integer> got = new ArrayList<>();
        final List<Long> broken = new ArrayList<>();
        final SimNode node;
        int inside;
        int mostInside;

        Listener(SimNode node) {
            this.node = node;
        }

        @Override
        public void received(long fromNode, byte[] message) {
            mostInside = Math.max(mostInside, ++inside);
            node.scheduler().pause(10_000);
            got.add((int) message[0]);
            inside--;
        }

        @Override
        public void disconnected(long from) {
            broken.add(from);
        }
    }

    private static Listener listener(World world, String name, long id) {
        SimNode node = world.boot(name, null);
        Listener listener = new Listener(node);
        world.net().of(node).listen(id, listener);
        return listener;
    }

    private static void sendAll(World world, int count) {
        for (int i = 0; i < count; i++) {
            world.net().send(1, 2, new byte[]{(byte) i});
        }
        world.driver().scheduler().pause(1_000 * MILLI);
    }

    @Test
    void messagesArriveOutOfOrderAndOneAtATime() {
        World world = new World(11, "none");
        world.run(() -> {
            Listener listener = listener(world, "b", 2);
            sendAll(world, 50);
            assertEquals(50, new HashSet<>(listener.got).size());
            assertEquals(50, listener.got.size());
            assertTrue(!listener.got.equals(listener.got.stream().sorted().toList()), "nothing overtook anything");
            assertEquals(1, listener.mostInside);
        });
    }

    @Test
    void aBadLinkLosesAndDuplicates() {
        World world = new World(12, "none");
        world.run(() -> {
            Listener listener = listener(world, "b", 2);
            world.net().set(1, 2, new SimNet.Link(MILLI, 0.3, 0.3));
            sendAll(world, 100);
            int distinct = new HashSet<>(listener.got).size();
            assertTrue(distinct < 100 && distinct > 40, "arrived " + distinct);
            assertTrue(listener.got.size() > distinct, "nothing came twice");
        });
    }

    @Test
    void aCutIsOneWayUntilHealed() {
        World world = new World(13, "none");
        world.run(() -> {
            Listener b = listener(world, "b", 2);
            Listener a = listener(world, "a", 1);
            world.net().cut(1, 2);
            sendAll(world, 10);
            world.net().send(2, 1, new byte[]{7});
            world.driver().scheduler().pause(100 * MILLI);
            assertEquals(List.of(), b.got);
            assertEquals(List.of(1L), b.broken);
            assertEquals(List.of(7), a.got);
            world.net().heal();
            sendAll(world, 10);
            assertEquals(10, b.got.size());
        });
    }

    @Test
    void aDeadNodeReceivesNothing() {
        World world = new World(14, "none");
        world.run(() -> {
            Listener listener = listener(world, "b", 2);
            world.net().send(1, 2, new byte[]{1});
            listener.node.kill();
            sendAll(world, 5);
            assertEquals(List.of(), listener.got);
        });
    }
}

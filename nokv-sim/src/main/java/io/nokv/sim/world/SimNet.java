package io.nokv.sim.world;

import io.nokv.base.port.Net;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.TreeMap;

/**
 * The network of a world. Every link has its own delay, loss and duplication; messages overtake each other when their
 * delays say so; links can be cut in one direction or both. Delivery is on a flow of the receiving node, one message at
 * a time per sender. A message to a node that is dead or does not listen is lost. Lanes make no difference here: any
 * message may overtake any other.
 */
public final class SimNet implements Net {
    /**
     * How a link behaves.
     *
     * @param delayMeanNanos mean of an exponential delay
     * @param loss chance that a message never arrives
     * @param duplication chance that it arrives twice
     */
    public record Link(long delayMeanNanos, double loss, double duplication) {
        public static Link good() {
            return new Link(100_000, 0, 0);
        }
    }

    private record Pair(long from, long to) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byFrom = Long.compare(from, other.from);
            return byFrom != 0 ? byFrom : Long.compare(to, other.to);
        }
    }

    /** A registered receiver and what waits for it from one sender each. */
    private static final class Receiver {
        final SimNode node;
        final Inbox inbox;
        final TreeMap<Long, Queue<byte[]>> waiting = new TreeMap<>();

        Receiver(SimNode node, Inbox inbox) {
            this.node = node;
            this.inbox = inbox;
        }
    }

    private final World world;
    private final SimEntropy random;
    private final TreeMap<Long, Receiver> receivers = new TreeMap<>();
    private final TreeMap<Pair, Link> links = new TreeMap<>();
    private final TreeMap<Pair, Boolean> cuts = new TreeMap<>();
    private Link usual = Link.good();

    SimNet(World world, SimEntropy random) {
        this.world = world;
        this.random = random;
    }

    /** The network as {@code node} uses it: what it listens for is received on its flows and dies with it. */
    public Net of(SimNode node) {
        return new Net() {
            @Override
            public void listen(long id, Inbox inbox) {
                receivers.put(id, new Receiver(node, inbox));
            }

            @Override
            public void send(long fromNode, long toNode, Lane lane, byte[] message) {
                if (node.isAlive()) {
                    SimNet.this.send(fromNode, toNode, lane, message);
                }
            }
        };
    }

    /** Listens on the driver's flows. */
    @Override
    public void listen(long node, Inbox inbox) {
        receivers.put(node, new Receiver(world.driver(), inbox));
    }

    /** How links behave that were not set one by one. */
    public void setUsual(Link link) {
        usual = link;
    }

    /** How the link in this direction behaves. */
    public void set(long from, long to, Link link) {
        links.put(new Pair(from, to), link);
    }

    /** Loses every message in this direction, those under way included, until {@link #heal}. */
    public void cut(long from, long to) {
        cuts.put(new Pair(from, to), true);
        world.note("cut", from, to, 0);
        Receiver receiver = receivers.get(to);
        if (receiver != null && receiver.node.isAlive()) {
            world.spawn(receiver.node, "disconnected", () -> receiver.inbox.disconnected(from));
        }
    }

    /** Ends the cut in this direction. */
    public void mend(long from, long to) {
        cuts.remove(new Pair(from, to));
        world.note("mend", from, to, 0);
    }

    /** Ends every cut. */
    public void heal() {
        cuts.clear();
        world.note("heal", 0, 0, 0);
    }

    @Override
    public void send(long fromNode, long toNode, Lane lane, byte[] message) {
        Pair pair = new Pair(fromNode, toNode);
        Link link = links.getOrDefault(pair, usual);
        boolean lost = cuts.containsKey(pair) || random.chance(link.loss);
        int copies = lost ? 0 : random.chance(link.duplication) ? 2 : 1;
        world.note("send", fromNode, toNode, copies);
        for (int i = 0; i < copies; i++) {
            world.after(world.driver(), random.around(link.delayMeanNanos), "deliver", () -> arrive(pair, message));
        }
    }

    private void arrive(Pair pair, byte[] message) {
        Receiver receiver = receivers.get(pair.to);
        if (receiver == null || !receiver.node.isAlive() || cuts.containsKey(pair)) {
            world.note("drop", pair.from, pair.to, message.length);
            return;
        }
        world.note("arrive", pair.from, pair.to, message.length);
        Queue<byte[]> queue = receiver.waiting.get(pair.from);
        if (queue != null) {
            queue.add(message);
            return;
        }
        Queue<byte[]> started = new ArrayDeque<>();
        started.add(message);
        receiver.waiting.put(pair.from, started);
        world.spawn(receiver.node, "receive", () -> {
            for (byte[] next = started.poll(); next != null; next = started.poll()) {
                receiver.inbox.received(pair.from, next);
            }
            receiver.waiting.remove(pair.from);
        });
    }
}

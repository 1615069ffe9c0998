package io.nokv.sim.raft;

import io.nokv.sim.raft.RaftFault.Kind;
import io.nokv.sim.world.SimEntropy;
import java.util.ArrayList;
import java.util.List;

/** What kind of trouble a run is about. */
enum Storm {
    /** Anything, but only some kinds of faults in one run, so that each also comes often and alone (Groce et al. 2012). */
    ANYTHING,
    /** A slow network, one entry in a message, and leaders that die before their first entries have arrived. */
    LEADERS_DIE_YOUNG,
    /** Leaders with slow clocks are cut off from everybody but their clients. */
    CLOCKS_LIE,
    /** Machines lose their power between what they wrote and its sync, again and again. */
    DISKS_FORGET;

    /** How long a storm lasts. */
    static final long MILLIS = 6_000;

    private static final Kind[] KINDS = Kind.values();

    /** Half of all runs are about anything. */
    static Storm drawn(SimEntropy random) {
        return random.nextInt(2) == 0 ? ANYTHING : values()[1 + random.nextInt(3)];
    }

    /** The faults of one run among {@code machines}, by time. */
    List<RaftFault> faults(SimEntropy random, int machines) {
        List<RaftFault> out = switch (this) {
            case ANYTHING -> anything(random, machines);
            case LEADERS_DIE_YOUNG -> leadersDieYoung(random, machines);
            case CLOCKS_LIE -> clocksLie(random, machines);
            case DISKS_FORGET -> disksForget(random, machines);
        };
        out.sort((x, y) -> Long.compare(x.atMillis(), y.atMillis()));
        return out;
    }

    private static List<RaftFault> anything(SimEntropy random, int machines) {
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : KINDS) {
            if (kind == Kind.HEAL || kind != Kind.ROT && random.chance(0.25)) {
                kinds.add(kind);
            }
        }
        long[] lengths = {20, 100, 600};
        long longest = lengths[random.nextInt(lengths.length)];
        List<RaftFault> out = new ArrayList<>();
        for (long left = random.around(60); left > 0; left--) {
            out.add(fault(random, machines, kinds.get(random.nextInt(kinds.size())), random.between(0, MILLIS),
                    longest));
        }
        if (random.chance(0.5)) {
            out.add(fault(random, machines, Kind.ROT, random.between(MILLIS / 4, MILLIS), longest));
        }
        return out;
    }

    private static List<RaftFault> leadersDieYoung(SimEntropy random, int machines) {
        List<RaftFault> out = new ArrayList<>();
        out.add(new RaftFault(0, Kind.WEATHER, 0, random.between(0, 1), random.between(200, 500)));
        for (long at = 0; at < MILLIS; at += 100) {
            out.add(fault(random, machines, Kind.AMBUSH, at, 400));
        }
        return out;
    }

    private static List<RaftFault> clocksLie(SimEntropy random, int machines) {
        List<RaftFault> out = new ArrayList<>();
        for (long at = random.between(100, 600); at < MILLIS; at += random.between(500, 900)) {
            out.add(fault(random, machines, Kind.ISOLATE_LEADER, at, 1));
            out.add(fault(random, machines, Kind.HEAL, at + random.between(150, 400), 1));
        }
        return out;
    }

    private static List<RaftFault> disksForget(SimEntropy random, int machines) {
        List<RaftFault> out = new ArrayList<>();
        for (long at = 0; at < MILLIS; at += random.between(20, 200)) {
            out.add(fault(random, machines, random.nextInt(3) == 0 ? Kind.CRASH_LEADER : Kind.FORGET, at, 60));
        }
        return out;
    }

    private static RaftFault fault(SimEntropy random, int machines, Kind kind, long atMillis, long longestMillis) {
        return new RaftFault(atMillis, kind, random.between(1, machines), random.between(1, machines),
                random.between(1, longestMillis));
    }
}

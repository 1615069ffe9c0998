package io.nokv.sim.raft;

import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.membership.MembershipChange.Step;
import io.nokv.sim.world.SimNet;
import java.util.ArrayList;
import java.util.List;

/** Something that goes wrong, or that an operator does, at a point of virtual time. */
record RaftFault(long atMillis, Kind kind, long a, long b, long millis) {
    /** What it is; {@code a} and {@code b} are machines, or numbers that mean what each says. */
    enum Kind {
        /** Machine a loses its power and comes back after a while. */
        CRASH,
        /** All machines do. */
        CRASH_ALL,
        /** The leader does. */
        CRASH_LEADER,
        /** The next a leaders lose their power a few milliseconds (up to b times 12) after they are elected, and with it what they sent last. */
        AMBUSH,
        /** The next a machines that write what must be synced lose their power about then; what they say still arrives. */
        FORGET,
        /** Machine a stands still. */
        PAUSE,
        /** The leader does. */
        PAUSE_LEADER,
        /** Messages from a to b are lost until the network heals. */
        CUT,
        /** Nothing reaches machine a, and nothing from it arrives. */
        ISOLATE,
        /** The same for the leader, whose clock runs as slowly as clocks may and all others as fast. */
        ISOLATE_LEADER,
        /** All cuts end. */
        HEAL,
        /** Links lose a times 8 percent of the messages, repeat b times 5 percent, and are the slower the larger millis. */
        WEATHER,
        /** The clock of machine a runs b millionths of the bound off. */
        DRIFT,
        /** The disk of machine a takes b times as long. */
        DISK,
        /** Machine a loses its power; while it is off, bits of what it keeps rot. Once in a run. */
        ROT,
        /** The leader hands over to a. */
        TRANSFER,
        /** The leader changes the membership; a says how, b whom. */
        CHANGE
    }

    /** Makes it happen. */
    void strike(RaftCluster cluster) {
        SimNet net = cluster.world().net();
        RaftMachine leader = cluster.leader();
        cluster.world().note(kind.name(), a, b, millis);
        switch (kind) {
            case CRASH -> crash(cluster, cluster.machine(a), false);
            case CRASH_ALL -> cluster.machines().forEach(machine -> crash(cluster, machine, false));
            case CRASH_LEADER -> crash(cluster, leader, b % 2 == 0);
            case AMBUSH -> cluster.ambush((int) a,
                    machine -> cluster.world().driver().scheduler().after(
                            cluster.world().entropy("ambush " + atMillis).between(0, b * 12_000_000), "ambush",
                            () -> crash(cluster, machine, true)));
            case FORGET -> cluster.forget((int) a,
                    machine -> cluster.world().driver().scheduler().after(
                            cluster.world().entropy("forget " + atMillis).between(0, cluster.syncNanos()), "forget",
                            () -> crash(cluster, machine, false)));
            case PAUSE -> cluster.machine(a).pause(millis * 1_000_000);
            case PAUSE_LEADER -> {
                if (leader != null) {
                    leader.pause(millis * 1_000_000);
                }
            }
            case CUT -> {
                if (a != b) {
                    net.cut(a, b);
                }
            }
            case ISOLATE -> isolate(cluster, a);
            case ISOLATE_LEADER -> {
                if (leader != null) {
                    long bound = cluster.options().maxClockDriftPpm();
                    cluster.machines().forEach(machine -> machine.drift(machine == leader ? -bound : bound));
                    isolate(cluster, leader.id());
                }
            }
            case HEAL -> net.heal();
            case WEATHER -> net.setUsual(new SimNet.Link(20_000 + millis * millis * 60, a * 0.08, b * 0.05));
            case DRIFT -> cluster.machine(a).drift((b - 3) * cluster.options().maxClockDriftPpm() / 2);
            case DISK -> cluster.machine(a).slowDisk(b * b);
            case ROT -> {
                RaftMachine machine = cluster.machine(a);
                if (machine.isOn() && cluster.mayRot()) {
                    crash(cluster, machine, false);
                    machine.rot();
                }
            }
            case TRANSFER -> {
                if (leader != null) {
                    leader.command(replica -> replica.transfer(a));
                }
            }
            case CHANGE -> {
                if (leader != null) {
                    leader.command(replica -> replica.change(change(replica.status().membership())));
                }
            }
        }
    }

    /** @param mute what it sent and has not arrived is lost with it */
    private void crash(RaftCluster cluster, RaftMachine machine, boolean mute) {
        if (machine == null || !machine.isOn()) {
            return;
        }
        SimNet net = cluster.world().net();
        if (mute) {
            cluster.machines().forEach(other -> net.cut(machine.id(), other.id()));
        }
        machine.kill();
        cluster.world().driver().scheduler().after(millis * 1_000_000, "restart", () -> {
            if (mute) {
                // Another crash may have brought it back already, without this.
                cluster.machines().forEach(other -> net.mend(machine.id(), other.id()));
            }
            if (!machine.isOn()) {
                machine.start();
            }
        });
    }

    private static void isolate(RaftCluster cluster, long id) {
        for (RaftMachine other : cluster.machines()) {
            if (other.id() != id) {
                cluster.world().net().cut(id, other.id());
                cluster.world().net().cut(other.id(), id);
            }
        }
    }

    /** One of the changes that {@code now} allows, or one that it refuses. */
    private MembershipChange change(Membership now) {
        if (now.isJoint()) {
            return new MembershipChange.LeaveJoint();
        }
        Step step = now.isVoter(b)
                ? millis % 2 == 0 ? new Step.Remove(b) : new Step.AddLearner(b)
                : millis % 3 == 0 ? new Step.AddLearner(b) : new Step.AddVoter(b);
        if (a % 2 == 0) {
            return new MembershipChange.Simple(step);
        }
        List<Step> steps = new ArrayList<>(List.of(step));
        if (a != b) {
            steps.add(now.isVoter(a) ? new Step.Remove(a) : new Step.AddVoter(a));
        }
        return new MembershipChange.EnterJoint(steps, millis % 5 != 0);
    }

    /** What a person reads. */
    String shown() {
        return atMillis + " ms " + kind + " " + a + " " + b + " " + millis;
    }
}

package io.nokv.raft.core;

import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.membership.MembershipChange.Step;
import io.nokv.raft.quorum.MemberSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The small cluster that a scenario file drives. Messages wait until the file delivers or drops them; everything that
 * happens is printed.
 *
 * <pre>
 * group voters=1,2,3 [learners=4] [log(2)=1,1,2] [messageBytes=N] [inflight=N] [uncommittedBytes=N]   terms of entries
 * campaign N | tick N|all COUNT | pass MILLIS | propose N TEXT... | read N CONTEXT lease|quorum
 * change N [+4] [-1] [~2] [joint] [auto] | leave N | transfer N TO
 * deliver [FROM->TO]   the messages under way, and those they cause, until all is quiet
 * step                 the messages under way, and nothing they cause
 * drop [FROM->TO] | cut N | heal | hold N | persist N | crash N | compact N INDEX | status
 * </pre>
 */
final class ScenarioGroup {
    private static final int MOST_STEPS = 300;

    private final TreeMap<Long, TestNode> nodes = new TreeMap<>();
    private final ArrayList<Message> underWay = new ArrayList<>();
    private final TreeSet<Long> cut = new TreeSet<>();
    private final TreeMap<Long, String> shown = new TreeMap<>();
    private final StringBuilder out = new StringBuilder();

    /** What the command does, line by line. */
    String run(String line) {
        out.setLength(0);
        String[] words = line.split(" ");
        if (words[0].equals("group")) {
            group(words);
        } else {
            command(words, words.length > 1 && words[1].matches("\\d+") ? nodes.get(Long.parseLong(words[1])) : null);
        }
        collect();
        showChanges(words[0].equals("status"));
        return out.isEmpty() ? "ok\n" : out.toString();
    }

    private void group(String[] words) {
        MemberSet voters = MemberSet.EMPTY;
        MemberSet learners = MemberSet.EMPTY;
        ReplicaOptions options = ReplicaOptions.defaults();
        ReplicaOptions.Budgets b = options.budgets();
        TreeMap<Long, long[]> logs = new TreeMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                continue;
            }
            long[] numbers = Arrays.stream(word.substring(equals + 1).split(",")).mapToLong(Long::parseLong).toArray();
            String key = word.substring(0, equals);
            switch (key) {
                case "voters" -> voters = MemberSet.of(numbers);
                case "learners" -> learners = MemberSet.of(numbers);
                case "messageBytes" -> b = new ReplicaOptions.Budgets(numbers[0], b.inflightMessages(),
                        b.inflightBytes(), b.uncommittedBytes(), b.applyingBytes(), b.reads());
                case "inflight" -> b = new ReplicaOptions.Budgets(b.messageBytes(), (int) numbers[0],
                        b.inflightBytes(), b.uncommittedBytes(), b.applyingBytes(), b.reads());
                case "uncommittedBytes" -> b = new ReplicaOptions.Budgets(b.messageBytes(), b.inflightMessages(),
                        b.inflightBytes(), numbers[0], b.applyingBytes(), b.reads());
                default -> logs.put(Long.parseLong(key.replaceAll("\\D", "")), numbers);
            }
        }
        Membership membership = new Membership(voters, MemberSet.EMPTY, learners, MemberSet.EMPTY, false);
        for (long id : membership.members().toArray()) {
            nodes.put(id, new TestNode(id, membership, options.withBudgets(b))
                    .withLog(logs.getOrDefault(id, new long[0])).startLate());
        }
    }

    private void command(String[] words, TestNode node) {
        switch (words[0]) {
            case "campaign" -> node.campaign();
            case "tick" -> {
                for (int i = Integer.parseInt(words[2]); i > 0; i--) {
                    (node == null ? nodes.values() : List.of(node)).forEach(n -> n.tick(1));
                }
            }
            case "pass" -> nodes.values().forEach(n -> n.nowNanos += Long.parseLong(words[1]) * 1_000_000);
            case "propose" -> say(node.propose(Arrays.copyOfRange(words, 2, words.length)));
            case "read" -> {
                ReadAdmission admission = node.replica.read(Long.parseLong(words[2]), words[3].equals("lease"),
                        node.nowNanos);
                node.work();
                say(admission);
            }
            case "change" -> change(node, words);
            case "leave" -> {
                say(node.replica.change(new MembershipChange.LeaveJoint()));
                node.work();
            }
            case "transfer" -> {
                say(node.replica.transfer(Long.parseLong(words[2])));
                node.work();
            }
            case "deliver" -> deliver(words.length > 1 ? words[1] : null);
            case "step" -> {
                collect();
                List<Message> now = List.copyOf(underWay);
                underWay.clear();
                now.forEach(this::arrive);
            }
            case "drop" -> underWay.removeIf(message -> matches(message, words.length > 1 ? words[1] : null));
            case "cut" -> cut.add(node.id);
            case "heal" -> cut.clear();
            case "hold" -> node.holding = true;
            case "persist" -> node.persist();
            case "crash" -> {
                underWay.removeIf(message -> message.from() == node.id);
                node.holding = false;
                node.start();
            }
            case "compact" -> node.compact(Long.parseLong(words[2]));
            case "status" -> {
            }
            default -> throw new IllegalArgumentException("no command " + words[0]);
        }
    }

    private void change(TestNode node, String[] words) {
        List<Step> steps = new ArrayList<>();
        boolean joint = false;
        boolean auto = false;
        Membership joining = node.membership;
        for (String word : Arrays.asList(words).subList(2, words.length)) {
            switch (word.charAt(0)) {
                case '+' -> steps.add(new Step.AddVoter(Long.parseLong(word.substring(1))));
                case '-' -> steps.add(new Step.Remove(Long.parseLong(word.substring(1))));
                case '~' -> steps.add(new Step.AddLearner(Long.parseLong(word.substring(1))));
                case 'j' -> joint = true;
                default -> auto = true;
            }
        }
        // Who joins starts as an empty replica that knows the present members, and votes for nobody of its own accord.
        steps.forEach(step -> nodes.computeIfAbsent(step.id(),
                id -> new TestNode(id, joining, node.options).startLate()));
        say(node.replica.change(joint
                ? new MembershipChange.EnterJoint(steps, auto)
                : new MembershipChange.Simple(steps.getFirst())));
        node.work();
    }

    private void say(Object outcome) {
        out.append(outcome).append('\n');
    }

    private static boolean matches(Message message, String link) {
        return link == null || link.equals(message.from() + "->" + message.to());
    }

    private void collect() {
        nodes.values().forEach(node -> {
            underWay.addAll(node.takeSent());
            node.reads.forEach(read -> out.append(node.id).append(' ').append(read).append('\n'));
            node.reads.clear();
        });
    }

    private void deliver(String link) {
        collect();
        int steps = 0;
        while (underWay.stream().anyMatch(message -> matches(message, link))) {
            Message next = underWay.stream().filter(message -> matches(message, link)).findFirst().orElseThrow();
            underWay.remove(next);
            arrive(next);
            collect();
            if (++steps > MOST_STEPS) {
                throw new AssertionError("no end of messages:\n" + out);
            }
        }
    }

    private void arrive(Message message) {
        boolean lost = cut.contains(message.from()) || cut.contains(message.to());
        out.append(message.from()).append(" -> ").append(message.to()).append(' ').append(shown(message))
                .append(lost ? " (lost)" : "").append('\n');
        if (!lost) {
            nodes.get(message.to()).receive(message);
        }
    }

    private static String shown(Message message) {
        String fields = switch (message) {
            case Message.PreVote m -> "last=" + m.lastTerm() + "/" + m.lastIndex();
            case Message.PreVoteReply m -> (m.granted() ? "granted" : "refused") + " commit=" + m.commitTerm() + "/"
                    + m.commit();
            case Message.RequestVote m ->
                "last=" + m.lastTerm() + "/" + m.lastIndex() + (m.transfer() ? " transfer" : "");
            case Message.VoteReply m -> (m.granted() ? "granted" : "refused") + " commit=" + m.commitTerm() + "/"
                    + m.commit();
            case Message.Append m -> "prev=" + m.prevTerm() + "/" + m.prevIndex() + " " + m.entries().stream()
                    .map(Entry::toString).collect(Collectors.joining(", ", "[", "]")) + " commit=" + m.commit();
            case Message.Appended m -> "match=" + m.match();
            case Message.AppendRefused m ->
                "prev=" + m.prevIndex() + " hint=" + m.hintTerm() + "/" + m.hintIndex();
            case Message.Heartbeat m -> "round=" + m.round() + " commit=" + m.commit();
            case Message.HeartbeatReply m -> "round=" + m.round();
            case Message.InstallSnapshot m -> m.snapshot().toString();
            case Message.TimeoutNow _,Message.NewerTerm _ -> "";
        };
        return (message.getClass().getSimpleName() + " term=" + message.term() + " " + fields).stripTrailing();
    }

    /** Replicas that are not as they were last shown. */
    private void showChanges(boolean all) {
        nodes.forEach((id, node) -> {
            Status s = node.status();
            String text = id + ": " + s.standing() + " term=" + s.term() + " leader=" + s.leader() + " log="
                    + s.firstIndex() + ".." + s.lastIndex() + " last=" + node.replica.termAt(s.lastIndex())
                    + " commit=" + s.committed() + " applied=" + s.applied() + " " + s.membership();
            if (all || !text.equals(shown.put(id, text))) {
                out.append(text).append('\n');
                for (long to : all && s.isLeader() ? s.membership().members().without(id).toArray() : new long[0]) {
                    out.append("   to ").append(to).append(": ").append(node.replica.feed(to)).append('\n');
                }
            }
        });
    }
}

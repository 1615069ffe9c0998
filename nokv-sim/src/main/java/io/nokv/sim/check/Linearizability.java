package io.nokv.sim.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Decides whether a history is linearizable: whether there is an order of its operations that the sequential model
 * allows and that respects real time. The search is that of Wing and Gong (1993) with the memory of Lowe (2017):
 * configurations, that is sets of placed operations with the state they lead to, are never visited twice. A history over
 * independent objects may be split by object (P-compositionality, Horn and Kroening 2015).
 *
 * <p>An operation with unknown outcome is placed at one point of its interval or left out.
 */
public final class Linearizability {
    /** How a check ended. */
    public sealed interface Verdict {
        /** One order that explains the history, as operation ids; unknown ones that are left out do not appear. */
        record Explained(List<Integer> order) implements Verdict {}

        /** No order does. {@code report} shows the longest explained part and the operations that do not fit after it. */
        record Violation(String report) implements Verdict {}

        /** More than the allowed number of configurations; nothing is known. */
        record Undecided(long configurations) implements Verdict {}
    }

    private static final int SHOWN_OPERATIONS = 12;

    private Linearizability() {}

    /** Checks the parts of the history, by {@code object}, one after the other; the first that fails decides. */
    public static <S, C, R, K extends Comparable<K>> Verdict check(SequentialModel<S, C, R> model,
            List<Operation<C, R>> history, Function<C, K> object, long maxConfigurations) {
        Map<K, List<Operation<C, R>>> parts = new TreeMap<>();
        history.forEach(o -> parts.computeIfAbsent(object.apply(o.call()), _ -> new ArrayList<>()).add(o));
        List<Integer> order = new ArrayList<>();
        for (List<Operation<C, R>> part : parts.values()) {
            switch (check(model, part, maxConfigurations)) {
                case Verdict.Explained explained -> order.addAll(explained.order);
                case Verdict.Violation violation -> {
                    return violation;
                }
                case Verdict.Undecided undecided -> {
                    return undecided;
                }
            }
        }
        return new Verdict.Explained(order);
    }

    /** Checks the whole history against one model. */
    public static <S, C, R> Verdict check(SequentialModel<S, C, R> model, List<Operation<C, R>> history,
            long maxConfigurations) {
        return new Search<>(model, history, maxConfigurations).run();
    }

    /** A call or a return, in a list from which placed operations are lifted out. */
    private static final class Node<C, R> {
        final Operation<C, R> operation;
        /** Position of the operation among those searched; the bit it has in a configuration. */
        final int bit;
        final long at;
        /** Of a call: its return. Of a return: null. */
        Node<C, R> match;
        Node<C, R> previous;
        Node<C, R> next;

        Node(Operation<C, R> operation, int bit, long at) {
            this.operation = operation;
            this.bit = bit;
            this.at = at;
        }

        boolean isCall() {
            return match != null;
        }
    }

    private record Configuration<S>(BitSet placed, S state) {}

    /** A placed operation, and what to return to when placing it led nowhere. */
    private record Placed<S, C, R>(Node<C, R> call, S before, boolean skipped) {}

    private static final class Search<S, C, R> {
        private final SequentialModel<S, C, R> model;
        private final long maxConfigurations;
        private final Node<C, R> head = new Node<>(null, -1, -1);
        private final BitSet placed = new BitSet();
        private final Set<Configuration<S>> seen = new HashSet<>();
        private final List<Placed<S, C, R>> stack = new ArrayList<>();
        private S state;
        private List<Placed<S, C, R>> longest = new ArrayList<>();
        private S longestState;
        private List<Operation<C, R>> stuck = List.of();

        Search(SequentialModel<S, C, R> model, List<Operation<C, R>> history, long maxConfigurations) {
            this.model = model;
            this.maxConfigurations = maxConfigurations;
            this.state = model.initial();
            this.longestState = state;
            List<Node<C, R>> nodes = new ArrayList<>();
            int bit = 0;
            for (Operation<C, R> operation : history) {
                Node<C, R> call = new Node<>(operation, bit, operation.invoked());
                call.match = new Node<>(operation, bit++, operation.returned());
                nodes.add(call);
                nodes.add(call.match);
            }
            // Sorting is stable, and a call precedes its return in the list, so an open operation stays in order too.
            nodes.sort((a, b) -> Long.compare(a.at, b.at));
            Node<C, R> last = head;
            for (Node<C, R> node : nodes) {
                last.next = node;
                node.previous = last;
                last = node;
            }
        }

        Verdict run() {
            Node<C, R> at = head.next;
            boolean maySkip = false;
            while (head.next != null) {
                if (seen.size() > maxConfigurations) {
                    return new Verdict.Undecided(seen.size());
                }
                if (at.isCall()) {
                    Node<C, R> next = place(at, maySkip);
                    maySkip = false;
                    at = next;
                    continue;
                }
                // The return of an operation that is not placed: what was placed before it must change.
                noteProgress();
                if (stack.isEmpty()) {
                    return new Verdict.Violation(report());
                }
                Placed<S, C, R> last = stack.removeLast();
                state = last.before;
                placed.clear(last.call.bit);
                unlift(last.call);
                if (last.call.operation.isUnknown() && !last.skipped) {
                    at = last.call;
                    maySkip = true;
                } else {
                    at = last.call.next;
                }
            }
            return new Verdict.Explained(
                    stack.stream().filter(p -> !p.skipped).map(p -> p.call.operation.id()).toList());
        }

        /** Tries to place {@code call} next; returns where to go on. */
        private Node<C, R> place(Node<C, R> call, boolean onlySkip) {
            if (!onlySkip) {
                S after = model.step(state, call.operation);
                if (after != null && enter(call, after, false)) {
                    return head.next;
                }
            }
            if (call.operation.isUnknown() && enter(call, state, true)) {
                return head.next;
            }
            return call.next;
        }

        private boolean enter(Node<C, R> call, S after, boolean skipped) {
            placed.set(call.bit);
            if (!seen.add(new Configuration<>((BitSet) placed.clone(), after))) {
                placed.clear(call.bit);
                return false;
            }
            stack.add(new Placed<>(call, state, skipped));
            state = after;
            lift(call);
            return true;
        }

        private void lift(Node<C, R> call) {
            for (Node<C, R> node : List.of(call, call.match)) {
                node.previous.next = node.next;
                if (node.next != null) {
                    node.next.previous = node.previous;
                }
            }
        }

        private void unlift(Node<C, R> call) {
            for (Node<C, R> node : List.of(call.match, call)) {
                node.previous.next = node;
                if (node.next != null) {
                    node.next.previous = node;
                }
            }
        }

        private void noteProgress() {
            if (stack.size() >= longest.size()) {
                longest = new ArrayList<>(stack);
                longestState = state;
                stuck = new ArrayList<>();
                for (Node<C, R> node = head.next; node != null && node.isCall(); node = node.next) {
                    stuck.add(node.operation);
                }
            }
        }

        private String report() {
            StringBuilder out = new StringBuilder("no order explains the history. The longest explained part has ")
                    .append(longest.size()).append(" operations, the last:");
            for (Placed<S, C, R> p : longest.subList(Math.max(0, longest.size() - SHOWN_OPERATIONS), longest.size())) {
                out.append("\n  ").append(p.call.operation).append(p.skipped ? " (left out)" : "");
            }
            out.append("\nstate: ").append(longestState).append("\nnone of these can come next:");
            stuck.stream().limit(SHOWN_OPERATIONS).forEach(o -> out.append("\n  ").append(o));
            return out.toString();
        }
    }
}

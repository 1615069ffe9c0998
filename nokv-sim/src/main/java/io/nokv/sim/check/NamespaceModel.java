package io.nokv.sim.check;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.Reason;
import io.nokv.sim.check.NamespaceAnswer.Attributed;
import io.nokv.sim.check.NamespaceAnswer.Changed;
import io.nokv.sim.check.NamespaceAnswer.Found;
import io.nokv.sim.check.NamespaceAnswer.Listed;
import io.nokv.sim.check.NamespaceAnswer.Refused;
import io.nokv.sim.check.NamespaceAnswer.Transacted;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The namespace as a sequential model, for one mount. Inode numbers are the server's choice: the model takes them from
 * the answers and only insists that they are new and stay. When several refusals apply, any of them is right. Times are
 * not modelled, quotas only so far that a refusal by quota changes nothing.
 */
public final class NamespaceModel implements SequentialModel<Tree, NamespaceCall, NamespaceAnswer> {
    /** Refusals that say nothing about the state: always allowed, without effect. */
    private static final Set<Reason> ALWAYS_ALLOWED = EnumSet.of(Reason.CONFLICT, Reason.OVERLOADED, Reason.TIMEOUT,
            Reason.QUOTA_EXCEEDED, Reason.NO_SPACE, Reason.READ_ONLY, Reason.CLOSED, Reason.IO_ERROR);

    private final Tree initial;

    public NamespaceModel(Tree initial) {
        this.initial = initial;
    }

    @Override
    public Tree initial() {
        return initial;
    }

    @Override
    public Tree step(Tree state, Operation<NamespaceCall, NamespaceAnswer> operation) {
        NamespaceAnswer answer = operation.result();
        if (answer instanceof Refused refused && ALWAYS_ALLOWED.contains(refused.reason())) {
            return state;
        }
        return switch (operation.call()) {
            case NamespaceCall.Change change -> change(state, List.of(change.mutation()), operation);
            case NamespaceCall.Transact transact -> change(state, transact.steps(), operation);
            case NamespaceCall.Lookup lookup -> lookup(state, lookup, answer);
            case NamespaceCall.GetAttr get -> getAttr(state, get, answer);
            case NamespaceCall.ListDirectory list -> list(state, list, answer);
            case NamespaceCall.ReadTree _ -> tree(state, answer);
        };
    }

    // ---- changes ----------------------------------------------------------------------------------------------

    private static Tree change(Tree state, List<Mutation> steps, Operation<NamespaceCall, NamespaceAnswer> operation) {
        List<MutationResult> results = switch (operation.result()) {
            case Changed changed -> List.of(changed.result());
            case Transacted transacted -> transacted.results();
            case null -> null;
            case Refused _,Found _,Attributed _,Listed _,NamespaceAnswer.Tree _ -> List.of();
        };
        boolean succeeded = results == null || results.size() == steps.size();
        List<Long> made = new ArrayList<>();
        Tree at = state;
        for (int i = 0; i < steps.size(); i++) {
            Mutation step = resolved(steps.get(i), made);
            Set<Reason> refusals = NamespaceRules.refusals(at, step);
            if (!refusals.isEmpty()) {
                boolean toldSo = operation.result() instanceof Refused refused && refusals.contains(refused.reason());
                return toldSo ? state : null;
            }
            MutationResult result = succeeded && results != null ? results.get(i) : null;
            // Numbers nobody was told: unique by operation and step, below the placeholders of results.
            long fresh = result != null && step instanceof Mutation.Create
                    ? result.entry().inode()
                    : -1_000_000L - operation.id() * 1_000L - i;
            if (step instanceof Mutation.Create && at.node(fresh) != null) {
                return null;
            }
            Tree after = NamespaceRules.apply(at, step, fresh);
            if (result != null) {
                after = NamespaceRules.learnAndCheck(at, after, step, result);
                if (after == null) {
                    return null;
                }
            }
            made.add(inodeOf(step, after, fresh));
            at = after;
        }
        return succeeded ? at : null;
    }

    private static Long inodeOf(Mutation step, Tree after, long fresh) {
        return switch (step) {
            case Mutation.Create _ -> fresh;
            case Mutation.SetAttr set -> set.inode();
            case Mutation.Link link -> link.inode();
            case Mutation.Rename rename -> after.child(rename.toParent(), rename.toName());
            case Mutation.Unlink _,Mutation.RemoveDir _ -> 0L;
        };
    }

    private static long resolve(long inode, List<Long> made) {
        long step = -1 - inode;
        return step >= 0 && step < made.size() ? made.get((int) step) : inode;
    }

    /** {@code mutation} with {@link Mutation#resultOf} replaced by the inodes made before it in its transaction. */
    private static Mutation resolved(Mutation mutation, List<Long> made) {
        if (made.isEmpty()) {
            return mutation;
        }
        return switch (mutation) {
            case Mutation.Create m -> new Mutation.Create(m.mount(), resolve(m.parent(), made), m.name(), m.inode());
            case Mutation.SetAttr m -> new Mutation.SetAttr(m.mount(), resolve(m.inode(), made), m.mode(), m.uid(),
                    m.gid(), m.size(), m.atimeNs(), m.mtimeNs(), m.ctimeNs());
            case Mutation.Link m ->
                new Mutation.Link(m.mount(), resolve(m.inode(), made), resolve(m.parent(), made), m.name());
            case Mutation.Unlink m -> new Mutation.Unlink(m.mount(), resolve(m.parent(), made), m.name());
            case Mutation.RemoveDir m -> new Mutation.RemoveDir(m.mount(), resolve(m.parent(), made), m.name());
            case Mutation.Rename m -> new Mutation.Rename(m.mount(), resolve(m.fromParent(), made), m.fromName(),
                    m.toMount(), resolve(m.toParent(), made), m.toName(), m.mode());
        };
    }

    // ---- reads ------------------------------------------------------------------------------------------------

    private static Tree lookup(Tree state, NamespaceCall.Lookup lookup, NamespaceAnswer answer) {
        Tree.Node parent = state.node(lookup.parent());
        Long inode = state.child(lookup.parent(), lookup.name());
        if (inode != null) {
            return answer instanceof Found found
                    ? NamespaceRules.learn(state, inode, found.entry().attributes())
                    : null;
        }
        Reason expected = parent != null && !parent.isDirectory() ? Reason.NOT_A_DIRECTORY : Reason.NOT_FOUND;
        return answer instanceof Refused refused && refused.reason() == expected ? state : null;
    }

    private static Tree getAttr(Tree state, NamespaceCall.GetAttr get, NamespaceAnswer answer) {
        if (state.node(get.inode()) == null) {
            return answer instanceof Refused refused && refused.reason() == Reason.NOT_FOUND ? state : null;
        }
        return answer instanceof Attributed found ? NamespaceRules.learn(state, get.inode(), found.attributes()) : null;
    }

    private static Tree list(Tree state, NamespaceCall.ListDirectory list, NamespaceAnswer answer) {
        Tree.Node directory = state.node(list.directory());
        if (directory == null || !directory.isDirectory()) {
            Reason expected = directory == null ? Reason.NOT_FOUND : Reason.NOT_A_DIRECTORY;
            return answer instanceof Refused refused && refused.reason() == expected ? state : null;
        }
        return answer instanceof Listed listed ? entries(state, list.directory(), listed.entries()) : null;
    }

    private static Tree entries(Tree state, long directory, List<Entry> listed) {
        Tree.Node node = state.node(directory);
        if (listed.size() != node.entries().size()) {
            return null;
        }
        Tree at = state;
        FileName last = null;
        for (Entry entry : listed) {
            Long inode = at.child(directory, entry.name());
            boolean inOrder = last == null || last.compareTo(entry.name()) < 0;
            at = inode == null || !inOrder || entry.parent() != directory
                    ? null
                    : NamespaceRules.learn(at, inode, entry.attributes());
            if (at == null) {
                return null;
            }
            last = entry.name();
        }
        return at;
    }

    /** Directory by directory, parents first, so that numbers learned above are known below. */
    private static Tree tree(Tree state, NamespaceAnswer answer) {
        if (!(answer instanceof NamespaceAnswer.Tree read)) {
            return null;
        }
        TreeMap<Long, TreeMap<FileName, Entry>> byParent = new TreeMap<>();
        for (Entry entry : read.entries()) {
            if (byParent.computeIfAbsent(entry.parent(), _ -> new TreeMap<>()).put(entry.name(), entry) != null) {
                return null;
            }
        }
        Tree at = state;
        List<Long> queue = new ArrayList<>(List.of(Namespace.ROOT_INODE));
        int seen = 0;
        for (int i = 0; i < queue.size(); i++) {
            List<Entry> entries = List.copyOf(byParent.getOrDefault(queue.get(i), new TreeMap<>()).values());
            at = entries(at, queue.get(i), entries);
            if (at == null) {
                return null;
            }
            seen += entries.size();
            for (Entry entry : entries) {
                if (entry.attributes().type() == FileType.DIRECTORY) {
                    queue.add(entry.inode());
                }
            }
        }
        return seen == read.entries().size() ? at : null;
    }
}

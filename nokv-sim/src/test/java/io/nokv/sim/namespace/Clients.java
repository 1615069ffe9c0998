package io.nokv.sim.namespace;

import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.Rows;
import io.nokv.sim.check.History;
import io.nokv.sim.check.NamespaceAnswer;
import io.nokv.sim.check.NamespaceCall;
import io.nokv.sim.check.Operation;
import io.nokv.sim.world.SimEntropy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Clients of one mount: each makes random calls on a few names in a few directories, so that they get in each other's
 * way, and writes down what it was told. The memory of a client outlives the database: after a crash it asks again with
 * the same request id, or gives up and never learns what happened.
 */
final class Clients {
    static final String MOUNT = "m";
    private static final Set<Reason> FAILURES = EnumSet.of(Reason.READ_ONLY, Reason.IO_ERROR, Reason.NO_SPACE,
            Reason.CLOSED, Reason.CONFLICT, Reason.TIMEOUT, Reason.OVERLOADED);
    private static final int NAMES = 5;
    private static final int MOST_DIRECTORIES = 8;
    private static final int MOST_FILES = 12;

    /** A call that was made and not answered. */
    private record Pending(int operation, NamespaceCall call, RequestId id) {}

    private final SimEntropy random;
    private final History<NamespaceCall, NamespaceAnswer> history = new History<>();
    private final TreeSet<Long> directories = new TreeSet<>(List.of(Namespace.ROOT_INODE));
    private final TreeSet<Long> files = new TreeSet<>();
    private final Pending[] pending;
    /** Operations whose outcome a client was told to be unknown: they may take effect as long as the process lives. */
    private final List<Integer> unsettled = new ArrayList<>();
    private final int[] done;
    /** Whether these clients mostly make and move directories. */
    private final boolean movers;

    Clients(SimEntropy random, int count) {
        this.random = random;
        this.pending = new Pending[count];
        this.done = new int[count];
        this.movers = random.nextInt(3) == 0;
    }

    int count() {
        return pending.length;
    }

    /** How often each kind of call ended in each way. */
    TreeMap<String, Integer> tally() {
        TreeMap<String, Integer> tally = new TreeMap<>();
        for (Operation<NamespaceCall, NamespaceAnswer> o : operations()) {
            String what = o.call() instanceof NamespaceCall.Change change
                    ? change.mutation().getClass().getSimpleName()
                    : o.call().getClass().getSimpleName();
            String end = switch (o.result()) {
                case null -> "unknown";
                case NamespaceAnswer.Refused refused -> refused.reason().name();
                case NamespaceAnswer.Changed _,NamespaceAnswer.Transacted _,NamespaceAnswer.Found _,NamespaceAnswer.Attributed _,NamespaceAnswer.Listed _,NamespaceAnswer.Tree _ ->
                    "done";
            };
            tally.merge(what + " " + end, 1, Integer::sum);
        }
        return tally;
    }

    List<Operation<NamespaceCall, NamespaceAnswer>> operations() {
        return history.operations();
    }

    /** The database died: some clients give up on what they were waiting for, the others will ask again. */
    void databaseDied(double giveUp) {
        unsettled.forEach(history::lost);
        unsettled.clear();
        for (int client = 0; client < pending.length; client++) {
            Pending call = pending[client];
            if (call != null && (call.id == null || random.chance(giveUp))) {
                history.lost(call.operation);
                pending[client] = null;
            }
        }
    }

    /** Whether every client has made {@code calls} calls and heard of all it still waits for. */
    boolean finished(int calls) {
        for (int client = 0; client < pending.length; client++) {
            if (done[client] < calls || pending[client] != null) {
                return false;
            }
        }
        return true;
    }

    /** Client {@code client}, until it has made {@code calls} calls in all its lives. */
    void run(int client, LocalNamespace namespace, int calls) {
        if (pending[client] != null) {
            answer(client, namespace, pending[client], true);
        }
        while (done[client] < calls) {
            NamespaceCall call = anyCall();
            RequestId id = changes(call) && random.nextInt(4) > 0
                    ? new RequestId(random.nextLong(), random.nextLong())
                    : null;
            done[client]++;
            pending[client] = new Pending(history.invoke(client, call), call, id);
            answer(client, namespace, pending[client], false);
        }
    }

    /** Reads the whole tree as one more operation. */
    void readTree(LocalNamespace namespace) {
        NamespaceCall call = new NamespaceCall.ReadTree();
        history.returned(history.invoke(pending.length, call), ask(namespace, call, null));
    }

    private static boolean changes(NamespaceCall call) {
        return call instanceof NamespaceCall.Change || call instanceof NamespaceCall.Transact;
    }

    private void answer(int client, LocalNamespace namespace, Pending call, boolean again) {
        NamespaceAnswer answer = ask(namespace, call.call, call.id);
        pending[client] = null;
        // That the second asking failed says nothing about the first.
        boolean failed = answer instanceof NamespaceAnswer.Refused refused && FAILURES.contains(refused.reason());
        if (answer == null || again && failed) {
            unsettled.add(call.operation);
        } else {
            learn(answer);
            history.returned(call.operation, answer);
        }
    }

    /** Null when the outcome is unknown. */
    private static NamespaceAnswer ask(LocalNamespace namespace, NamespaceCall call, RequestId id) {
        try {
            return switch (call) {
                case NamespaceCall.Change change ->
                    new NamespaceAnswer.Changed(namespace.apply(change.mutation(), id));
                case NamespaceCall.Transact transact ->
                    new NamespaceAnswer.Transacted(namespace.transact(transact.steps(), id));
                case NamespaceCall.Lookup lookup ->
                    new NamespaceAnswer.Found(namespace.lookup(MOUNT, lookup.parent(), lookup.name(), 0));
                case NamespaceCall.GetAttr get ->
                    new NamespaceAnswer.Attributed(namespace.getAttr(MOUNT, get.inode(), 0));
                case NamespaceCall.ListDirectory list -> {
                    DirPage page = namespace.readDirPlus(MOUNT, list.directory(), null, Namespace.MAX_PAGE, 0);
                    yield new NamespaceAnswer.Listed(page.entries());
                }
                case NamespaceCall.ReadTree _ -> new NamespaceAnswer.Tree(tree(namespace, 0));
            };
        } catch (NamespaceException e) {
            return e.reason() == Reason.UNKNOWN_OUTCOME ? null : new NamespaceAnswer.Refused(e.reason());
        }
    }

    /** Every entry below the root at {@code version}, 0 for latest. */
    static List<Entry> tree(LocalNamespace namespace, long version) {
        List<Entry> entries = new ArrayList<>();
        try (NamespaceView view = namespace.view(version);
                Rows<NamespaceView.TreeEntry> rows = view.walk(MOUNT, Namespace.ROOT_INODE, 0)) {
            for (NamespaceView.TreeEntry row = rows.next(); row != null; row = rows.next()) {
                entries.add(row.entry());
            }
        }
        return entries;
    }

    private void learn(NamespaceAnswer answer) {
        switch (answer) {
            case NamespaceAnswer.Changed changed -> learn(changed.result().entry());
            case NamespaceAnswer.Transacted transacted ->
                transacted.results().stream().map(MutationResult::entry).forEach(this::learn);
            case NamespaceAnswer.Found found -> learn(found.entry());
            case NamespaceAnswer.Listed listed -> listed.entries().forEach(this::learn);
            case NamespaceAnswer.Refused _,NamespaceAnswer.Attributed _,NamespaceAnswer.Tree _ -> {
            }
        }
    }

    private void learn(Entry entry) {
        TreeSet<Long> known = entry.attributes().isDirectory() ? directories : files;
        known.add(entry.inode());
        // Old numbers are forgotten now and then, dead ones among them; the root is the smallest and stays.
        while (known.size() > (known == files ? MOST_FILES : MOST_DIRECTORIES)) {
            known.remove(known.higher(Namespace.ROOT_INODE));
        }
    }

    // ---- calls -------------------------------------------------------------------------------------------------

    private long anyOf(TreeSet<Long> set) {
        return set.isEmpty() ? Namespace.ROOT_INODE : List.copyOf(set).get(random.nextInt(set.size()));
    }

    private long anyDirectory() {
        return anyOf(directories);
    }

    private FileName anyName() {
        return FileName.of("n" + random.nextInt(NAMES));
    }

    private NamespaceCall anyCall() {
        int dice = random.nextInt(100);
        if (dice < 62) {
            return new NamespaceCall.Change(anyMutation());
        }
        if (dice < 70) {
            return new NamespaceCall.Transact(anyTransaction());
        }
        if (dice < 82) {
            return new NamespaceCall.Lookup(anyDirectory(), anyName());
        }
        if (dice < 93) {
            return new NamespaceCall.ListDirectory(anyDirectory());
        }
        return new NamespaceCall.GetAttr(random.nextInt(3) == 0 ? anyDirectory() : anyOf(files));
    }

    private List<Mutation> anyTransaction() {
        if (random.nextInt(2) == 0) {
            return List.of(new Mutation.Create(MOUNT, anyDirectory(), anyName(), NewInode.directory(0755)),
                    new Mutation.Create(MOUNT, Mutation.resultOf(0), anyName(), NewInode.file(0600)));
        }
        return List.of(anyMutation(), anyMutation());
    }

    private Mutation anyMutation() {
        if (movers && random.nextInt(3) > 0) {
            return random.nextInt(3) == 0
                    ? new Mutation.Create(MOUNT, anyDirectory(), anyName(), NewInode.directory(0755))
                    : new Mutation.Rename(MOUNT, anyDirectory(), anyName(), MOUNT, anyDirectory(), anyName(),
                            RenameMode.REPLACE);
        }
        int dice = random.nextInt(100);
        if (dice < 26) {
            return new Mutation.Create(MOUNT, anyDirectory(), anyName(), NewInode.file(0644));
        }
        if (dice < 42) {
            return new Mutation.Create(MOUNT, anyDirectory(), anyName(), NewInode.directory(0755));
        }
        if (dice < 66) {
            RenameMode[] modes = RenameMode.values();
            return new Mutation.Rename(MOUNT, anyDirectory(), anyName(), MOUNT, anyDirectory(), anyName(),
                    modes[random.nextInt(3) == 0 ? random.nextInt(modes.length) : 0]);
        }
        if (dice < 74) {
            return new Mutation.Link(MOUNT, anyOf(files), anyDirectory(), anyName());
        }
        if (dice < 84) {
            return new Mutation.Unlink(MOUNT, anyDirectory(), anyName());
        }
        if (dice < 93) {
            return new Mutation.RemoveDir(MOUNT, anyDirectory(), anyName());
        }
        return new Mutation.SetAttr(MOUNT, anyOf(random.nextInt(3) == 0 ? directories : files),
                random.nextInt(01000), null, null, random.nextInt(3) == 0 ? null : (long) random.nextInt(10_000), null,
                null, null);
    }
}

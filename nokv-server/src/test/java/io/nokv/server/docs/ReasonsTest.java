package io.nokv.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.server.database.DatabaseOptions;
import io.nokv.server.database.SharedDatabases;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The reasons that {@code docs/grpc.md} and the service definition list for each call are those that the namespace gives:
 * every call is made with every combination of things that exist, do not, are of the wrong kind, too long, too full.
 */
class ReasonsTest {
    /** What takes more entries than a test can make; their own tests lower the bound or count to it. */
    private static final Map<String, Set<Reason>> BEYOND_A_TEST = Map.of("Create", Set.of(Reason.TOO_MANY_LINKS),
            "Rename", Set.of(Reason.TOO_MANY_LINKS), "RenameSubtree", Set.of(Reason.TOO_MANY_LINKS), "Link",
            Set.of(Reason.TOO_MANY_LINKS));

    private static final List<String> MOUNTS = List.of("m", "retired", "none");
    private static final long MISSING = 77L << 24;

    private final Map<String, Set<Reason>> seen = new TreeMap<>();
    private final SharedDatabases.Lease lease = SharedDatabases.inMemory("reasons", DatabaseOptions.defaults());
    private final LocalNamespace namespace = lease.database().namespace();
    private List<Long> inodes;
    private List<FileName> names;

    @BeforeEach
    void aTreeWithOneOfEach() {
        namespace.registerMount("m");
        namespace.registerMount("retired");
        namespace.retireMount("retired");
        long file = make("m", Namespace.ROOT_INODE, "f", file(10));
        long directory = make("m", Namespace.ROOT_INODE, "d", NewInode.directory(0755));
        long full = make("m", Namespace.ROOT_INODE, "full", NewInode.directory(0755));
        long below = make("m", full, "x", NewInode.directory(0755));
        long linked = make("m", full, "l", file(10));
        namespace.apply(new Mutation.Link("m", linked, Namespace.ROOT_INODE, FileName.of("l")), null);
        long symlink = make("m", Namespace.ROOT_INODE, "s", NewInode.symlink("s".getBytes(StandardCharsets.UTF_8)));
        long limited = make("m", Namespace.ROOT_INODE, "q", NewInode.directory(0755));
        long within = make("m", limited, "f", file(10));
        namespace.setQuota("m", limited, 10, 1);
        inodes = List.of(Namespace.ROOT_INODE, file, directory, full, below, linked, symlink, limited, within,
                MISSING, 0L, -3L);
        names = List.of(FileName.of("f"), FileName.of("d"), FileName.of("full"), FileName.of("x"), FileName.of("l"),
                FileName.of("s"), FileName.of("q"), FileName.of("new"));
    }

    @AfterEach
    void close() {
        lease.close();
    }

    private long make(String mount, long parent, String name, NewInode inode) {
        return namespace.apply(new Mutation.Create(mount, parent, FileName.of(name), inode), null).entry().inode();
    }

    private static NewInode file(long size) {
        return new NewInode(FileType.FILE, 0644, 0, 0, size, 0, null, null);
    }

    private void note(String rpc, Runnable call) {
        try {
            call.run();
        } catch (NamespaceException e) {
            seen.computeIfAbsent(rpc, _ -> EnumSet.noneOf(Reason.class)).add(e.reason());
        }
    }

    /** Applies it in a transaction that is dropped: the tree stays. */
    private void change(String rpc, Mutation mutation) {
        note(rpc, () -> {
            try (NamespaceTxn txn = namespace.begin()) {
                txn.apply(mutation);
            }
        });
    }

    private void changes() {
        for (String mount : MOUNTS) {
            for (long inode : inodes) {
                for (Long size : Arrays.asList(null, 0L, 1_000L, -1L)) {
                    change("SetAttr", new Mutation.SetAttr(mount, inode, 0600, null, null, size, null, null, null));
                }
                for (FileName name : names) {
                    change("Create", new Mutation.Create(mount, inode, name, file(0)));
                    change("Create", new Mutation.Create(mount, inode, name, file(-1)));
                    change("Create", new Mutation.Create(mount, inode, name, NewInode.directory(0755)));
                    change("Symlink", new Mutation.Create(mount, inode, name, NewInode.symlink(new byte[]{'t'})));
                    change("Symlink", new Mutation.Create(mount, inode, name, NewInode.symlink(new byte[0])));
                    change("Unlink", new Mutation.Unlink(mount, inode, name));
                    change("RemoveDir", new Mutation.RemoveDir(mount, inode, name));
                    for (long other : inodes) {
                        change("Link", new Mutation.Link(mount, other, inode, name));
                    }
                }
            }
        }
        for (long from : inodes) {
            for (FileName name : names) {
                for (long to : inodes) {
                    for (FileName newName : names) {
                        for (RenameMode mode : RenameMode.values()) {
                            change("Rename", new Mutation.Rename("m", from, name, "m", to, newName, mode));
                        }
                    }
                }
            }
        }
        for (String mount : List.of("retired", "none")) {
            change("Rename", new Mutation.Rename(mount, Namespace.ROOT_INODE, names.get(0), mount,
                    Namespace.ROOT_INODE, names.get(1), RenameMode.REPLACE));
        }
        change("Rename", new Mutation.Rename("m", Namespace.ROOT_INODE, names.get(0), "retired",
                Namespace.ROOT_INODE, names.get(1), RenameMode.REPLACE));
    }

    private void reads() {
        long future = Long.MAX_VALUE - 1;
        for (String mount : MOUNTS) {
            for (long version : new long[]{0, future, -1}) {
                for (long inode : inodes) {
                    note("GetAttr", () -> namespace.getAttr(mount, inode, version));
                    note("BatchGetAttr", () -> namespace.batchGetAttr(mount, List.of(inode), version));
                    for (FileName name : names) {
                        note("Lookup", () -> namespace.lookup(mount, inode, name, version));
                        note("BatchLookup", () -> namespace.batchLookup(mount, inode, List.of(name), version));
                    }
                    for (int limit : new int[]{0, 1, 10_001}) {
                        note("ReadDir", () -> namespace.readDir(mount, inode, null, limit, version));
                        note("ReadDirPlus", () -> namespace.readDirPlus(mount, inode, null, limit, version));
                    }
                }
                for (String path : List.of("/", "/f", "/f/x", "/none/x", "/s", "/s/x", "f", "/..", "/\0",
                        "/" + "a".repeat(256), "/a".repeat(NamespaceLimits.MAX_PATH_BYTES))) {
                    note("LookupPath", () -> namespace.lookupPath(mount, path.getBytes(StandardCharsets.UTF_8), true,
                            version));
                }
            }
            note("BatchLookup", () -> namespace.batchLookup(mount, Namespace.ROOT_INODE,
                    Collections.nCopies(10_001, names.getFirst()), 0));
            note("BatchGetAttr", () -> namespace.batchGetAttr(mount, Collections.nCopies(10_001, 1L), 0));
        }
        note("GetReadVersion", namespace::readVersion);
    }

    private void administration() {
        note("ListMounts", namespace::mounts);
        for (String mount : List.of("m", "retired", "none", "", "a/b", "a".repeat(300))) {
            note("GetMount", () -> namespace.mount(mount));
            note("ListQuotas", () -> namespace.quotas(mount));
            note("ListSnapshots", () -> namespace.snapshots(mount));
            for (long inode : inodes) {
                note("GetQuotaUsage", () -> namespace.quota(mount, inode));
                note("RetireSnapshotSubtree", () -> namespace.retireSnapshot(mount, inode, 5));
                note("SnapshotSubtree", () -> namespace.snapshotSubtree(mount, inode, "label"));
                note("SnapshotSubtree", () -> namespace.snapshotSubtree(mount, inode, "l".repeat(2_000)));
                for (long limit : new long[]{-1, 0, 1_000}) {
                    note("SetQuota", () -> namespace.setQuota(mount, inode, limit, limit));
                }
            }
            note("RegisterMount", () -> namespace.registerMount(mount));
        }
        for (String mount : List.of("none", "a/b", "retired")) {
            note("RetireMount", () -> namespace.retireMount(mount.equals("none") ? "never" : mount));
        }
    }

    @Test
    void everyCallGivesTheReasonsThatAreListedAndNoOthers() {
        changes();
        reads();
        administration();
        Page page = Page.of("docs/grpc.md");
        Map<String, Set<Reason>> listed = listed(page);
        Map<String, Set<Reason>> anyCall = new TreeMap<>();
        for (Map.Entry<String, String> section : Map.of("Changes", "Besides the reasons below each can be refused with",
                "Reads", "Besides the reasons above each can be refused with", "Mounts, quotas, snapshots",
                "Besides the reasons above each can be refused with").entrySet()) {
            Page part = page.section(section.getKey());
            Set<Reason> general = reasons(Page.code(part.line(section.getValue())));
            part.table("RPC", "request", "response", "reasons")
                    .forEach(row -> anyCall.put(Page.plain(row.get(0)), general));
        }
        Map<String, Set<Reason>> expected = new TreeMap<>();
        Map<String, Set<Reason>> given = new TreeMap<>();
        for (String rpc : anyCall.keySet()) {
            if (!rpc.equals("Transact") && !rpc.equals("RenameSubtree")) {
                Set<Reason> own = copy(seen.getOrDefault(rpc, Set.of()));
                own.removeAll(anyCall.get(rpc));
                own.addAll(BEYOND_A_TEST.getOrDefault(rpc, Set.of()));
                given.put(rpc, own);
                expected.put(rpc, listed.get(rpc));
            }
        }
        assertEquals(show(given), show(expected), "left what the namespace gave, right what docs/grpc.md lists");
    }

    /** A rename of a subtree is a rename that is refused for everything but directories. */
    @Test
    void aSubtreeRenameIsRefusedAsARename() {
        for (FileName name : List.of(FileName.of("f"), FileName.of("l"), FileName.of("s"))) {
            note("RenameSubtree", () -> namespace.renameSubtree(new Mutation.Rename("m", Namespace.ROOT_INODE, name,
                    "m", Namespace.ROOT_INODE, FileName.of("new"), RenameMode.REPLACE), null));
        }
        assertEquals(Set.of(Reason.NOT_A_DIRECTORY), seen.get("RenameSubtree"));
        Map<String, Set<Reason>> listed = listed(Page.of("docs/grpc.md"));
        assertEquals(listed.get("Rename"), listed.get("RenameSubtree"));
    }

    /** The steps of a transaction that only read. */
    @Test
    void aReadingStepIsRefusedAsTheCall() {
        for (long inode : inodes) {
            for (FileName name : names) {
                note("Lookup", () -> namespace.transact(List.of(new Query.Lookup("m", inode, name)), null));
            }
            note("GetAttr", () -> namespace.transact(List.of(new Query.GetAttr("m", inode)), null));
        }
        Map<String, Set<Reason>> listed = listed(Page.of("docs/grpc.md"));
        for (String rpc : List.of("Lookup", "GetAttr")) {
            Set<Reason> own = copy(seen.get(rpc));
            own.removeAll(Set.of(Reason.INVALID_ARGUMENT));
            assertEquals(listed.get(rpc), own, rpc);
        }
    }

    @Test
    void theServiceDefinitionListsTheSame() {
        Map<String, Set<Reason>> defined = new TreeMap<>();
        Set<Reason> comment = EnumSet.noneOf(Reason.class);
        for (String line : Page.of("nokv-proto/src/main/proto/nokv/fsmeta/v1/fsmeta.proto").lines()) {
            String text = line.strip();
            if (text.startsWith("rpc ")) {
                defined.put(text.substring(4, text.indexOf('(')), copy(comment));
                comment.clear();
            } else if (text.startsWith("//")) {
                comment.addAll(reasons(Arrays.asList(text.split("[^A-Z_]+"))));
            } else {
                comment.clear();
            }
        }
        assertEquals(show(listed(Page.of("docs/grpc.md"))), show(defined), "left docs/grpc.md, right fsmeta.proto");
    }

    /** What the tables list, by call. */
    private static Map<String, Set<Reason>> listed(Page page) {
        Map<String, Set<Reason>> listed = new TreeMap<>();
        for (String section : List.of("Changes", "Reads", "Mounts, quotas, snapshots", "Streams")) {
            for (List<String> row : page.section(section).table("RPC", "request", "response", "reasons")) {
                listed.put(Page.plain(row.get(0)), reasons(Page.code(row.get(3))));
            }
        }
        return listed;
    }

    /** Those of the words that are reasons. */
    private static Set<Reason> reasons(Collection<String> words) {
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        for (Reason reason : Reason.values()) {
            if (words.contains(reason.name())) {
                reasons.add(reason);
            }
        }
        return reasons;
    }

    private static Set<Reason> copy(Set<Reason> reasons) {
        Set<Reason> copy = EnumSet.noneOf(Reason.class);
        copy.addAll(reasons);
        return copy;
    }

    /** One line a call, so that a difference is seen. */
    private static String show(Map<String, Set<Reason>> reasons) {
        StringBuilder text = new StringBuilder();
        reasons.forEach((rpc, set) -> text.append(rpc).append(' ').append(new TreeSet<>(set)).append('\n'));
        return text.toString();
    }
}

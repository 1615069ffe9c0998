package io.nokv.sim.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Checks transactions over a versioned store whose versions the clients know. Every written value must be written once
 * only, so that a value names its writer. Found are: a read that is not the newest committed value at its version, a
 * value of a transaction that did not commit (aborted read), a committed write that is missing, two transactions that
 * overlap and wrote the same key (lost update), equal commit versions, and versions that go against real time.
 */
public final class SnapshotIsolation {
    /** How a transaction ended. */
    public enum End {
        COMMITTED, ABORTED, UNKNOWN
    }

    /**
     * One transaction.
     *
     * @param readVersion the version its reads belong to
     * @param reads key to the value seen, null for absent
     * @param writes key to the value written, null for deleted
     * @param commitVersion when COMMITTED, else 0
     * @param invoked position in real time of its begin
     * @param returned position of its end
     */
    public record Txn(int id, long readVersion, Map<String, String> reads, Map<String, String> writes, End end,
            long commitVersion, long invoked, long returned) {}

    private SnapshotIsolation() {}

    /** Sentences that say what is wrong; empty when nothing is. {@code initial} are the values before the first. */
    public static List<String> violations(Map<String, String> initial, Collection<Txn> history) {
        List<String> wrong = new ArrayList<>();
        Map<String, Txn> writerOf = new HashMap<>();
        for (Txn txn : history) {
            txn.writes.values().forEach(value -> {
                if (value != null && writerOf.put(value, txn) != null) {
                    throw new IllegalArgumentException("value written twice: " + value);
                }
            });
        }
        NavigableMap<Long, Txn> commits = commits(history, writerOf, wrong);
        Map<String, NavigableMap<Long, String>> versions = versions(initial, commits);
        for (Txn txn : history) {
            txn.reads.forEach((key, value) -> checkRead(txn, key, value, versions, writerOf, commits, wrong));
        }
        overlaps(commits, wrong);
        realTime(history, commits, wrong);
        return wrong;
    }

    private static NavigableMap<Long, Txn> commits(Collection<Txn> history, Map<String, Txn> writerOf,
            List<String> wrong) {
        NavigableMap<Long, Txn> commits = new TreeMap<>();
        for (Txn txn : history) {
            if (txn.end == End.COMMITTED && !txn.writes.isEmpty()) {
                Txn other = commits.put(txn.commitVersion, txn);
                if (other != null) {
                    wrong.add(
                            "transactions " + other.id + " and " + txn.id + " both committed at " + txn.commitVersion);
                }
                if (txn.commitVersion <= txn.readVersion) {
                    wrong.add("transaction " + txn.id + " committed at " + txn.commitVersion
                            + ", not after its read version " + txn.readVersion);
                }
            }
        }
        return commits;
    }

    private static Map<String, NavigableMap<Long, String>> versions(Map<String, String> initial,
            NavigableMap<Long, Txn> commits) {
        Map<String, NavigableMap<Long, String>> versions = new HashMap<>();
        initial.forEach((key, value) -> versions.computeIfAbsent(key, _ -> new TreeMap<>()).put(0L, value));
        commits.forEach((version, txn) -> txn.writes
                .forEach((key, value) -> versions.computeIfAbsent(key, _ -> new TreeMap<>()).put(version, value)));
        return versions;
    }

    private static void checkRead(Txn txn, String key, String value, Map<String, NavigableMap<Long, String>> versions,
            Map<String, Txn> writerOf, NavigableMap<Long, Txn> commits, List<String> wrong) {
        Txn writer = value == null ? null : writerOf.get(value);
        if (writer != null && writer.end == End.ABORTED) {
            wrong.add("transaction " + txn.id + " read " + key + " = " + value + " of the aborted " + writer.id);
            return;
        }
        Map.Entry<Long, String> newest = versions.getOrDefault(key, new TreeMap<>()).floorEntry(txn.readVersion);
        String expected = newest == null ? null : newest.getValue();
        if (Objects.equals(expected, value)) {
            return;
        }
        if (writer != null && writer.end == End.UNKNOWN) {
            // It did commit, at a version nobody was told; what it hid is checked by the readers that come later.
            return;
        }
        boolean hiddenByUnknown = value == null && writerOf.values().stream()
                .anyMatch(t -> t.end == End.UNKNOWN && t.writes.containsKey(key) && t.writes.get(key) == null);
        if (!hiddenByUnknown) {
            wrong.add("transaction " + txn.id + " at version " + txn.readVersion + " read " + key + " = " + value
                    + " instead of " + expected + (newest == null
                            ? ""
                            : " of version " + newest.getKey()
                                    + (commits.containsKey(newest.getKey())
                                            ? " by " + commits.get(newest.getKey()).id
                                            : "")));
        }
    }

    private static void overlaps(NavigableMap<Long, Txn> commits, List<String> wrong) {
        Map<String, Txn> lastWriter = new HashMap<>();
        for (Txn txn : commits.values()) {
            for (String key : txn.writes.keySet()) {
                Txn before = lastWriter.put(key, txn);
                if (before != null && before.commitVersion > txn.readVersion) {
                    wrong.add("transactions " + before.id + " and " + txn.id + " overlap and both wrote " + key);
                }
            }
        }
    }

    /** What ended before another began must be visible to it, and have the smaller version. */
    private static void realTime(Collection<Txn> history, NavigableMap<Long, Txn> commits, List<String> wrong) {
        List<Txn> byEnd = new ArrayList<>(commits.values());
        byEnd.sort((a, b) -> Long.compare(a.returned, b.returned));
        List<Txn> byBegin = new ArrayList<>(history);
        byBegin.sort((a, b) -> Long.compare(a.invoked, b.invoked));
        int ended = 0;
        Txn newest = null;
        for (Txn txn : byBegin) {
            while (ended < byEnd.size() && byEnd.get(ended).returned < txn.invoked) {
                Txn candidate = byEnd.get(ended++);
                newest = newest == null || candidate.commitVersion > newest.commitVersion ? candidate : newest;
            }
            if (newest != null && txn.readVersion < newest.commitVersion) {
                wrong.add("transaction " + txn.id + " reads at " + txn.readVersion + ", before the commit "
                        + newest.commitVersion + " of " + newest.id + ", which had ended when it began");
            }
        }
    }
}

package io.nokv.lsm.version;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.table.TableKey;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An immutable set of tables in levels. Counted: its tables stay on disk until it is released as often as retained. */
public final class Version {
    public static final int LEVELS = 7;

    private static final Comparator<TableHandle> NEWEST_FIRST = Comparator
            .comparingLong((TableHandle t) -> t.meta().maxSequence()).reversed();
    private static final Comparator<TableHandle> BY_KEY = (a, b) -> Arrays.compareUnsigned(a.meta().smallest(),
            b.meta().smallest());

    private final List<List<TableHandle>> levels;
    /** Ingested tables that have no level yet: kept, but not searched. */
    private final List<TableHandle> adopted;
    private final AtomicInteger holders = new AtomicInteger(1);

    private Version(List<List<TableHandle>> levels, List<TableHandle> adopted) {
        this.levels = levels;
        this.adopted = adopted;
        adopted.forEach(TableHandle::retain);
        levels.forEach(level -> level.forEach(TableHandle::retain));
    }

    /** A version without tables, held once. */
    public static Version empty() {
        List<List<TableHandle>> none = new ArrayList<>();
        for (int level = 0; level < LEVELS; level++) {
            none.add(List.of());
        }
        return new Version(List.copyOf(none), List.of());
    }

    /**
     * This version changed by {@code edit}, held once. CORRUPTION when the edit does not fit.
     *
     * @param obsolete is told of each added table when no version names it any more
     */
    public Version apply(VersionEdit edit, Consumer<TableMeta> obsolete) {
        List<TreeMap<Long, TableHandle>> next = new ArrayList<>();
        TreeMap<Long, TableHandle> known = new TreeMap<>();
        for (List<TableHandle> level : levels) {
            TreeMap<Long, TableHandle> tables = new TreeMap<>();
            level.forEach(t -> tables.put(t.meta().number(), t));
            known.putAll(tables);
            next.add(tables);
        }
        TreeMap<Long, TableHandle> waiting = new TreeMap<>();
        adopted.forEach(t -> waiting.put(t.meta().number(), t));
        known.putAll(waiting);
        for (VersionEdit.Removed r : edit.removed()) {
            if (next.get(r.level()).remove(r.table()) == null) {
                throw new NokvException(FailureCode.CORRUPTION,
                        "table " + r.table() + " is dropped from level " + r.level() + ", where it is not");
            }
        }
        for (VersionEdit.Added a : edit.added()) {
            TableHandle handle = known.computeIfAbsent(a.table().number(), _ -> new TableHandle(a.table(), obsolete));
            if (next.get(a.level()).put(a.table().number(), handle) != null) {
                throw new NokvException(FailureCode.CORRUPTION, "table " + a.table().number() + " is added twice");
            }
            waiting.remove(a.table().number());
        }
        List<List<TableHandle>> sorted = new ArrayList<>();
        for (int level = 0; level < LEVELS; level++) {
            List<TableHandle> tables = new ArrayList<>(next.get(level).values());
            tables.sort(level == 0 ? NEWEST_FIRST : BY_KEY);
            checkDisjoint(level, tables);
            sorted.add(List.copyOf(tables));
        }
        return new Version(List.copyOf(sorted), List.copyOf(waiting.values()));
    }

    /**
     * This version, held once, which also keeps {@code tables} alive until an edit gives them a level.
     *
     * @param tables ordered and apart from each other
     * @param obsolete is told of each of them when no version names it any more
     */
    public Version adopt(List<TableMeta> tables, Consumer<TableMeta> obsolete) {
        List<TableHandle> more = new ArrayList<>(adopted);
        tables.forEach(t -> more.add(new TableHandle(t, obsolete)));
        return new Version(levels, List.copyOf(more));
    }

    /** The last {@code count} tables adopted. */
    public AdoptedTables adopted(int count) {
        return new AdoptedTables(adopted.subList(adopted.size() - count, adopted.size()));
    }

    /** Numbers of the tables that wait for a level. */
    public List<Long> adoptedNumbers() {
        return adopted.stream().map(t -> t.meta().number()).toList();
    }

    private static void checkDisjoint(int level, List<TableHandle> tables) {
        for (int i = 1; level > 0 && i < tables.size(); i++) {
            TableMeta before = tables.get(i - 1).meta();
            TableMeta after = tables.get(i).meta();
            if (Arrays.compareUnsigned(before.largest(), after.smallest()) >= 0) {
                throw new NokvException(FailureCode.CORRUPTION,
                        "tables " + before.number() + " and " + after.number() + " overlap in level " + level);
            }
        }
    }

    /** The whole version as one edit. */
    public List<VersionEdit.Added> asAdded() {
        List<VersionEdit.Added> all = new ArrayList<>();
        for (int level = 0; level < LEVELS; level++) {
            for (TableHandle table : levels.get(level)) {
                all.add(new VersionEdit.Added(level, table.meta()));
            }
        }
        return all;
    }

    /** False when the version was released for good and must be looked up anew. */
    public boolean tryRetain() {
        while (true) {
            int seen = holders.get();
            if (seen == 0) {
                return false;
            }
            if (holders.compareAndSet(seen, seen + 1)) {
                return true;
            }
        }
    }

    public void release() {
        if (holders.decrementAndGet() == 0) {
            levels.forEach(level -> level.forEach(TableHandle::release));
            adopted.forEach(TableHandle::release);
        }
    }

    /** The tables of a level: newest first in level 0, by key in the others. */
    public List<TableHandle> level(int level) {
        return levels.get(level);
    }

    public long levelBytes(int level) {
        return levels.get(level).stream().mapToLong(t -> t.meta().bytes()).sum();
    }

    /** Asks the tables, newest first, until none can change the answer. */
    public void find(TableStore store, PointLookup lookup) {
        for (TableHandle table : levels.get(0)) {
            if (lookup.isSettled()) {
                return;
            }
            if (table.meta().mayHold(lookup)) {
                table.reader(store).find(lookup);
            }
        }
        for (int level = 1; level < LEVELS && !lookup.isSettled(); level++) {
            findInLevel(levels.get(level), store, lookup);
        }
    }

    /**
     * The first table that ends at or after the key has the answer of its level, unless all its keys that will do are not
     * visible: then the next one may have it.
     */
    static void findInLevel(List<TableHandle> tables, TableStore store, PointLookup lookup) {
        if (tables.isEmpty()) {
            return;
        }
        int index = firstEndingAtOrAfter(tables, lookup.family(), lookup.key());
        int offersBefore = lookup.offers();
        while (index < tables.size() && lookup.offers() == offersBefore
                && tables.get(index).meta().beginsWithin(lookup)) {
            if (tables.get(index).meta().minSequence() <= lookup.sequence()) {
                tables.get(index).reader(store).find(lookup);
            }
            index++;
        }
    }

    /** Index of the first table whose largest key is not before {@code key}, in a level above 0. */
    static int firstEndingAtOrAfter(List<TableHandle> tables, Family family, byte[] key) {
        int low = 0;
        int high = tables.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (TableKey.compare(tables.get(middle).meta().largest(), family, key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Adds cursors that together cover {@code range} of {@code family}. */
    public void addCursors(TableStore store, Family family, Range range, List<EntryCursor> into) {
        for (int level = 0; level < LEVELS; level++) {
            List<TableHandle> tables = overlapping(level, family, range);
            if (level == 0) {
                tables.forEach(t -> into.add(t.reader(store).cursor(family, true)));
            } else if (!tables.isEmpty()) {
                into.add(new LevelCursor(store, tables, family, true));
            }
        }
    }

    /** The tables of {@code level} that may hold keys in {@code range} of {@code family}. */
    public List<TableHandle> overlapping(int level, Family family, Range range) {
        return levels.get(level).stream().filter(t -> t.meta().overlaps(family, range)).toList();
    }

    /** The tables of {@code level} that may hold table keys between the bounds, both inclusive. */
    public List<TableHandle> overlapping(int level, byte[] from, byte[] to) {
        return levels.get(level).stream().filter(t -> t.meta().overlaps(from, to)).toList();
    }
}

package io.nokv.lsm.version;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.point.PrefixProbe;
import io.nokv.lsm.range.Cover;
import io.nokv.lsm.range.CoveredCursor;
import io.nokv.lsm.range.RangeDeletions;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueFileSet;
import io.nokv.lsm.vlog.ValueShare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An immutable set of tables in levels. Counted: its tables stay on disk until it is released as often as retained. */
public final class Version {
    public static final int LEVELS = 7;

    private static final Comparator<TableHandle> NEWEST_FIRST = Comparator
            .comparingLong((TableHandle t) -> t.meta().maxSequence()).reversed();
    private static final Comparator<TableHandle> BY_KEY = (a, b) -> Arrays.compareUnsigned(a.meta().smallest(),
            b.meta().smallest());

    private final List<List<TableHandle>> levels;
    private final long[] levelBytes = new long[LEVELS];
    /** Ingested tables that have no level yet: kept, but not searched. */
    private final List<TableHandle> adopted;
    private final ValueFileSet values;
    /** The tables of all levels that have deletions of ranges. */
    private final List<TableHandle> withDeletions;
    private final AtomicInteger holders = new AtomicInteger(1);
    /** What is to be released with this version; only who holds it adds to it, one flow at a time. */
    private final List<Runnable> dependents = new ArrayList<>();

    private Version(List<List<TableHandle>> levels, List<TableHandle> adopted, ValueFileSet values) {
        this.levels = levels;
        this.adopted = adopted;
        this.values = values;
        this.withDeletions = levels.stream().flatMap(List::stream)
                .filter(t -> t.meta().traits().rangeDeletions() > 0).toList();
        for (int level = 0; level < LEVELS; level++) {
            levelBytes[level] = levels.get(level).stream().mapToLong(t -> t.meta().bytes()).sum();
        }
        adopted.forEach(TableHandle::retain);
        levels.forEach(level -> level.forEach(TableHandle::retain));
        values.retain();
    }

    /** A version without tables, held once. */
    public static Version empty() {
        List<List<TableHandle>> none = new ArrayList<>();
        for (int level = 0; level < LEVELS; level++) {
            none.add(List.of());
        }
        return new Version(List.copyOf(none), List.of(), ValueFileSet.empty());
    }

    /** As {@link #apply(VersionEdit, Consumer, Consumer)}; of value files nobody is told. */
    public Version apply(VersionEdit edit, Consumer<TableMeta> obsolete) {
        return apply(edit, obsolete, _ -> {});
    }

    /**
     * This version changed by {@code edit}, held once. CORRUPTION when the edit does not fit.
     *
     * @param obsolete is told of each added table when no version names it any more
     * @param obsoleteValues as {@code obsolete}, of value files
     */
    public Version apply(VersionEdit edit, Consumer<TableMeta> obsolete, Consumer<ValueFileMeta> obsoleteValues) {
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
        return new Version(List.copyOf(sorted), List.copyOf(waiting.values()),
                values.apply(edit.addedValues(), edit.removedValues(),
                        pointedTo(sorted.stream().flatMap(List::stream).map(TableHandle::meta)), obsoleteValues));
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
        return new Version(levels, List.copyOf(more), values);
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
            if (!before.endsBefore(after.smallest())) {
                throw new NokvException(FailureCode.CORRUPTION,
                        "tables " + before.number() + " and " + after.number() + " overlap in level " + level);
            }
        }
    }

    private static TreeMap<Long, ValueShare> pointedTo(Stream<TableMeta> tables) {
        return ValueFileSet.sum(tables.map(TableMeta::values).filter(shares -> !shares.isEmpty()).toList());
    }

    /** The edit, with those value files dropped, or not added, that no table points into once it is applied. */
    public VersionEdit withoutGarbage(VersionEdit edit) {
        if (values.isEmpty() && edit.addedValues().isEmpty()) {
            return edit;
        }
        Set<Long> removed = new TreeSet<>();
        edit.removed().forEach(r -> removed.add(r.table()));
        Stream<TableMeta> stay = asAdded().stream().map(VersionEdit.Added::table)
                .filter(t -> !removed.contains(t.number()));
        Stream<TableMeta> come = edit.added().stream().map(VersionEdit.Added::table);
        List<ValueFileMeta> garbage = values.unreferenced(edit.addedValues(), pointedTo(Stream.concat(stay, come)));
        if (garbage.isEmpty()) {
            return edit;
        }
        List<ValueFileMeta> added = new ArrayList<>(edit.addedValues());
        Set<Long> dropped = new TreeSet<>(edit.removedValues());
        for (ValueFileMeta file : garbage) {
            if (!added.remove(file)) {
                dropped.add(file.number());
            }
        }
        return edit.withValues(added, List.copyOf(dropped));
    }

    /** The value files, and what of them the tables point to. */
    public ValueFileSet values() {
        return values;
    }

    /** The whole version as one edit. */
    public VersionEdit asEdit(VersionEdit.LogMark log, long nextNumber) {
        return new VersionEdit(asAdded(), List.of(), values.metas(), List.of(), log, nextNumber);
    }

    /** All tables. */
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
            values.release();
            dependents.forEach(Runnable::run);
        }
    }

    /** Runs {@code release} once, when nobody holds this version any more. The caller holds it, and calls one at a time. */
    public void whenReleased(Runnable release) {
        dependents.add(release);
    }

    /** The tables of a level: newest first in level 0, by key in the others. */
    public List<TableHandle> level(int level) {
        return levels.get(level);
    }

    public long levelBytes(int level) {
        return levelBytes[level];
    }

    /** Asks the tables, newest first, until none can change the answer. */
    public void find(TableStore store, PointLookup lookup) {
        List<TableHandle> newest = levels.get(0);
        for (int i = 0; i < newest.size(); i++) { // an iterator would be allocated for each read
            TableHandle table = newest.get(i);
            if (lookup.isSettled()) {
                return;
            }
            if (table.meta().mayHold(lookup)) {
                table.reader(store).find(lookup);
            } else {
                lookup.countOutOfBounds();
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
        int first = firstEndingAtOrAfter(tables, lookup.family(), lookup.key());
        int index = first;
        int offersBefore = lookup.offers();
        while (index < tables.size() && lookup.offers() == offersBefore
                && tables.get(index).meta().beginsWithin(lookup)) {
            if (tables.get(index).meta().minSequence() <= lookup.sequence()) {
                tables.get(index).reader(store).find(lookup);
            } else {
                lookup.countOutOfBounds();
            }
            index++;
        }
        if (index == first) {
            lookup.countOutOfBounds();
        }
    }

    /**
     * Asks the tables for keys without tails, of one family, ascending, none of them settled yet: table by table, newest first.
     *
     * @param lookups is used as scratch
     */
    public void findAll(TableStore store, PointLookup[] lookups) {
        int count = lookups.length;
        for (TableHandle table : levels.get(0)) {
            int from = 0;
            while (from < count && !table.meta().mayHold(lookups[from])) {
                from++;
            }
            int to = count;
            while (to > from && !table.meta().mayHold(lookups[to - 1])) {
                to--;
            }
            if (from < to) {
                table.reader(store).findAll(lookups, from, to);
                count = keepUnsettled(lookups, count);
            }
        }
        for (int level = 1; level < LEVELS && count > 0; level++) {
            findAllInLevel(levels.get(level), store, lookups, count);
            count = keepUnsettled(lookups, count);
        }
    }

    private static int keepUnsettled(PointLookup[] lookups, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!lookups[i].isSettled()) {
                lookups[kept++] = lookups[i];
            }
        }
        return kept;
    }

    private static void findAllInLevel(List<TableHandle> tables, TableStore store, PointLookup[] lookups, int count) {
        int at = 0;
        while (at < count) {
            PointLookup first = lookups[at];
            int index = firstEndingAtOrAfter(tables, first.family(), first.key());
            if (index == tables.size()) {
                return;
            }
            TableMeta meta = tables.get(index).meta();
            int begin = at;
            while (at < count && !meta.endsBefore(lookups[at].family(), lookups[at].key())) {
                begin += meta.beginsWithin(lookups[at]) ? 0 : 1;
                at++;
            }
            if (begin < at && meta.minSequence() <= first.sequence()) {
                tables.get(index).reader(store).findAll(lookups, begin, at);
            }
        }
    }

    /** Index of the first table that does not end before {@code key}, in a level above 0. */
    static int firstEndingAtOrAfter(List<TableHandle> tables, Family family, byte[] key) {
        int low = 0;
        int high = tables.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (tables.get(middle).meta().endsBefore(family, key)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Adds cursors that together have {@code range} of {@code family}.
     *
     * Tables that have nothing of the prefix that all keys of the range share, as far as their filters tell, are left out.
     *
     * @param cover what they may leave out, or null
     */
    public void addCursors(TableStore store, Family family, Range range, Cover cover, List<EntryCursor> into) {
        PrefixProbe probe = PrefixProbe.of(store.prefixes(), family, range);
        List<TableHandle> newest = levels.get(0);
        for (int i = 0; i < newest.size(); i++) { // no stream or iterator: a cursor that reads few rows would cost half as much again
            TableHandle table = newest.get(i);
            if (table.meta().overlaps(family, range) && mayHold(table, store, family, cover, probe)) {
                into.add(covered(table.reader(store).cursor(family, true), cover, table.meta().maxSequence()));
            }
        }
        for (int level = 1; level < LEVELS; level++) {
            if (!levels.get(level).isEmpty()) {
                addCursor(store, family, range, cover, probe, level, into);
            }
        }
    }

    private void addCursor(TableStore store, Family family, Range range, Cover cover, PrefixProbe probe, int level,
            List<EntryCursor> into) {
        List<TableHandle> tables = overlapping(level, family, range);
        if (tables.size() == 1) {
            TableHandle only = tables.getFirst();
            if (mayHold(only, store, family, cover, probe)) {
                into.add(covered(only.reader(store).cursor(family, true), cover, only.meta().maxSequence()));
            }
            return;
        }
        if (cover != null || probe != null) {
            tables = tables.stream().filter(t -> mayHold(t, store, family, cover, probe)).toList();
        }
        if (!tables.isEmpty()) {
            long last = cover == null ? 0 : tables.stream().mapToLong(t -> t.meta().maxSequence()).max().getAsLong();
            into.add(covered(new LevelCursor(store, tables, family, true), cover, last));
        }
    }

    private static boolean mayHold(TableHandle table, TableStore store, Family family, Cover cover,
            PrefixProbe probe) {
        return (cover == null || !table.meta().isHidden(family, cover))
                && (probe == null || table.reader(store).mayHold(probe));
    }

    private static EntryCursor covered(EntryCursor entries, Cover cover, long newest) {
        return cover == null ? entries : new CoveredCursor(entries, cover.copy(), newest);
    }

    /** Whether any table in a level has deletions of ranges. */
    public boolean hasDeletions() {
        return !withDeletions.isEmpty();
    }

    /** Adds the deletions of ranges that tables have for {@code range} of {@code family} and that show at {@code sequence}. */
    public void addDeletions(TableStore store, Family family, Range range, long sequence, List<RangeDeletions> into) {
        for (TableHandle table : withDeletions) {
            if (table.meta().minSequence() <= sequence && table.meta().overlaps(family, range)) {
                into.add(table.reader(store).deletions(family));
            }
        }
    }

    /** The tables of {@code level} that may hold keys in {@code range} of {@code family}. */
    public List<TableHandle> overlapping(int level, Family family, Range range) {
        List<TableHandle> tables = levels.get(level);
        return level == 0
                ? tables.stream().filter(t -> t.meta().overlaps(family, range)).toList()
                : between(tables, t -> t.endsBefore(family, range), t -> t.beginsAfter(family, range));
    }

    /** The tables of {@code level} that may hold table keys between the bounds, both inclusive. */
    public List<TableHandle> overlapping(int level, byte[] from, byte[] to) {
        List<TableHandle> tables = levels.get(level);
        return level == 0
                ? tables.stream().filter(t -> t.meta().overlaps(from, to)).toList()
                : between(tables, t -> t.endsBefore(from), t -> Arrays.compareUnsigned(t.smallest(), to) > 0);
    }

    /** Of ordered tables those behind the ones that end before something and in front of the ones that begin after something. */
    private static List<TableHandle> between(List<TableHandle> tables, Predicate<TableMeta> endsBefore,
            Predicate<TableMeta> beginsAfter) {
        int from = firstNot(tables, endsBefore);
        return tables.subList(from, Math.max(from, firstNot(tables, t -> !beginsAfter.test(t))));
    }

    /** The index of the first table that {@code before} does not hold for; it holds for all tables in front of that one and for none behind. */
    private static int firstNot(List<TableHandle> tables, Predicate<TableMeta> before) {
        int low = 0;
        int high = tables.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (before.test(tables.get(middle).meta())) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

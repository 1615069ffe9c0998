package io.nokv.lsm.vlog;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The value files of one version of the store, and how much of each the version's tables point to. Immutable. It maps the
 * origins that pointers name to the files where the values now are: moving values changes this map and no table.
 */
public final class ValueFileSet {
    private static final ValueFileSet EMPTY = new ValueFileSet(new TreeMap<>(), new TreeMap<>());

    /** By number. */
    private final TreeMap<Long, ValueFileHandle> files;
    private final TreeMap<Long, ValueFileHandle> byOrigin = new TreeMap<>();
    /** What tables point to, by origin. */
    private final TreeMap<Long, ValueShare> live;

    private ValueFileSet(TreeMap<Long, ValueFileHandle> files, TreeMap<Long, ValueShare> live) {
        this.files = files;
        this.live = live;
        files.values().forEach(f -> f.meta().records().forEach(r -> byOrigin.put(r.origin(), f)));
    }

    public static ValueFileSet empty() {
        return EMPTY;
    }

    /** What several holders hold together, by origin. */
    public static TreeMap<Long, ValueShare> sum(Iterable<? extends Collection<ValueShare>> holders) {
        TreeMap<Long, ValueShare> sum = new TreeMap<>();
        holders.forEach(shares -> shares.forEach(s -> sum.merge(s.origin(), s, ValueShare::plus)));
        return sum;
    }

    /**
     * This set changed. CORRUPTION when the change does not fit, or tables point to what is not there.
     *
     * @param pointedTo what all tables of the version point to, by origin
     * @param obsolete is told of each added file when no version names it any more
     */
    public ValueFileSet apply(List<ValueFileMeta> added, List<Long> removed, SortedMap<Long, ValueShare> pointedTo,
            Consumer<ValueFileMeta> obsolete) {
        if (added.isEmpty() && removed.isEmpty() && files.isEmpty() && pointedTo.isEmpty()) {
            return EMPTY;
        }
        TreeMap<Long, ValueFileHandle> next = new TreeMap<>(files);
        for (long number : removed) {
            if (next.remove(number) == null) {
                throw new NokvException(FailureCode.CORRUPTION,
                        "value file " + number + " is dropped, but is not there");
            }
        }
        for (ValueFileMeta meta : added) {
            if (next.put(meta.number(), new ValueFileHandle(meta, obsolete)) != null) {
                throw new NokvException(FailureCode.CORRUPTION, "value file " + meta.number() + " is added twice");
            }
        }
        ValueFileSet set = new ValueFileSet(next, new TreeMap<>(pointedTo));
        set.check();
        return set;
    }

    private void check() {
        TreeMap<Long, ValueShare> held = sum(files.values().stream().map(f -> f.meta().records()).toList());
        for (ValueShare pointedTo : live.values()) {
            ValueShare there = held.get(pointedTo.origin());
            if (there == null || there.values() < pointedTo.values() || there.bytes() < pointedTo.bytes()) {
                throw new NokvException(FailureCode.CORRUPTION, "tables point to " + pointedTo.values()
                        + " values of value file " + pointedTo.origin() + ", and there are "
                        + (there == null ? 0 : there.values()));
            }
        }
    }

    /** Called by the version that has this set. */
    public void retain() {
        files.values().forEach(ValueFileHandle::retain);
    }

    /** Called by the version that has this set, when it is released for good. */
    public void release() {
        files.values().forEach(ValueFileHandle::release);
    }

    public boolean contains(long number) {
        return files.containsKey(number);
    }

    /** All files, by ascending number. */
    public List<ValueFileMeta> metas() {
        return files.values().stream().map(ValueFileHandle::meta).toList();
    }

    public List<ValueFileHandle> handles() {
        return List.copyOf(files.values());
    }

    public boolean isEmpty() {
        return files.isEmpty();
    }

    /** The file with the values first written to {@code origin}, or null. */
    ValueFileHandle file(long origin) {
        return byOrigin.get(origin);
    }

    /** What tables point to of the values first written to {@code origin}, or null for nothing. */
    ValueShare live(long origin) {
        return live.get(origin);
    }

    /** Bytes of records in {@code file} that tables point to. */
    public long liveBytes(ValueFileMeta file) {
        long sum = 0;
        for (ValueShare record : file.records()) {
            ValueShare pointedTo = live.get(record.origin());
            sum += pointedTo == null ? 0 : pointedTo.bytes();
        }
        return sum;
    }

    /** How many values in {@code file} tables point to. */
    public long liveValues(ValueFileMeta file) {
        long sum = 0;
        for (ValueShare record : file.records()) {
            ValueShare pointedTo = live.get(record.origin());
            sum += pointedTo == null ? 0 : pointedTo.values();
        }
        return sum;
    }

    /** Bytes of records that no table points to. */
    public long garbageBytes(ValueFileMeta file) {
        return file.recordBytes() - liveBytes(file);
    }

    /** Heap bytes of the indexes that are kept for reading moved values. */
    public long indexBytes() {
        return files.values().stream().mapToLong(ValueFileHandle::indexBytes).sum();
    }

    /** Of the files in {@code added} and in this set, those in which nothing is pointed to. */
    public List<ValueFileMeta> unreferenced(List<ValueFileMeta> added, SortedMap<Long, ValueShare> pointedTo) {
        List<ValueFileMeta> all = new ArrayList<>(metas());
        all.addAll(added);
        return all.stream().filter(f -> f.records().stream().noneMatch(r -> pointedTo.containsKey(r.origin())))
                .toList();
    }
}

package io.nokv.lsm.compact;

import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which tables of level 0 go together. Those that overlap, directly or through others, are a heap; heaps have nothing to do
 * with each other and are merged one by one. Out of a heap go all tables that no job has, except those with an older
 * table beneath them that stays: a newer entry must not sink below an older one.
 */
final class LevelZeroPicker {
    /**
     * Tables that overlap, newest first.
     *
     * @param idle how many of them no job has
     * @param sinkable what may be merged into the base level
     */
    record Heap(List<TableHandle> tables, int idle, List<TableHandle> sinkable) {}

    private final RunningJobs running;
    private final List<Heap> heaps = new ArrayList<>();

    LevelZeroPicker(Version version, RunningJobs running) {
        this.running = running;
        List<TableHandle> byKey = new ArrayList<>(version.level(0));
        byKey.sort((a, b) -> Arrays.compareUnsigned(a.meta().smallest(), b.meta().smallest()));
        List<TableHandle> heap = new ArrayList<>();
        byte[] largest = null;
        for (TableHandle table : byKey) {
            if (largest != null && Arrays.compareUnsigned(table.meta().smallest(), largest) > 0) {
                close(version, heap);
                heap = new ArrayList<>();
                largest = null;
            }
            heap.add(table);
            if (largest == null || Arrays.compareUnsigned(table.meta().largest(), largest) > 0) {
                largest = table.meta().largest();
            }
        }
        if (!heap.isEmpty()) {
            close(version, heap);
        }
        heaps.sort((a, b) -> Integer.compare(b.idle, a.idle));
    }

    private void close(Version version, List<TableHandle> members) {
        List<TableHandle> newestFirst = members.size() == 1
                ? members
                : version.level(0).stream().filter(members::contains).toList();
        heaps.add(new Heap(newestFirst, (int) newestFirst.stream().filter(t -> !running.isBusy(t)).count(),
                sinkable(newestFirst)));
    }

    /** How many tables no job has. */
    int idleTables() {
        return heaps.stream().mapToInt(Heap::idle).sum();
    }

    /** Largest first; of equals, by key. */
    List<Heap> heaps() {
        return heaps;
    }

    private List<TableHandle> sinkable(List<TableHandle> newestFirst) {
        List<TableHandle> sinking = new ArrayList<>();
        List<TableHandle> staying = new ArrayList<>();
        for (TableHandle table : newestFirst.reversed()) {
            boolean stays = running.isBusy(table) || staying.stream().anyMatch(older -> overlap(older, table));
            (stays ? staying : sinking).addFirst(table);
        }
        return sinking;
    }

    /** The newest tables of the heap, down to the first that a job has: they may become one where they are. */
    List<TableHandle> newestIdle(Heap heap) {
        return heap.tables.stream().takeWhile(t -> !running.isBusy(t)).toList();
    }

    private static boolean overlap(TableHandle a, TableHandle b) {
        return a.meta().overlaps(b.meta().smallest(), b.meta().largest());
    }
}

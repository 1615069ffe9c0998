package io.nokv.sql.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.EntryKey;
import io.nokv.fsmeta.api.NamespaceView.EntryRange;
import io.nokv.fsmeta.api.Rows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Entries of one mount in (parent, name) order: point names in batches, everything else by scans. */
final class EntrySource implements Source {
    /** Keys per batch of lookups. */
    static final int BATCH = 1024;

    private final NamespaceView view;
    private final String mount;
    private final List<KeyRanges.Longs> parents;
    private final List<KeyRanges.Names> names;
    private final boolean attributes;
    private int parentAt;
    private int nameAt;
    private Rows<Entry> scan;
    private Iterator<Entry> batch;

    EntrySource(NamespaceView view, String mount, List<KeyRanges.Longs> parents, List<KeyRanges.Names> names,
            boolean attributes) {
        this.view = view;
        this.mount = mount;
        this.parents = parents;
        this.names = names;
        this.attributes = attributes;
    }

    @Override
    public Object next() {
        while (true) {
            if (batch != null) {
                while (batch.hasNext()) {
                    Entry entry = batch.next();
                    if (entry != null) {
                        return entry;
                    }
                }
                batch = null;
            }
            if (scan != null) {
                Entry entry = scan.next();
                if (entry != null) {
                    return entry;
                }
                close();
            }
            if (parentAt >= parents.size() || names.isEmpty()) {
                return null;
            }
            begin();
        }
    }

    private void begin() {
        if (names.getFirst().point() != null) {
            batch = view.batchLookup(mount, keys()).iterator();
            return;
        }
        KeyRanges.Longs range = parents.get(parentAt);
        KeyRanges.Names name = names.get(nameAt);
        long afterParent = range.to() == Long.MAX_VALUE ? 0 : range.to() + 1;
        scan = view.scanEntries(mount, new EntryRange(range.from(), name.from(),
                name.to() == null ? afterParent : range.to(), name.to()), attributes);
        if (++nameAt == names.size()) {
            nameAt = 0;
            parentAt++;
        }
    }

    private List<EntryKey> keys() {
        List<EntryKey> keys = new ArrayList<>();
        while (parentAt < parents.size() && keys.size() < BATCH) {
            keys.add(new EntryKey(parents.get(parentAt).from(), names.get(nameAt).point()));
            if (++nameAt == names.size()) {
                nameAt = 0;
                parentAt++;
            }
        }
        return keys;
    }

    @Override
    public void close() {
        if (scan != null) {
            scan.close();
            scan = null;
        }
    }
}

package io.nokv.sql.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.Rows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Inodes of one mount in order: point numbers in batches, ranges by scans. */
final class InodeSource implements Source {
    private final NamespaceView view;
    private final String mount;
    private final List<KeyRanges.Longs> ranges;
    private int at;
    private Rows<Attributes> scan;
    private Iterator<Attributes> batch;

    InodeSource(NamespaceView view, String mount, List<KeyRanges.Longs> ranges) {
        this.view = view;
        this.mount = mount;
        this.ranges = ranges;
    }

    @Override
    public Object next() {
        while (true) {
            if (batch != null) {
                while (batch.hasNext()) {
                    Attributes attributes = batch.next();
                    if (attributes != null) {
                        return attributes;
                    }
                }
                batch = null;
            }
            if (scan != null) {
                Attributes attributes = scan.next();
                if (attributes != null) {
                    return attributes;
                }
                close();
            }
            if (at >= ranges.size()) {
                return null;
            }
            begin();
        }
    }

    private void begin() {
        List<Long> points = new ArrayList<>();
        while (at < ranges.size() && ranges.get(at).from() == ranges.get(at).to()
                && points.size() < EntrySource.BATCH) {
            points.add(ranges.get(at++).from());
        }
        if (!points.isEmpty()) {
            batch = view.batchGetAttr(mount, points).iterator();
            return;
        }
        KeyRanges.Longs range = ranges.get(at++);
        scan = view.scanInodes(mount, range.from(), range.to() == Long.MAX_VALUE ? 0 : range.to() + 1);
    }

    @Override
    public void close() {
        if (scan != null) {
            scan.close();
            scan = null;
        }
    }
}

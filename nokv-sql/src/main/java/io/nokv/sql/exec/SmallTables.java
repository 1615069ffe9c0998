package io.nokv.sql.exec;

import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.sql.expr.TextOrder;
import java.util.Comparator;
import java.util.List;

/** Tables of a handful of rows, read whole and sorted by key. */
final class SmallTables {
    private SmallTables() {}

    /** @param names null: all */
    static Source mounts(NamespaceView view, List<String> names) {
        List<Mount> all = view.mounts().stream().sorted((a, b) -> TextOrder.compare(a.name(), b.name())).toList();
        return Source.of(names == null ? all : all.stream().filter(m -> names.contains(m.name())).toList());
    }

    static Source snapshots(NamespaceView view, String mount) {
        return Source.of(view.snapshots(mount).stream().sorted(Comparator.comparingLong(SnapshotInfo::rootInode)
                .thenComparingLong(SnapshotInfo::readVersion)).toList());
    }
}

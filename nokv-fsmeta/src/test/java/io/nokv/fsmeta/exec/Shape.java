package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.MutationResult;
import java.util.Arrays;
import java.util.List;

/** Answers as text without versions, so that those of the namespace and of {@link ModelFs} can be compared. */
final class Shape {
    private Shape() {}

    static String of(Attributes a) {
        return a == null
                ? "-"
                : a.inode() + " " + a.type() + " " + Integer.toOctalString(a.mode()) + " " + a.uid() + ":" + a.gid()
                        + " "
                        + a.linkCount() + " " + a.size() + " " + a.rdev() + " a" + a.atimeNs() + " m" + a.mtimeNs()
                        + " c"
                        + a.ctimeNs() + " b" + a.createdNs() + " " + Arrays.toString(a.target());
    }

    static String of(Entry e) {
        return e == null ? "-" : e.parent() + "/" + e.name() + " " + of(e.attributes());
    }

    static List<String> of(List<Entry> entries) {
        return entries.stream().map(Shape::of).toList();
    }

    static String of(MutationResult r) {
        return of(r.entry()) + " replaced " + of(r.replaced()) + (r.inodeRemoved() ? " gone" : "");
    }
}

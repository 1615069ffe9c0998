package io.nokv.sim.check;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Reason;
import java.util.List;

/** What the namespace told a client. */
public sealed interface NamespaceAnswer {
    record Changed(MutationResult result) implements NamespaceAnswer {
        @Override
        public String toString() {
            return "done at " + result.version() + " " + show(result.entry()) + (result.inodeRemoved() ? " gone" : "");
        }
    }

    record Transacted(List<MutationResult> results) implements NamespaceAnswer {
        @Override
        public String toString() {
            return "all done at " + results.getFirst().version() + " "
                    + results.stream().map(r -> show(r.entry())).toList();
        }
    }

    record Refused(Reason reason) implements NamespaceAnswer {
        @Override
        public String toString() {
            return reason.name();
        }
    }

    record Found(Entry entry) implements NamespaceAnswer {
        @Override
        public String toString() {
            return show(entry);
        }
    }

    record Attributed(Attributes attributes) implements NamespaceAnswer {
        @Override
        public String toString() {
            return show(attributes);
        }
    }

    /** In name order. */
    record Listed(List<Entry> entries) implements NamespaceAnswer {
        @Override
        public String toString() {
            return entries.stream().map(NamespaceAnswer::show).toList().toString();
        }
    }

    /** Every entry below the root, in any order. */
    record Tree(List<Entry> entries) implements NamespaceAnswer {
        @Override
        public String toString() {
            return entries.stream().map(NamespaceAnswer::show).toList().toString();
        }
    }

    private static String show(Entry entry) {
        return entry == null ? "nothing" : entry.parent() + "/" + entry.name() + " = " + show(entry.attributes());
    }

    private static String show(Attributes a) {
        return a.type() + " " + a.inode() + " (links " + a.linkCount() + ", mode " + Integer.toOctalString(a.mode())
                + ", size " + a.size() + ")";
    }
}

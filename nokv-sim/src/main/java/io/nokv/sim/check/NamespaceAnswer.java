package io.nokv.sim.check;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Reason;
import java.util.List;

/** What the namespace told a client. */
public sealed interface NamespaceAnswer {
    record Changed(MutationResult result) implements NamespaceAnswer {}

    record Transacted(List<MutationResult> results) implements NamespaceAnswer {}

    record Refused(Reason reason) implements NamespaceAnswer {}

    record Found(Entry entry) implements NamespaceAnswer {}

    record Attributed(Attributes attributes) implements NamespaceAnswer {}

    /** In name order. */
    record Listed(List<Entry> entries) implements NamespaceAnswer {}

    /** Every entry below the root, in any order. */
    record Tree(List<Entry> entries) implements NamespaceAnswer {}
}

package io.nokv.server.imports;

import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Namespace;
import java.util.Iterator;
import java.util.List;

/** The entries that a directory of the namespace has, asked for in ascending order of names; reads pages as it goes. */
final class ExistingEntries {
    private static final int PAGE = 1_000;

    private final Namespace namespace;
    private final String mount;
    private final long directory;
    private final long version;
    private Iterator<Entry> page = List.<Entry>of().iterator();
    private FileName after;
    private boolean ended;
    private Entry ahead;

    ExistingEntries(Namespace namespace, String mount, long directory) {
        this.namespace = namespace;
        this.mount = mount;
        this.directory = directory;
        this.version = namespace.readVersion();
    }

    /** The entry of this name, or null. Names must come in ascending order. */
    Entry find(FileName name) {
        while (true) {
            if (ahead == null) {
                ahead = next();
                if (ahead == null) {
                    return null;
                }
            }
            int order = ahead.name().compareTo(name);
            if (order > 0) {
                return null;
            }
            Entry candidate = ahead;
            ahead = null;
            if (order == 0) {
                return candidate;
            }
        }
    }

    private Entry next() {
        while (!page.hasNext()) {
            if (ended) {
                return null;
            }
            DirPage read = namespace.readDirPlus(mount, directory, after, PAGE, version);
            page = read.entries().iterator();
            after = read.next();
            ended = after == null;
        }
        return page.next();
    }
}

package io.nokv.sql.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.NameEscapes;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.Reason;
import io.nokv.sql.error.SqlState;

/** A path as SQL writes it: {@code /a/b} in the session's mount, or {@code mount:/a/b}; names are escaped as everywhere. */
record NamespacePath(String mount, String path) {
    static NamespacePath parse(String text, String defaultMount) {
        if (text.startsWith("/")) {
            return new NamespacePath(defaultMount, text);
        }
        int colon = text.indexOf(":/");
        if (colon <= 0) {
            throw SqlState.INVALID_PARAMETER.failure("a path is /a/b or mount:/a/b, not '" + text + "'");
        }
        return new NamespacePath(text.substring(0, colon), text.substring(colon + 1));
    }

    /** INVALID_NAME for a backslash that begins no escape. */
    Entry lookup(NamespaceView view, boolean followLast) {
        return view.lookupPath(mount, NameEscapes.unescape(path), followLast);
    }

    /** The directory the path leads to. */
    Entry directory(NamespaceView view) {
        Entry entry = lookup(view, true);
        if (!entry.attributes().isDirectory()) {
            throw new NamespaceException(Reason.NOT_A_DIRECTORY, "not a directory: " + this);
        }
        return entry;
    }

    /** As names are shown, and without a '/' at the end, so that {@code base() + "/" + name} is a path. */
    String base() {
        String shown = path.indexOf('\\') < 0 ? path : NameEscapes.escape(NameEscapes.unescape(path));
        int end = shown.length();
        while (end > 0 && shown.charAt(end - 1) == '/') {
            end--;
        }
        return shown.substring(0, end);
    }

    @Override
    public String toString() {
        return mount + ":" + path;
    }
}

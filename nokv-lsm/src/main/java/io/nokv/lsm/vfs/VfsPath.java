package io.nokv.lsm.vfs;

import io.nokv.base.error.NokvException;

/** The grammar of paths: names joined by '/', none of them empty, "." or ".."; the empty path is the root. */
final class VfsPath {
    private VfsPath() {}

    /** {@code path} itself; INVALID_ARGUMENT when it breaks the grammar. */
    static String checked(String path) {
        if (path.isEmpty()) {
            return path;
        }
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
                throw NokvException.invalid("not a path of this file system: '" + path + "'");
            }
        }
        return path;
    }

    /** Everything before the last '/', or the root. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** Everything after the last '/'. */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}

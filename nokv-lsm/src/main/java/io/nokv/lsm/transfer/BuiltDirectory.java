package io.nokv.lsm.transfer;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;

/**
 * A directory that appears as a whole or not at all. Filled under a temporary name inside the store's directory, it is
 * renamed when it is complete. Used by one flow.
 */
final class BuiltDirectory implements AutoCloseable {
    private static final String SUFFIX = ".building";

    private final Vfs vfs;
    private final String store;
    private final String target;
    private final String path;
    private boolean complete;

    /**
     * @param store the directory of the store, which holds the temporary name
     * @param target must not exist; FILE_EXISTS otherwise
     * @param number makes the temporary name unique
     */
    BuiltDirectory(Vfs vfs, String store, String target, long number) {
        this.vfs = vfs;
        this.store = store;
        this.target = target;
        this.path = in(store, String.format("%06d", number) + SUFFIX);
        if (target.isEmpty() || vfs.exists(target)) {
            throw new NokvException(FailureCode.FILE_EXISTS, target + ": the directory exists already");
        }
        vfs.makeDirectories(path);
    }

    static String in(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** Where its files go until {@link #appear()}. */
    String path() {
        return path;
    }

    /**
     * Makes all names in it durable and gives it its own name, durably. What the files hold is the caller's to sync. When
     * syncing that name fails, the directory may be there all the same, whole.
     */
    void appear() {
        vfs.syncDir(path);
        String parent = parent(target);
        vfs.makeDirectories(parent);
        for (String at = parent; !at.isEmpty();) {
            at = parent(at);
            vfs.syncDir(at);
        }
        vfs.rename(path, target);
        // Whole from here on: taking it back file by file would leave a part of it when the power goes.
        complete = true;
        vfs.syncDir(parent);
        vfs.syncDir(store);
    }

    /** Removes what is there unless it appeared; what cannot be removed is left to the next opening of the store. */
    @Override
    public void close() {
        if (!complete) {
            try {
                remove(vfs, path);
            } catch (NokvException _) {
                return;
            }
        }
    }

    private static void remove(Vfs vfs, String directory) {
        if (vfs.exists(directory)) {
            vfs.list(directory).forEach(name -> vfs.delete(in(directory, name)));
            vfs.delete(directory);
        }
    }

    /** Removes the buildings of earlier lives from {@code store}. */
    static void removeLeftovers(Vfs vfs, String store) {
        for (String name : vfs.list(store)) {
            if (name.endsWith(SUFFIX)) {
                remove(vfs, in(store, name));
            }
        }
    }
}

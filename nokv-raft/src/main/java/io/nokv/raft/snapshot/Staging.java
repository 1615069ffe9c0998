package io.nokv.raft.snapshot;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsIo;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The names in the directory of a transfer. {@code out-*} are exports of this life; {@code in-*} what is being fetched, each
 * with its manifest beside it in {@code in-*.files}. Methods that touch the disk wait for it.
 */
final class Staging {
    private static final String OUT = "out-";
    private static final String IN = "in-";
    private static final String MANIFEST = ".files";
    private static final String TEMPORARY = ".tmp";

    private final Vfs vfs;
    private final String root;
    private final AtomicLong exports = new AtomicLong();

    Staging(Vfs vfs, String root) {
        this.vfs = vfs;
        this.root = root;
    }

    Vfs vfs() {
        return vfs;
    }

    /**
     * Removes what earlier lives left and nobody can use: exports, whose offers ended with their process, and what was
     * fetched without a manifest. Returns what may still be of use.
     */
    List<String> clean() {
        vfs.makeDirectories(root);
        for (String at = root; !at.isEmpty();) {
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
            vfs.syncDir(at);
        }
        List<String> names = vfs.list(root);
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            String path = root + "/" + name;
            if (name.endsWith(MANIFEST)) {
                if (!names.contains(name.substring(0, name.length() - MANIFEST.length()))) {
                    vfs.delete(path);
                }
            } else if (name.startsWith(IN) && names.contains(name + MANIFEST)) {
                kept.add(path);
            } else if (name.startsWith(IN) && name.endsWith(TEMPORARY)) {
                vfs.delete(path);
            } else if (name.startsWith(OUT) || name.startsWith(IN)) {
                removeTree(path);
            }
        }
        vfs.syncDir(root);
        return kept;
    }

    String newExport(long regionId) {
        return root + "/" + OUT + regionId + "-" + exports.incrementAndGet();
    }

    String incoming(long fromStore, long offer) {
        return root + "/" + IN + fromStore + "-" + HexFormat.of().toHexDigits(offer);
    }

    /** The manifest of what is in {@code directory}, or null when there is none that can be used. */
    Manifest manifest(String directory) {
        try {
            return Manifest.decode(VfsIo.readAll(vfs, directory + MANIFEST));
        } catch (NokvException e) {
            if (e.code() == FailureCode.FILE_NOT_FOUND || e.code() == FailureCode.CORRUPTION) {
                return null;
            }
            throw e;
        }
    }

    /** Begins {@code directory} anew. */
    void begin(String directory, Manifest manifest) {
        removeTree(directory);
        vfs.makeDirectories(directory);
        VfsIo.replace(vfs, root, directory.substring(root.length() + 1) + MANIFEST, manifest.encode());
    }

    /** Makes the names durable; what the files hold is durable already. */
    void syncNames(String directory) {
        vfs.syncDir(directory);
        vfs.syncDir(root);
    }

    /** Removes a directory of either kind, manifest included. */
    void remove(String directory) {
        removeTree(directory);
        for (String file : List.of(directory + MANIFEST, directory + MANIFEST + TEMPORARY)) {
            if (vfs.exists(file)) {
                vfs.delete(file);
            }
        }
    }

    /** As {@link #remove}; what cannot be removed now is left to the next opening. */
    void removeIfPossible(String directory) {
        try {
            remove(directory);
        } catch (NokvException _) {
            return;
        }
    }

    private void removeTree(String directory) {
        if (vfs.exists(directory)) {
            vfs.list(directory).forEach(name -> vfs.delete(directory + "/" + name));
            vfs.delete(directory);
        }
    }
}

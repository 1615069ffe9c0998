package io.nokv.server.imports;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The directory of the namespace that takes the entries. */
final class TargetDirectory {
    private TargetDirectory() {}

    /** Its inode; makes it and its parents (mode 0755) where they are missing. NOT_A_DIRECTORY. */
    static long make(Namespace namespace, String mount, byte[] path) {
        long inode = Namespace.ROOT_INODE;
        for (byte[] component : components(path)) {
            FileName name = FileName.of(component);
            Entry entry = namespace.batchLookup(mount, inode, List.of(name), 0).getFirst();
            if (entry == null) {
                entry = create(namespace, mount, inode, name);
            }
            if (!entry.attributes().isDirectory()) {
                throw new NamespaceException(Reason.NOT_A_DIRECTORY,
                        name + " in the target path is no directory in mount " + mount);
            }
            inode = entry.inode();
        }
        return inode;
    }

    private static Entry create(Namespace namespace, String mount, long parent, FileName name) {
        try {
            return namespace.apply(new Mutation.Create(mount, parent, name, NewInode.directory(0755)), null).entry();
        } catch (NamespaceException e) {
            if (e.reason() != Reason.ALREADY_EXISTS) {
                throw e;
            }
            return namespace.lookup(mount, parent, name, 0);
        }
    }

    private static List<byte[]> components(byte[] path) {
        List<byte[]> components = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                if (i > start) {
                    components.add(Arrays.copyOfRange(path, start, i));
                }
                start = i + 1;
            }
        }
        return components;
    }
}

package io.nokv.examples;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.client.NamespaceClient;
import java.io.PrintStream;
import java.util.List;

/**
 * What an object gateway does with an upload: the name is reserved while bytes arrive, and becomes visible under its own
 * name with its final size in one step, replacing what was there. A reader sees the old object or the new one, nothing else.
 */
public final class UploadGateway {
    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;

    private UploadGateway() {}

    public static void main(String[] arguments) {
        if (arguments.length != 6) {
            System.err.println("arguments: HOST PORT MOUNT BUCKET OBJECT SIZE");
            System.exit(2);
        }
        try (NamespaceClient client = NamespaceClient.connect(arguments[0], Integer.parseInt(arguments[1]))) {
            run(client, arguments[2], arguments[3], arguments[4], Long.parseLong(arguments[5]), System.out);
        }
    }

    static void run(Namespace namespace, String mount, String bucket, String object, long size, PrintStream out) {
        long directory = bucket(namespace, mount, FileName.of(bucket));
        FileName name = FileName.of(object);
        FileName part = FileName.of("." + object + ".part");
        namespace.apply(new Mutation.Create(mount, directory, part, NewInode.file(FILE_MODE)), null);
        // Here the gateway stores the bytes, wherever it keeps them.
        Entry reserved = namespace.lookup(mount, directory, part, 0);
        List<MutationResult> published = namespace.transact(
                List.of(new Mutation.SetAttr(mount, reserved.inode(), null, null, null, size, null, null, null),
                        new Mutation.Rename(mount, directory, part, mount, directory, name, RenameMode.REPLACE)),
                null);
        Entry replaced = published.getLast().replaced();
        out.println(bucket + "/" + object + " is inode " + reserved.inode() + " with " + size + " bytes"
                + (replaced == null ? "" : ", replacing inode " + replaced.inode()));
    }

    private static long bucket(Namespace namespace, String mount, FileName name) {
        try {
            return namespace.apply(
                    new Mutation.Create(mount, Namespace.ROOT_INODE, name, NewInode.directory(DIRECTORY_MODE)), null)
                    .entry().inode();
        } catch (NamespaceException e) {
            if (e.reason() != Reason.ALREADY_EXISTS) {
                throw e;
            }
            return namespace.lookup(mount, Namespace.ROOT_INODE, name, 0).inode();
        }
    }
}

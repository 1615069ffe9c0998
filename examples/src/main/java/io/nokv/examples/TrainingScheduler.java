package io.nokv.examples;

import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.client.NamespaceClient;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a training run one stable version of its dataset, whatever is written to it meanwhile, and waits for the first
 * checkpoint that appears in the run's directory.
 */
public final class TrainingScheduler {
    private static final int PAGE = 1_000;
    private static final int WINDOW_EVENTS = 1_000;

    private TrainingScheduler() {}

    public static void main(String[] arguments) {
        if (arguments.length != 5) {
            System.err.println("arguments: HOST PORT MOUNT DATASET-PATH CHECKPOINT-PATH");
            System.exit(2);
        }
        try (NamespaceClient client = NamespaceClient.connect(arguments[0], Integer.parseInt(arguments[1]))) {
            run(client, arguments[2], arguments[3], arguments[4], () -> {}, System.out);
        }
    }

    /** @param training what happens while the snapshot is held and the directory is watched */
    static void run(Namespace namespace, String mount, String dataset, String checkpoints, Runnable training,
            PrintStream out) {
        Entry root = namespace.lookupPath(mount, utf8(dataset), true, 0);
        SnapshotInfo version = namespace.snapshotSubtree(mount, root.inode(), "training run");
        try {
            List<Entry> shards = list(namespace, mount, root.inode(), version.readVersion());
            out.println("dataset version " + version.readVersion() + " has " + shards.size() + " shards");
            long directory = namespace.lookupPath(mount, utf8(checkpoints), true, 0).inode();
            try (Namespace.Watch watch = namespace.watch(mount, directory, 0, WINDOW_EVENTS)) {
                training.run();
                // Shards that were added meanwhile are not in this run's version.
                out.println("the run still sees "
                        + list(namespace, mount, root.inode(), version.readVersion()).size() + " shards");
                WatchEvent event = watch.next(60_000);
                out.println(event == null
                        ? "no checkpoint within a minute"
                        : "checkpoint " + event.name() + " (" + event.kind() + ")");
            }
        } finally {
            namespace.retireSnapshot(mount, root.inode(), version.readVersion());
        }
    }

    private static List<Entry> list(Namespace namespace, String mount, long directory, long version) {
        List<Entry> entries = new ArrayList<>();
        FileName after = null;
        do {
            DirPage page = namespace.readDirPlus(mount, directory, after, PAGE, version);
            entries.addAll(page.entries());
            after = page.next();
        } while (after != null);
        return entries;
    }

    private static byte[] utf8(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}

package io.nokv.server.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A client that creates, resizes, renames and unlinks files in a directory of its own until the server is gone, and knows
 * afterwards what must be there: every change that was acknowledged, and the last one or not.
 */
final class Storm implements Runnable {
    private static final String MOUNT = "default";
    private static final int MAX_FILES = 200;

    private final Namespace namespace;
    private final long directory;
    private final AtomicLong acknowledged;
    private final RandomGenerator random;

    /** Sizes by name: after everything that was acknowledged, and after the change on its way as well. */
    private TreeMap<String, Long> certain = new TreeMap<>();
    private TreeMap<String, Long> perhaps = new TreeMap<>();
    private long names;

    Storm(Namespace namespace, String name, AtomicLong acknowledged, long seed) {
        this.namespace = namespace;
        this.acknowledged = acknowledged;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.directory = namespace.apply(new Mutation.Create(MOUNT, Namespace.ROOT_INODE, FileName.of(name),
                NewInode.directory(0755)), null).entry().inode();
    }

    /** Ends with the first failure, which is the end of the server. */
    @Override
    public void run() {
        while (true) {
            perhaps = new TreeMap<>(certain);
            try {
                namespace.apply(next(), null);
            } catch (NamespaceException e) {
                return;
            }
            certain = perhaps;
            acknowledged.incrementAndGet();
        }
    }

    /** Chooses a change and applies it to {@link #perhaps}. */
    private Mutation next() {
        int choice = random.nextInt(10);
        if (certain.isEmpty() || choice < 5 && certain.size() < MAX_FILES) {
            String name = "f" + names++;
            long size = random.nextInt(1_000_000);
            perhaps.put(name, size);
            NewInode file = NewInode.file(0644);
            return new Mutation.Create(MOUNT, directory, FileName.of(name),
                    new NewInode(file.type(), file.mode(), 0, 0, size, 0, null, null));
        }
        String name = new ArrayList<>(certain.keySet()).get(random.nextInt(certain.size()));
        if (choice < 8) {
            String to = random.nextBoolean()
                    ? "r" + names++
                    : new ArrayList<>(certain.keySet())
                            .get(random.nextInt(certain.size()));
            perhaps.put(to, perhaps.remove(name));
            return new Mutation.Rename(MOUNT, directory, FileName.of(name), MOUNT, directory, FileName.of(to),
                    RenameMode.REPLACE);
        }
        perhaps.remove(name);
        return new Mutation.Unlink(MOUNT, directory, FileName.of(name));
    }

    /** Checks the directory after a restart. */
    void verify(Namespace restarted) {
        Map<String, Long> found = new TreeMap<>();
        FileName after = null;
        do {
            DirPage page = restarted.readDirPlus(MOUNT, directory, after, 1_000, 0);
            for (Entry entry : page.entries()) {
                found.put(entry.name().escaped(), entry.attributes().size());
            }
            after = page.next();
        } while (after != null);
        if (!found.equals(perhaps)) {
            assertEquals(certain, found, "neither with nor without the last change: " + differences(found));
        }
        assertTrue(found.size() <= MAX_FILES + 1);
    }

    private List<String> differences(Map<String, Long> found) {
        List<String> differences = new ArrayList<>();
        certain.forEach((name, size) -> {
            if (!size.equals(found.get(name))) {
                differences.add(name + " has " + found.get(name) + " instead of " + size);
            }
        });
        found.forEach((name, size) -> {
            if (!certain.containsKey(name)) {
                differences.add(name + " is there with " + size);
            }
        });
        return differences;
    }
}

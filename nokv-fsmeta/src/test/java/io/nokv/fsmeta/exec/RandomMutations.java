package io.nokv.fsmeta.exec;

import io.nokv.base.port.Entropy;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NewInode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Mutations over a few names and the inodes that were made, so that they meet each other, what is gone, and what is of the
 * wrong kind.
 */
public final class RandomMutations {
    private static final int MANY = 150;
    private static final int REMEMBERED = 400;

    private final Entropy entropy;
    private final String mount;
    private final List<Long> directories = new ArrayList<>(List.of(Namespace.ROOT_INODE));
    private final List<Long> files = new ArrayList<>();

    public RandomMutations(Entropy entropy, String mount) {
        this.entropy = entropy;
        this.mount = mount;
    }

    /** Tells of an inode that was made, to be used in later mutations. */
    public void made(long inode, boolean directory) {
        List<Long> list = directory ? directories : files;
        list.add(inode);
        if (list.size() > REMEMBERED) {
            list.remove(directory ? 1 + entropy.nextInt(REMEMBERED - 1) : entropy.nextInt(REMEMBERED));
        }
    }

    public long directory() {
        // Low positions are older and nearer the root: prefer them, for a tree with some depth and width.
        int bound = entropy.nextInt(directories.size()) + 1;
        return directories.get(entropy.nextInt(bound));
    }

    public long anyInode() {
        int roll = entropy.nextInt(20);
        if (roll == 0) {
            return entropy.nextInt(1 << 26);
        }
        return roll < 8 || files.isEmpty() ? directory() : files.get(entropy.nextInt(files.size()));
    }

    private long parent() {
        return entropy.nextInt(25) == 0 ? anyInode() : directory();
    }

    public FileName name() {
        return FileName.of("n" + (char) ('a' + entropy.nextInt(7)));
    }

    private long size() {
        return entropy.nextInt(3) == 0 ? 0 : entropy.nextInt(1_000);
    }

    private NewInode newInode() {
        NewInode.Times times = entropy.nextInt(10) == 0
                ? new NewInode.Times(entropy.nextInt(100), entropy.nextInt(100), entropy.nextInt(100))
                : null;
        int roll = entropy.nextInt(20);
        int mode = entropy.nextInt(010000);
        if (roll < 8) {
            return new NewInode(FileType.DIRECTORY, mode, entropy.nextInt(3), entropy.nextInt(3), 0, 0, times, null);
        }
        if (roll < 16) {
            return new NewInode(FileType.FILE, mode, entropy.nextInt(3), -1, size(), 0, times, null);
        }
        if (roll < 18) {
            return new NewInode(FileType.SYMLINK, 0777, 0, 0, 0, 0, times, ("t" + entropy.nextInt(1_000)).getBytes(
                    StandardCharsets.UTF_8));
        }
        FileType type = roll == 18 ? FileType.CHAR_DEVICE : FileType.FIFO;
        return new NewInode(type, mode, 0, 0, 0, roll == 18 ? 1 + entropy.nextInt(999) : 0, times, null);
    }

    private Integer maybeInt(int bound) {
        return entropy.nextInt(3) == 0 ? entropy.nextInt(bound) : null;
    }

    private Long maybeLong(int bound) {
        return entropy.nextInt(4) == 0 ? (long) entropy.nextInt(bound) : null;
    }

    /** The next mutation; more of them remove something when {@code inodes} are many. */
    public Mutation next(int inodes) {
        if (inodes > MANY && entropy.nextInt(3) > 0) {
            return entropy.nextInt(2) == 0
                    ? new Mutation.Unlink(mount, directory(), name())
                    : new Mutation.RemoveDir(mount, directory(), name());
        }
        return next();
    }

    public Mutation next() {
        int roll = entropy.nextInt(100);
        if (roll < 30) {
            return new Mutation.Create(mount, parent(), name(), newInode());
        }
        if (roll < 42) {
            return new Mutation.SetAttr(mount, anyInode(), maybeInt(010000), maybeInt(5), maybeInt(5), maybeLong(2_000),
                    maybeLong(1_000), maybeLong(1_000), maybeLong(1_000));
        }
        if (roll < 52) {
            return new Mutation.Link(mount, anyInode(), parent(), name());
        }
        if (roll < 66) {
            return new Mutation.Unlink(mount, parent(), name());
        }
        if (roll < 76) {
            return new Mutation.RemoveDir(mount, parent(), name());
        }
        int mode = entropy.nextInt(6);
        Mutation.RenameMode how = mode == 0
                ? Mutation.RenameMode.NO_REPLACE
                : mode == 1 ? Mutation.RenameMode.EXCHANGE : Mutation.RenameMode.REPLACE;
        return new Mutation.Rename(mount, parent(), name(), mount, parent(), name(), how);
    }
}

package io.nokv.server.imports;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.server.imports.ImportOptions.FileId;
import io.nokv.server.posix.FileStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Decides what one entry of the source needs in the namespace and adds the steps to a batch. */
final class EntryPlanner {
    /** A further name of a file whose first name is in a batch that has not happened yet. */
    private record WaitingLink(SourceDirectory directory, FileName name, HardLinks.Target target, FileStatus status) {}

    private final String mount;
    private final Tally tally;
    private final HardLinks links = new HardLinks();
    private final Map<ImportBatch, List<WaitingLink>> waiting = new LinkedHashMap<>();
    private final Deque<WaitingLink> ready = new ArrayDeque<>();

    EntryPlanner(String mount, Tally tally) {
        this.mount = mount;
        this.tally = tally;
    }

    /**
     * Plans one entry.
     *
     * @param existing what the namespace has under the name, or null
     * @param descend takes a subdirectory once its inode is known
     */
    void plan(DirectoryScan scan, byte[] rawName, FileStatus status, Entry existing, ImportBatch batch,
            Consumer<SourceDirectory> descend) {
        FileName name = FileName.of(rawName);
        SourceDirectory directory = scan.directory;
        if (existing != null && existing.attributes().type() != status.type()
                && (existing.attributes().isDirectory() || status.type() == FileType.DIRECTORY)) {
            tally.failed(directory.shown() + ": " + name + " is a " + status.type() + " in the source and a "
                    + existing.attributes().type() + " in the namespace; left as it is");
            return;
        }
        if (status.type() == FileType.DIRECTORY) {
            planDirectory(directory, rawName, name, status, existing, batch, descend);
            return;
        }
        byte[] target = status.type() == FileType.SYMLINK ? scan.readLink(rawName) : null;
        HardLinks.Target known = status.linkCount() > 1 ? links.next(FileId.of(status)) : null;
        tally.entry(status, known != null);
        if (known != null) {
            planFurtherName(directory, name, status, existing, known, batch);
        } else {
            planFile(directory, name, status, target, existing, batch);
        }
    }

    private void planDirectory(SourceDirectory parent, byte[] rawName, FileName name, FileStatus status, Entry existing,
            ImportBatch batch, Consumer<SourceDirectory> descend) {
        tally.entry(status, false);
        if (existing != null) {
            boolean dirty = differs(existing.attributes(), status);
            if (dirty) {
                tally.updated();
            } else {
                tally.unchanged();
            }
            descend.accept(new SourceDirectory(parent, rawName, status, existing.inode(), false, dirty));
            return;
        }
        tally.created();
        batch.touches(parent);
        parent.dirty = true;
        batch.add(new Mutation.Create(mount, parent.inode, name, newInode(status, null)),
                result -> descend.accept(
                        new SourceDirectory(parent, rawName, status, result.entry().inode(), true, false)));
    }

    private void planFile(SourceDirectory directory, FileName name, FileStatus status, byte[] target, Entry existing,
            ImportBatch batch) {
        if (existing != null) {
            Attributes attributes = existing.attributes();
            boolean same = attributes.type() == status.type() && attributes.rdev() == status.rdev()
                    && Arrays.equals(attributes.target(), target)
                    && mayStandFor(attributes, status);
            if (same) {
                if (status.linkCount() > 1) {
                    links.found(FileId.of(status), status.linkCount(), attributes.inode());
                }
                if (differs(attributes, status)) {
                    tally.updated();
                    batch.add(setAttributes(attributes.inode(), status), null);
                } else {
                    tally.unchanged();
                }
                return;
            }
            tally.updated();
            unlink(directory, name, existing.attributes(), batch);
        } else {
            tally.created();
        }
        batch.touches(directory);
        directory.dirty = true;
        Mutation create = new Mutation.Create(mount, directory.inode, name, newInode(status, target));
        if (status.linkCount() > 1) {
            HardLinks.Target made = links.created(FileId.of(status), status.linkCount(), batch, batch.size());
            batch.add(create, result -> made.inode = result.entry().inode());
        } else {
            batch.add(create, null);
        }
    }

    /** Not when other names of the inode belong to other files of the source: a change to it would show under those. */
    private boolean mayStandFor(Attributes attributes, FileStatus status) {
        return attributes.linkCount() <= 1
                || status.linkCount() > 1 && links.claim(status, attributes.inode());
    }

    private void planFurtherName(SourceDirectory directory, FileName name, FileStatus status, Entry existing,
            HardLinks.Target target, ImportBatch batch) {
        if (existing != null) {
            if (existing.inode() == target.inode) {
                tally.unchanged();
                return;
            }
            tally.updated();
            directory.dirty = true;
            batch.touches(directory);
            unlink(directory, name, existing.attributes(), batch);
        } else {
            tally.created();
        }
        directory.dirty = true;
        if (target.inode != 0) {
            link(directory, name, target.inode, status, batch);
        } else if (target.batch == batch) {
            link(directory, name, Mutation.resultOf(target.step), status, batch);
        } else {
            directory.outstanding++;
            waiting.computeIfAbsent(target.batch, _ -> new ArrayList<>())
                    .add(new WaitingLink(directory, name, target, status));
        }
    }

    /** Makes the links that waited for {@code happened} ready. */
    void settle(ImportBatch happened) {
        List<WaitingLink> links = waiting.remove(happened);
        if (links != null) {
            ready.addAll(links);
        }
    }

    /** Adds one link that is ready to {@code batch}; false when there is none. */
    boolean addReadyLink(ImportBatch batch) {
        WaitingLink link = ready.poll();
        if (link == null) {
            return false;
        }
        link(link.directory, link.name, link.target.inode, link.status, batch);
        link.directory.outstanding--;
        return true;
    }

    boolean hasReadyLinks() {
        return !ready.isEmpty();
    }

    private void link(SourceDirectory directory, FileName name, long inode, FileStatus status, ImportBatch batch) {
        batch.touches(directory);
        batch.add(new Mutation.Link(mount, inode, directory.inode, name), null);
        // A further name changes ctime; the source's stands.
        batch.add(new Mutation.SetAttr(mount, inode, null, null, null, null, null, null, status.ctimeNs()), null);
    }

    private void unlink(SourceDirectory directory, FileName name, Attributes attributes, ImportBatch batch) {
        batch.add(new Mutation.Unlink(mount, directory.inode, name), null);
        if (attributes.linkCount() > 1) {
            links.disturb(attributes.inode());
        }
    }

    /**
     * Once everything else has happened: brings the ctime of one inode that lost a name back to the source's; false when
     * there is none.
     */
    boolean addRepair(ImportBatch batch) {
        return links.repairOne((inode, status) -> batch.add(setAttributes(inode, status), null));
    }

    boolean hasRepairs() {
        return links.hasDisturbed();
    }

    /** Brings the attributes of a directory to those of the source, after its last entry. */
    Mutation finish(SourceDirectory directory) {
        return setAttributes(directory.inode, directory.status);
    }

    private Mutation.SetAttr setAttributes(long inode, FileStatus status) {
        Long size = status.type() == FileType.SYMLINK ? null : (Long) status.size();
        return new Mutation.SetAttr(mount, inode, status.mode(), status.uid(), status.gid(), size, status.atimeNs(),
                status.mtimeNs(), status.ctimeNs());
    }

    private static NewInode newInode(FileStatus status, byte[] target) {
        long size = target == null ? status.size() : target.length;
        return new NewInode(status.type(), status.mode(), status.uid(), status.gid(), size, status.rdev(),
                new NewInode.Times(status.atimeNs(), status.mtimeNs(), status.ctimeNs()), target);
    }

    static boolean differs(Attributes attributes, FileStatus status) {
        return attributes.mode() != status.mode() || attributes.uid() != status.uid()
                || attributes.gid() != status.gid() || attributes.size() != status.size()
                || attributes.mtimeNs() != status.mtimeNs() || attributes.ctimeNs() != status.ctimeNs();
    }
}

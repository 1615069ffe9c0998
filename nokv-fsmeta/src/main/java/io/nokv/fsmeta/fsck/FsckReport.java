package io.nokv.fsmeta.fsck;

/**
 * What was looked at.
 *
 * @param version at which
 * @param bytes the sum of the sizes of all inodes
 * @param findings how many there were
 */
public record FsckReport(long version, long mounts, long directories, long inodes, long entries, long bytes,
        long findings) {
    public boolean clean() {
        return findings == 0;
    }
}

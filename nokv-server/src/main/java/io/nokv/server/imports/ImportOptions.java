package io.nokv.server.imports;

import io.nokv.server.posix.FileStatus;
import java.util.Set;

/**
 * What to import and how.
 *
 * @param source path of a directory, as the operating system takes it
 * @param mount registered when it does not exist
 * @param target path of the directory in the mount that takes the source's entries; made when it does not exist
 * @param oneFileSystem leaves out what lies below mount points inside the source
 * @param excluded directories that are left out with everything below
 * @param stepsPerTransaction 1 to 5,000
 * @param inFlight transactions on their way at once, at least 1
 */
public record ImportOptions(byte[] source, String mount, byte[] target, boolean oneFileSystem, Set<FileId> excluded,
        int stepsPerTransaction, int inFlight) {
    /** Which file it is, on this machine. */
    public record FileId(long device, long inode) {
        public static FileId of(FileStatus status) {
            return new FileId(status.device(), status.inode());
        }
    }

    public ImportOptions {
        if (stepsPerTransaction < 1 || stepsPerTransaction > 5_000) {
            throw new IllegalArgumentException("steps per transaction: " + stepsPerTransaction);
        }
        if (inFlight < 1) {
            throw new IllegalArgumentException("transactions in flight: " + inFlight);
        }
    }

    /** The whole of {@code source} into the root of {@code mount}. */
    public static ImportOptions of(byte[] source, String mount) {
        return new ImportOptions(source, mount, new byte[]{'/'}, false, Set.of(), 1_000, 4);
    }
}

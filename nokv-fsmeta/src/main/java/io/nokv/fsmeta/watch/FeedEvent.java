package io.nokv.fsmeta.watch;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.WatchEvent;

/**
 * An event before its commit gave it a version and a cursor.
 *
 * @param name null when it concerns the directory itself
 * @param otherDirectory 0 unless it is a rename
 * @param otherName null unless it is a rename
 */
public record FeedEvent(WatchEvent.Kind kind, long mount, String mountName, long directory, FileName name, long inode,
        long otherDirectory, FileName otherName) {
    WatchEvent at(long cursor, long version) {
        return new WatchEvent(cursor, version, kind, mountName, directory, name, inode, otherDirectory, otherName);
    }
}

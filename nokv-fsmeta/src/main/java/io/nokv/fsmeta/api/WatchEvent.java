package io.nokv.fsmeta.api;

/**
 * A change in one directory. {@code cursor} grows from event to event; resume after it.
 *
 * @param name the entry concerned; null when attributes of the directory itself changed
 * @param otherParent for a rename the directory at the other end, else 0
 * @param otherName for a rename the name at the other end, else null
 */
public record WatchEvent(long cursor, long version, Kind kind, String mount, long parent, FileName name, long inode,
        long otherParent, FileName otherName) {
    public enum Kind {
        CREATED, REMOVED, LINKED, CHANGED, RENAMED_FROM, RENAMED_TO
    }
}

package io.nokv.fsmeta.api;

import java.util.List;

/** As {@link DirPage}, without attributes. */
public record NamePage(List<Item> items, FileName next, long version) {
    public record Item(FileName name, long inode, FileType type) {}
}

package io.nokv.fsmeta.api;

import java.util.List;

/** Consecutive entries of a directory in name order. {@code next} null: the directory ends here; else pass it as {@code after}. */
public record DirPage(List<Entry> entries, FileName next, long version) {}

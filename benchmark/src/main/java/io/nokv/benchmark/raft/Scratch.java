package io.nokv.benchmark.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is emptied at first and removed at the end. */
final class Scratch implements AutoCloseable {
    private final Path directory;

    Scratch(Path directory) throws IOException {
        this.directory = directory;
        clear();
        Files.createDirectories(directory);
    }

    private void clear() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        clear();
    }
}

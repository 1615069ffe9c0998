package io.nokv.server.cli;

import io.nokv.server.imports.SourceCount;
import io.nokv.server.imports.TreeImport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Shows how an import goes: a bar that moves on a terminal, a line every few seconds elsewhere. Close it when done. */
final class ImportProgress implements AutoCloseable {
    private static final long TERMINAL_MILLIS = 100;
    private static final long PLAIN_MILLIS = 5_000;
    private static final int BAR = 28;
    private static final int PATH = 40;

    private final Terminal terminal;
    private final TreeImport work;
    private final SourceCount count;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread painter;
    private final long startNanos = System.nanoTime();

    ImportProgress(Terminal terminal, TreeImport work, byte[] source) {
        this.terminal = terminal;
        this.work = work;
        this.count = new SourceCount(source);
        if (terminal.interactiveOutput()) {
            Thread.ofPlatform().daemon().name("nokv-count").start(count);
        }
        painter = Thread.ofPlatform().daemon().name("nokv-progress").start(this::paint);
    }

    private void paint() {
        long pause = terminal.interactiveOutput() ? TERMINAL_MILLIS : PLAIN_MILLIS;
        try {
            while (!done.await(pause, TimeUnit.MILLISECONDS)) {
                if (terminal.interactiveOutput()) {
                    terminal.err().print("\r\033[K" + bar());
                    terminal.err().flush();
                } else {
                    terminal.err().println("importing: " + numbers());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String bar() {
        long entries = work.entriesSoFar();
        long total = count.total();
        StringBuilder line = new StringBuilder();
        if (total > 0) {
            int filled = (int) Math.min(BAR, BAR * entries / total);
            line.append('[').append("=".repeat(filled)).append(" ".repeat(BAR - filled)).append("] ")
                    .append(Math.min(100, 100 * entries / total)).append("%  ");
        }
        return line.append(numbers()).toString();
    }

    private String numbers() {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long entries = work.entriesSoFar();
        String path = work.directoryNow();
        String shown = path.length() <= PATH ? path : "..." + path.substring(path.length() - PATH + 3);
        return "%,d entries, %,.0f/s, %s".formatted(entries, entries / Math.max(seconds, 1e-3), shown);
    }

    @Override
    public void close() {
        done.countDown();
        count.stop();
        try {
            painter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (terminal.interactiveOutput()) {
            terminal.err().print("\r\033[K");
            terminal.err().flush();
        }
    }
}

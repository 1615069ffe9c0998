package io.nokv.server.cli;

import io.nokv.server.imports.ImportReport;
import java.util.Locale;

/** What an import did, for people and for programs. */
final class ImportSummary {
    private ImportSummary() {}

    /** @param databaseBytes what the data directory takes now, or -1 when it is not here */
    static void print(Terminal terminal, ImportReport report, long databaseBytes) {
        for (String warning : report.warnings()) {
            terminal.err().println("warning: " + warning);
        }
        long told = report.warnings().size();
        long all = report.vanished() + report.failed();
        if (all > told) {
            terminal.err().println("warning: and " + (all - told) + " more");
        }
        line(terminal, "%,d entries: %,d directories, %,d files, %,d symlinks, %,d special; %,d further hard links",
                report.entries(), report.directories(), report.files(), report.symlinks(), report.special(),
                report.links());
        line(terminal, "%,d bytes; %,d created, %,d updated, %,d unchanged, %,d excluded, %,d disappeared, %,d failed",
                report.bytes(), report.created(), report.updated(), report.unchanged(), report.excluded(),
                report.vanished(), report.failed());
        line(terminal, "%.2f s, %,.0f entries/s, %,d transactions, peak heap at most %,d MiB",
                report.elapsedNanos() / 1e9, report.entriesPerSecond(), report.transactions(),
                HeapPeak.bytes() >> 20);
        if (databaseBytes >= 0 && report.entries() > 0) {
            line(terminal, "database: %,d bytes, %,d per imported entry", databaseBytes,
                    databaseBytes / report.entries());
        }
    }

    static Table table(ImportReport report, long databaseBytes) {
        Table table = new Table("entries", "directories", "files", "symlinks", "special", "links", "bytes", "created",
                "updated", "unchanged", "excluded", "vanished", "failed", "transactions", "elapsed_ms",
                "database_bytes", "peak_heap_bytes");
        table.row(report.entries(), report.directories(), report.files(), report.symlinks(), report.special(),
                report.links(), report.bytes(), report.created(), report.updated(), report.unchanged(),
                report.excluded(), report.vanished(), report.failed(), report.transactions(),
                report.elapsedNanos() / 1_000_000, databaseBytes < 0 ? null : (Long) databaseBytes, HeapPeak.bytes());
        return table;
    }

    private static void line(Terminal terminal, String format, Object... values) {
        terminal.out().println(String.format(Locale.ROOT, format, values));
    }
}

package io.nokv.examples;

import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.Snapshot;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.RealVfs;
import java.io.PrintStream;
import java.nio.file.Path;

/** The storage engine alone, in one's own process: counts visits per page, and keeps them. */
public final class EmbeddedEngine {
    private EmbeddedEngine() {}

    public static void main(String[] arguments) {
        run(Path.of(arguments.length == 0 ? "visits" : arguments[0]), System.out);
    }

    static void run(Path directory, PrintStream out) {
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine engine = Engine.open("db", EngineOptions.defaults(),
                        new Ports(new SystemClock(), new SystemEntropy(), scheduler, new RealVfs(directory)))) {
            byte[] total = engine.get(Family.DEFAULT, "total".getBytes(), null);
            int visits = total == null ? 1 : Integer.parseInt(new String(total)) + 1;
            engine.write(new WriteBatch() // all of it or nothing, on the disk when this returns
                    .put(Family.DEFAULT, "total".getBytes(), String.valueOf(visits).getBytes())
                    .put(Family.DEFAULT, ("page/" + visits).getBytes(), "seen".getBytes()), Durability.FSYNC);
            try (Snapshot before = engine.snapshot("example");
                    Cursor pages = engine.cursor(Family.DEFAULT, Range.prefix("page/".getBytes()), before)) {
                for (pages.seekToFirst(); pages.isValid(); pages.next()) {
                    out.println(new String(pages.key()) + " " + new String(pages.value()));
                }
            }
            out.println(visits + " visits, " + engine.stats().log().syncs() + " syncs");
        }
    }
}

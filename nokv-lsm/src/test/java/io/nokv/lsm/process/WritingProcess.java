package io.nokv.lsm.process;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Path;

/** Opens the store in its argument and writes, with one thread per ledger, until it is killed; tells each batch it was told of. */
final class WritingProcess {
    static final int WRITERS = 6;

    private WritingProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        ThreadScheduler scheduler = new ThreadScheduler(2);
        Engine engine = Engine.open("db", Ledger.options(),
                TestWorld.ports(new RealVfs(Path.of(arguments[0])), scheduler));
        Thread[] threads = new Thread[WRITERS];
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            threads[writer] = Thread.ofPlatform().start(() -> writeForEver(engine, number));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void writeForEver(Engine engine, int writer) {
        Ledger ledger = new Ledger(writer);
        long n = ledger.batches(engine);
        while (true) {
            ledger.write(engine, ++n);
            String line = writer + " " + n + "\n";
            synchronized (WritingProcess.class) {
                System.out.print(line);
                System.out.flush();
            }
        }
    }
}

package io.nokv.fsmeta.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Runs the same thing on several threads at once. */
final class Together {
    private Together() {}

    /** The i-th answer belongs to {@code action.apply(i)}; all begin together. */
    static <T> List<T> run(int threads, IntFunction<T> action) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<T>> running = new ArrayList<>();
        List<T> answers = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                int number = i;
                running.add(pool.submit(() -> {
                    start.await();
                    return action.apply(number);
                }));
            }
            for (Future<T> future : running) {
                answers.add(future.get());
            }
        }
        return answers;
    }
}

package io.nokv.fsmeta.grpc;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static io.nokv.fsmeta.grpc.Samples.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.WaitFree;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.client.NamespaceClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of many threads over one stream: each gets its own answer, whatever the order. */
class PipelineTest {
    private final RecordingNamespace namespace = new RecordingNamespace();
    private final Served served = new Served(namespace);

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void manyThreadsEachGetTheirOwnAnswers() throws Exception {
        long seed = Long.getLong("nokv.seed", System.nanoTime());
        namespace.answer(call -> switch (call.method()) {
            case "getAttr" -> {
                long inode = (Long) call.arguments().get(1);
                if (inode % 7 == 0) {
                    throw new NamespaceException(Reason.NOT_FOUND, "inode " + inode);
                }
                yield Samples.file(inode);
            }
            case "lookup" -> new Entry(ROOT, (FileName) call.arguments().get(2), Samples.file(9));
            case "apply" -> {
                Mutation.Create create = (Mutation.Create) call.arguments().getFirst();
                Thread.yield();
                yield new MutationResult(((RequestId) call.arguments().get(1)).low(),
                        new Entry(create.parent(), create.name(), Samples.file(1)), null, false);
            }
            default -> throw new AssertionError(call);
        });
        NamespaceClient client = served.client(true);
        int threads = 24;
        int rounds = 400;
        CountDownLatch done = new CountDownLatch(threads);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int t = 0; t < threads; t++) {
            Random random = new Random(seed + t);
            long base = (t + 1) * 1_000_000L;
            Runnable work = () -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        one(client, random, base + i);
                    }
                } catch (Throwable e) {
                    failures.add(e);
                } finally {
                    done.countDown();
                }
            };
            (t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(work);
        }
        assertTrue(done.await(120, TimeUnit.SECONDS), "hangs; seed " + seed);
        assertTrue(failures.isEmpty(), () -> "seed " + seed + ": " + failures);
        assertEquals(1, served.server.metrics().pipelines());
        assertEquals(threads * rounds, namespace.calls.size());
        Gate.await("all to be counted", () -> served.server.metrics().requestsInFlight() == 0);
    }

    private static void one(NamespaceClient client, Random random, long number) {
        switch (random.nextInt(3)) {
            case 0 -> {
                if (number % 7 == 0) {
                    NamespaceException refusal = assertThrows(NamespaceException.class,
                            () -> client.getAttr(MOUNT, number, 0));
                    assertEquals("inode " + number, refusal.getMessage());
                } else {
                    assertEquals(number, client.getAttr(MOUNT, number, 0).inode());
                }
            }
            case 1 -> {
                FileName name = name("n" + number);
                assertEquals(name, client.lookup(MOUNT, ROOT, name, 0).name());
            }
            default -> {
                MutationResult result = client.apply(
                        new Mutation.Create(MOUNT, number, name("f"), NewInode.file(0644)), new RequestId(1, number));
                assertEquals(number, result.version());
                assertEquals(number, result.entry().parent());
            }
        }
    }

    @Test
    void answersOvertakeOneAnother() throws Exception {
        Gate slow = new Gate();
        namespace.answer(call -> {
            if (call.method().equals("apply")) {
                slow.pass();
                return Samples.created("f", 1);
            }
            return Samples.file((Long) call.arguments().get(1));
        });
        NamespaceClient client = served.client(true);
        CompletableFuture<MutationResult> first = client
                .applyAsync(new Mutation.Create(MOUNT, ROOT, name("f"), NewInode.file(0644)), null);
        slow.awaitEntered(1);
        List<CompletableFuture<Attributes>> later = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            later.add(client.getAttrAsync(MOUNT, i, 0));
        }
        for (int i = 1; i <= 500; i++) {
            assertEquals(i, later.get(i - 1).get(60, TimeUnit.SECONDS).inode());
        }
        assertFalse(first.isDone());
        slow.open(1);
        assertEquals("f", first.get(60, TimeUnit.SECONDS).entry().name().toString());
    }

    @Test
    void aReadThatWaitsHoldsUpOnlyWhatCameWithIt() throws Exception {
        Gate stuck = new Gate();
        namespace.answer(call -> {
            if ((Long) call.arguments().get(1) == 1) {
                stuck.pass();
            }
            return Samples.file((Long) call.arguments().get(1));
        });
        NamespaceClient client = served.client(true);
        CompletableFuture<Attributes> first = client.getAttrAsync(MOUNT, 1, 0);
        stuck.awaitEntered(1);
        assertEquals(2, client.getAttr(MOUNT, 2, 0).inode());
        assertFalse(first.isDone());
        stuck.open(1);
        assertEquals(1, first.get(60, TimeUnit.SECONDS).inode());
    }

    @Test
    void aReadThatMustWaitLeavesTheEventLoopAndIsCountedOnce() throws Exception {
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        namespace.answer(call -> {
            threads.add(Thread.currentThread().isVirtual() ? "own" : "loop");
            if ((Long) call.arguments().get(1) == 1) {
                WaitFree.refuse();
            }
            return Samples.file((Long) call.arguments().get(1));
        });
        for (boolean pipelined : new boolean[]{true, false}) {
            NamespaceClient client = served.client(pipelined);
            assertEquals(2, client.getAttr(MOUNT, 2, 0).inode());
            assertEquals(List.of("loop"), List.copyOf(threads));
            assertEquals(1, client.getAttr(MOUNT, 1, 0).inode());
            assertEquals(List.of("loop", "loop", "own"), List.copyOf(threads));
            threads.clear();
        }
        Gate.await("all four to be counted as answered, and nothing else", () -> served.server.metrics().rpcs().stream()
                .anyMatch(s -> s.rpc().equals("GetAttr") && s.succeeded() == 4 && s.inFlight() == 0)
                && served.server.metrics().requestsInFlight() == 0);
    }

    @Test
    void futuresFailWithTheRefusalAndMayMakeCallsThatWait() throws Exception {
        namespace.answer(call -> {
            if (call.method().equals("lookup")) {
                throw new NamespaceException(Reason.NOT_FOUND, "gone");
            }
            return Samples.file((Long) call.arguments().get(1));
        });
        NamespaceClient client = served.client(true);
        CompletionException failed = assertThrows(CompletionException.class,
                () -> client.lookupAsync(MOUNT, ROOT, name("f"), 0).join());
        assertEquals(Reason.NOT_FOUND, assertInstanceOf(NamespaceException.class, failed.getCause()).reason());
        long chained = client.getAttrAsync(MOUNT, 5, 0)
                .thenApply(a -> client.getAttr(MOUNT, a.inode() + 1, 0).inode()).get(60, TimeUnit.SECONDS);
        assertEquals(6, chained);
    }

    @Test
    void aCallbackOnTheClientsOwnThreadIsRefusedTheCallThatWouldHangIt() throws Exception {
        Gate gate = new Gate();
        namespace.answer(call -> {
            gate.pass();
            return Samples.file((Long) call.arguments().get(1));
        });
        NamespaceClient client = served.client(served.options(true).withCallbackExecutor(Runnable::run));
        CompletableFuture<Reason> refusal = client.getAttrAsync(MOUNT, 5, 0).thenApply(
                _ -> assertThrows(NamespaceException.class, () -> client.getAttr(MOUNT, 6, 0)).reason());
        gate.open(1);
        assertEquals(Reason.INVALID_ARGUMENT, refusal.get(60, TimeUnit.SECONDS));
        assertEquals(1, namespace.calls.size());
    }

    @Test
    void aUnaryClientHasFuturesToo() throws Exception {
        namespace.answer(call -> Samples.file((Long) call.arguments().get(1)));
        NamespaceClient client = served.client(false);
        List<CompletableFuture<Attributes>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(client.getAttrAsync(MOUNT, i + 1, 0));
        }
        for (int i = 0; i < 300; i++) {
            assertEquals(i + 1, all.get(i).get(60, TimeUnit.SECONDS).inode());
        }
        assertEquals(0, served.server.metrics().pipelines());
    }
}

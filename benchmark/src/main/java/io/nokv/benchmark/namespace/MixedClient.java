package io.nokv.benchmark.namespace;

import java.util.ArrayDeque;
import java.util.SplittableRandom;

/** 70 % stat by path, 10 % ReadDirPlus of 100, 10 % create, 5 % rename, 5 % unlink, on a directory of its own. */
final class MixedClient {
    private final Session session;
    private final Fixture fixture;
    private final long own;
    private final SplittableRandom random;
    private final ArrayDeque<String> alive = new ArrayDeque<>();

    MixedClient(Session session, Fixture fixture, long own, SplittableRandom random) {
        this.session = session;
        this.fixture = fixture;
        this.own = own;
        this.random = random;
    }

    void step(long n) {
        int dice = random.nextInt(100);
        if (dice < 70) {
            session.statPath(fixture.path(random.nextInt(fixture.leaves().size()), random.nextInt(Fixture.FILES)));
        } else if (dice < 80) {
            session.readDirPlus(fixture.listed(0));
        } else if (dice < 90 || alive.isEmpty()) {
            session.create(own, "f" + n);
            alive.addLast("f" + n);
        } else if (dice < 95) {
            String from = alive.removeFirst();
            session.rename(own, from, own, "r" + n);
            alive.addLast("r" + n);
        } else {
            session.unlink(own, alive.removeFirst());
        }
    }
}

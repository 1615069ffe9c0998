package io.nokv.benchmark.namespace;

import java.util.SplittableRandom;

/** One row of the table: an operation that many clients repeat for a while. */
enum Workload {
    STAT_PATH("stat by path, depth 5", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.statPath(f.path(random.nextInt(f.leaves().size()), random.nextInt(Fixture.FILES))));
        }
    },
    STAT_NAME("stat by parent and name", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.stat(f.leaves().get(random.nextInt(f.leaves().size())),
                    Fixture.file(random.nextInt(Fixture.FILES))));
        }
    },
    STAT_MISSING("stat of a missing name", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return n -> must(!s.stat(f.leaves().get(random.nextInt(f.leaves().size())), "missing-" + n));
        }
    },
    GET_ATTR("getattr by inode", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.getAttr(f.leaves().get(random.nextInt(f.leaves().size()))));
        }
    },
    LIST_100("ReadDirPlus of 100", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.readDirPlus(f.listed(0)) == 100);
        }
    },
    LIST_1000("ReadDirPlus of 1,000", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.readDirPlus(f.listed(1)) == 1_000);
        }
    },
    LIST_10000("ReadDirPlus of 10,000", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.readDirPlus(f.listed(2)) == 10_000);
        }
    },
    MKDIR("mkdir", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            long own = s.mkdir(scratch, "m" + id);
            return n -> s.mkdir(own, "d" + n);
        }
    },
    CREATE_SPREAD("create, a directory per client", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            long own = s.mkdir(scratch, "c" + id);
            return n -> s.create(own, "f" + n);
        }
    },
    CREATE_SHARED("create, one shared directory", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return n -> s.create(scratch, "f" + id + "-" + n);
        }
    },
    RENAME_FILE("rename of a file", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            long from = s.mkdir(scratch, "rf" + id);
            long to = s.mkdir(scratch, "rt" + id);
            s.create(from, "f");
            return n -> {
                if (n % 2 == 0) {
                    s.rename(from, "f", to, "g");
                } else {
                    s.rename(to, "g", from, "f");
                }
            };
        }
    },
    RENAME_DIR("rename of a directory with 10,000 below", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            long from = s.mkdir(scratch, "df" + id);
            long to = s.mkdir(scratch, "dt" + id);
            long moved = s.mkdir(from, "d");
            java.util.List<String> names = new java.util.ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                names.add(Fixture.file(i));
            }
            s.createMany(moved, names);
            return n -> {
                if (n % 2 == 0) {
                    s.rename(from, "d", to, "e");
                } else {
                    s.rename(to, "e", from, "d");
                }
            };
        }
    },
    LINK("link", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            long own = s.mkdir(scratch, "l" + id);
            s.create(own, "target");
            long file = s.find(own, "target");
            return n -> s.link(file, own, "n" + n);
        }
    },
    UNLINK("unlink", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            long own = s.mkdir(scratch, "u" + id);
            java.util.List<String> names = new java.util.ArrayList<>();
            for (int i = 0; i < UNLINK_FILES; i++) {
                names.add(Fixture.file(i));
            }
            s.createMany(own, names);
            return n -> s.unlink(own, Fixture.file((int) n));
        }
    },
    WALK("subtree walk of 10,824", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.walk("/tree") == Fixture.TREE_ENTRIES);
        }
    },
    DU("du of 10,824", false) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return _ -> must(s.du("/tree") == 0);
        }
    },
    MIXED("mixed 70/10/10/5/5", true) {
        @Override
        Client client(Session s, Fixture f, long scratch, int id, SplittableRandom random) {
            return new MixedClient(s, f, s.mkdir(scratch, "x" + id), random)::step;
        }
    };

    /** More than one client can remove in the measured time. */
    static final int UNLINK_FILES = 15_000;

    /** One client's loop body. */
    interface Client {
        /** @param n counts this client's operations from 0 */
        void step(long n);
    }

    final String title;
    final boolean changes;

    /** Whether one operation is one small question and one small answer: comparable with an echo. */
    final boolean unary;

    Workload(String title, boolean changes) {
        this.title = title;
        this.changes = changes;
        unary = title.startsWith("stat") || title.startsWith("getattr");
    }

    /** Prepares one client; {@code scratch} is a fresh directory for this cell, {@code id} the client's number. */
    abstract Client client(Session session, Fixture fixture, long scratch, int id, SplittableRandom random);

    /** The most operations one client may do; Long.MAX_VALUE when it never runs out. */
    long limit() {
        return this == UNLINK ? UNLINK_FILES : Long.MAX_VALUE;
    }

    private static void must(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("a target gave a wrong answer");
        }
    }
}

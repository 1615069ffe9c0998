package io.nokv.base.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A value that arrives once. The single place where code below the server waits: {@link #await()} parks the calling
 * flow at the {@link Waiter} its {@link Scheduler} supplies. Thread-safe; completion happens-before every return of
 * {@code await} and every listener.
 *
 * @param <T> the value; null is allowed
 */
public final class Promise<T> {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Promise.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private sealed interface Listener permits Parked, Callback {
        Listener next();
    }

    private record Parked(Waiter waiter, Listener next) implements Listener {}

    private record Callback(BiConsumer<Object, Throwable> action, Listener next) implements Listener {}

    private record Done(Object value, Throwable failure) {}

    private final Scheduler scheduler;
    /** Hears what listeners throw; null: whoever settles the promise does. */
    private final Consumer<RuntimeException> broken;

    /** Null (nobody waits), a {@link Listener} chain, or {@link Done}. */
    private volatile Object state;

    Promise(Scheduler scheduler, Consumer<RuntimeException> broken) {
        this.scheduler = scheduler;
        this.broken = broken;
    }

    /** Delivers {@code value}; false when the promise was settled before (then nothing changes). */
    public boolean complete(T value) {
        return settle(new Done(value, null));
    }

    /** Delivers a failure, rethrown as it is by {@link #await()}; false when the promise was settled before. */
    public boolean fail(Throwable failure) {
        return settle(new Done(null, failure));
    }

    public boolean isDone() {
        return state instanceof Done;
    }

    /**
     * Waits until settled. A scheduler may refuse to let its current thread wait, then what it throws comes out. Unchecked failures are rethrown with a stack trace of the completer.
     */
    @SuppressWarnings("unchecked")
    public T await() {
        Object seen = state;
        if (!(seen instanceof Done)) {
            Waiter waiter = scheduler.currentWaiter();
            if (addListener(next -> new Parked(waiter, next))) {
                while (!(state instanceof Done)) {
                    waiter.park();
                }
            }
            seen = state;
        }
        Done done = (Done) seen;
        if (done.failure != null) {
            throw Promise.<RuntimeException>sneak(done.failure);
        }
        return (T) done.value;
    }

    /**
     * Runs {@code action} with (value, null) or (null, failure) once settled, on the settling flow or at once. What it
     * throws reaches whoever settles the promise, after every other waiter and listener was served; or whoever the promise was
     * {@linkplain Scheduler#promise(Consumer) made} to tell instead. From a promise that is settled already, it comes out here.
     */
    @SuppressWarnings("unchecked")
    public void whenDone(BiConsumer<? super T, Throwable> action) {
        BiConsumer<Object, Throwable> untyped = (BiConsumer<Object, Throwable>) (BiConsumer<?, ?>) action;
        if (!addListener(next -> new Callback(untyped, next))) {
            Done done = (Done) state;
            untyped.accept(done.value, done.failure);
        }
    }

    private interface Link {
        Listener onto(Listener next);
    }

    /** False when the promise is already settled. */
    private boolean addListener(Link link) {
        while (true) {
            Object seen = state;
            if (seen instanceof Done) {
                return false;
            }
            if (STATE.compareAndSet(this, seen, link.onto((Listener) seen))) {
                return true;
            }
        }
    }

    private boolean settle(Done done) {
        Object seen;
        do {
            seen = state;
            if (seen instanceof Done) {
                return false;
            }
        } while (!STATE.compareAndSet(this, seen, done));
        RuntimeException first = null;
        for (Listener l = reversed((Listener) seen); l != null; l = l.next()) {
            try {
                switch (l) {
                    case Parked parked -> parked.waiter().unpark();
                    case Callback callback -> callback.action().accept(done.value, done.failure);
                }
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            if (broken == null) {
                throw first;
            }
            broken.accept(first);
        }
        return true;
    }

    /** First come, first served: the chain is built newest first. */
    private static Listener reversed(Listener chain) {
        Listener out = null;
        for (Listener l = chain; l != null; l = l.next()) {
            out = switch (l) {
                case Parked parked -> new Parked(parked.waiter(), out);
                case Callback callback -> new Callback(callback.action(), out);
            };
        }
        return out;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E sneak(Throwable failure) throws E {
        throw (E) failure;
    }
}

package dev.nettest.kernel;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Runs code that is not the kernel's: outside every lock, and not from inside another callback of the same thread, which
 * would let a chain of callbacks eat the stack; such a one runs when the current one has returned. What a callback
 * throws goes to the thread's uncaught-exception handler and disturbs nobody else.
 */
public final class Callbacks {

    private static final ThreadLocal<@Nullable Callbacks> RUNNING = new ThreadLocal<>();

    private final ArrayDeque<Runnable> later = new ArrayDeque<>();

    private Callbacks() {}

    /** Runs {@code callback} now, or after the one that this thread is in. */
    public static void run(Runnable callback) {
        Callbacks running = RUNNING.get();
        if (running != null) {
            running.later.add(callback);
            return;
        }
        Callbacks mine = new Callbacks();
        RUNNING.set(mine);
        try {
            for (Runnable next = callback; next != null; next = mine.later.poll()) {
                runGuarded(next);
            }
        } finally {
            RUNNING.remove();
        }
    }

    /** As {@link #run}, but at once, also inside another callback, and what it throws reaches the caller. */
    public static void runNested(Runnable callback) {
        if (RUNNING.get() != null) {
            callback.run();
            return;
        }
        Callbacks mine = new Callbacks();
        RUNNING.set(mine);
        try {
            callback.run();
        } finally {
            RUNNING.remove();
            mine.later.forEach(Callbacks::run);
        }
    }

    /** Throws {@link IllegalStateException} inside a callback: who waits there holds up the one it waits for. */
    static void checkMayWait() {
        if (RUNNING.get() != null) {
            throw new IllegalStateException(
                    "waiting inside a callback of the network: a connect hook, a fault's predicate or supplier and an"
                            + " onReady callback must return at once; use the try... or when... forms there");
        }
    }

    private static void runGuarded(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}

package dev.nettest.kernel;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Runs code that is not the kernel's: outside every lock, and not from inside another callback of the same thread, which
 * would let a chain of callbacks eat the stack; such a one runs when the current one has returned. What a callback
 * throws goes to the thread's uncaught-exception handler and disturbs nobody else.
 */
public final class Callbacks {

    private static final ThreadLocal<Callbacks> OF_THREAD = ThreadLocal.withInitial(Callbacks::new);

    private boolean running;
    private @Nullable ArrayDeque<Runnable> later;

    private Callbacks() {}

    /** Runs {@code callback} now, or after the one that this thread is in. */
    public static void run(Runnable callback) {
        Callbacks mine = OF_THREAD.get();
        if (mine.running) {
            mine.runLater(callback);
            return;
        }
        mine.running = true;
        try {
            runGuarded(callback);
        } finally {
            mine.finish();
        }
    }

    /** As {@link #run}, but at once, also inside another callback, and what it throws reaches the caller. */
    public static void runNested(Runnable callback) {
        Callbacks mine = OF_THREAD.get();
        if (mine.running) {
            callback.run();
            return;
        }
        mine.running = true;
        try {
            callback.run();
        } finally {
            mine.finish();
        }
    }

    /** Throws {@link IllegalStateException} inside a callback: who waits there holds up the one it waits for. */
    static void checkMayWait() {
        if (OF_THREAD.get().running) {
            throw new IllegalStateException(
                    "waiting inside a callback of the network: a connect hook, a fault's predicate or supplier and an"
                            + " onReady callback must return at once; use the try... or when... forms there");
        }
    }

    private void runLater(Runnable callback) {
        if (later == null) {
            later = new ArrayDeque<>();
        }
        later.add(callback);
    }

    /** Runs what came up meanwhile, and what comes up then. */
    private void finish() {
        try {
            if (later != null) {
                for (Runnable next = later.poll(); next != null; next = later.poll()) {
                    runGuarded(next);
                }
            }
        } finally {
            running = false;
        }
    }

    /** Runs {@code callback}; what it throws goes to the thread's uncaught-exception handler. */
    public static void runGuarded(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}

package dev.nettest.internal.sync;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Runs user code outside every lock. A callback that comes up inside another one of the same thread runs after it: a
 * chain of callbacks must not exhaust the stack. An exception of a callback goes to the thread's uncaught-exception
 * handler.
 */
public final class Callbacks {

    private static final ThreadLocal<Callbacks> OF_THREAD = ThreadLocal.withInitial(Callbacks::new);

    private boolean running;
    private @Nullable ArrayDeque<Runnable> later;

    private Callbacks() {}

    /** Runs {@code callback} now, or after the callback that this thread is in. */
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

    /** Like {@link #run}, but immediately, also inside another callback. The caller gets its exception. */
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

    /** Code with a result that may throw. */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        T call() throws E;
    }

    /** Like {@link #runNested(Runnable)}, and returns the callback's result. */
    public static <T, E extends Exception> T callNested(Call<T, E> callback) throws E {
        Callbacks mine = OF_THREAD.get();
        if (mine.running) {
            return callback.call();
        }
        mine.running = true;
        try {
            return callback.call();
        } finally {
            mine.finish();
        }
    }

    /** True inside a callback: the code below it on the stack did not call for what the callback does. */
    public static boolean isRunning() {
        return OF_THREAD.get().running;
    }

    /**
     * Throws {@link IllegalStateException} inside a callback: a wait there would block the thread that it waits for.
     */
    static void checkMayWait() {
        if (isRunning()) {
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

    /** Runs the callbacks that were postponed, including those that they postpone. */
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

    /**
     * Runs {@code callback}. Its exception goes to the thread's uncaught-exception handler. An exception of that is
     * ignored, like in {@code Thread.UncaughtExceptionHandler}, so that no waiter behind this one is forgotten.
     */
    public static void runGuarded(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            report(e);
        }
    }

    private static void report(Throwable exception) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, exception);
        } catch (Throwable ignored) {
            // The virtual machine ignores it too.
        }
    }
}

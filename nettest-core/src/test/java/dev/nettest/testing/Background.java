package dev.nettest.testing;

import dev.nettest.Network;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A task on a daemon thread of its own, whose outcome the test reads later. */
public final class Background<T> {
    private static final long LIMIT_SECONDS = 20;

    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Runnable idle;
    private final Thread thread;

    /** @param idle waits until the thread can do nothing more by itself */
    private Background(ThreadFactory threads, Runnable idle, Callable<T> work) {
        this.idle = idle;
        thread = threads.newThread(() -> {
            try {
                outcome.complete(work.call());
            } catch (Throwable e) {
                outcome.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private Background(String name, Callable<T> work) {
        this(task -> new Thread(task, name), Background::cannotTell, work);
    }

    private static void cannotTell() {
        throw new IllegalStateException("only a registered thread proves that it waits: give the network");
    }

    /** Work that may throw. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    public static <T> Background<T> call(Callable<T> work) {
        return new Background<>("background", work);
    }

    /** On a registered thread of {@code network}, which can {@link #assertWaits()}. */
    public static <T> Background<T> call(Network network, Callable<T> work) {
        return new Background<>(network.threadFactory(), network::awaitIdle, work);
    }

    public static Background<Void> run(Action work) {
        return run("background", work);
    }

    /** Like {@link #call(Network, Callable)}. */
    public static Background<Void> run(Network network, Action work) {
        return call(network, () -> {
            work.run();
            return null;
        });
    }

    public static Background<Void> run(String name, Action work) {
        return new Background<>(name, () -> {
            work.run();
            return null;
        });
    }

    public Thread thread() {
        return thread;
    }

    /** Waits until the thread is blocked in the network; fails if the task ends first. */
    public Background<T> awaitParked() {
        long start = System.nanoTime();
        while (!isParkedInNetwork()) {
            if (!thread.isAlive()) {
                throw new AssertionError("did not wait: " + outcome);
            }
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
                throw new AssertionError("never waited in the network; it is at\n  " + stack());
            }
            Thread.yield();
        }
        return this;
    }

    /**
     * Fails unless the task waits, and keeps waiting until the test acts or moves the time. {@link #isDone()} alone
     * proves nothing: the thread may have been woken and not run yet.
     */
    public Background<T> assertWaits() {
        idle.run();
        if (outcome.isDone()) {
            throw new AssertionError("does not wait: " + outcome);
        }
        return this;
    }

    private boolean isParkedInNetwork() {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker.getClass().getName().startsWith("dev.nettest.");
    }

    public Background<T> interrupt() {
        thread.interrupt();
        return this;
    }

    public boolean isDone() {
        return outcome.isDone();
    }

    /** Waits for the end; rethrows the exception of the task. */
    public T result() {
        try {
            return get();
        } catch (ExecutionException e) {
            throw new AssertionError("it threw " + e.getCause(), e.getCause());
        }
    }

    /** Waits for the exception of the task; fails if there is none. */
    public Throwable failure() {
        try {
            throw new AssertionError("it threw nothing and gave " + get());
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (CancellationException e) {
            return e;
        }
    }

    private T get() throws ExecutionException {
        try {
            return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("still at\n  " + stack(), e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + thread.getName(), e);
        }
    }

    private String stack() {
        return Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::toString)
                .collect(Collectors.joining("\n  "));
    }
}

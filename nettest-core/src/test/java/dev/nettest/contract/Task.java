package dev.nettest.contract;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** An operation on a separate thread, with an outcome to wait for. */
final class Task {
    private static final long LIMIT_SECONDS = 20;

    private final Waiting backend;
    private final String name;
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final Thread thread;

    private Task(Waiting backend, String name, Outcome.Call call, boolean virtual) {
        this.backend = backend;
        this.name = name;
        Runnable body = () -> {
            try {
                backend.enter();
                outcome.complete(Outcome.of(call));
            } catch (Throwable broken) {
                outcome.completeExceptionally(broken);
            }
        };
        this.thread = virtual ? startVirtual(body) : startPlatform(name, body);
    }

    static Task start(Waiting backend, String name, Outcome.Call call) {
        return new Task(backend, name, call, false);
    }

    /** Starts a virtual thread; check {@link #virtualThreadsExist()} first. */
    static Task startVirtual(Waiting backend, String name, Outcome.Call call) {
        return new Task(backend, name, call, true);
    }

    static boolean virtualThreadsExist() {
        return Runtime.version().feature() >= 21;
    }

    static boolean isVirtual(Thread thread) {
        return thread.getClass() != Thread.class && thread.getClass().getName().equals("java.lang.VirtualThread");
    }

    private static Thread startPlatform(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Looks the method up, since the code is compiled for a release without virtual threads. */
    static Thread startVirtual(Runnable body) {
        try {
            MethodHandle start = MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
            return (Thread) start.invoke(body);
        } catch (Throwable e) {
            throw new AssertionError("no virtual thread", e);
        }
    }

    void awaitBlocked() {
        backend.awaitBlocked(thread);
    }

    /** Waits until the thread waits for a monitor, or has ended. */
    void awaitMonitor() {
        PollingWait.until(
                () -> !thread.isAlive() || thread.getState() == Thread.State.BLOCKED,
                () -> thread + " waits for a monitor; it is " + thread.getState());
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits for the {@link Outcome}. Rethrows an {@link AssertionError} of the task. */
    String outcome() {
        try {
            return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("'" + name + "' is still at\n  "
                    + Arrays.stream(thread.getStackTrace())
                            .map(StackTraceElement::toString)
                            .collect(Collectors.joining("\n  ")));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw new AssertionError("'" + name + "' broke", e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for '" + name + "'", e);
        }
    }
}

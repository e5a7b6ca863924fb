package dev.nettest.channel;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/** The tasks that a group over an executor hands to it at its start. Each waits for handlers, and runs them. */
final class InitialTasks {

    /** Ends the task that takes it. */
    private enum End implements Runnable {
        END;

        @Override
        public void run() {}
    }

    private final BlockingQueue<Runnable> handlers = new LinkedBlockingQueue<>();

    /** The tasks that have no handler. */
    private final AtomicInteger free = new AtomicInteger();

    private final ExecutorService executor;
    private final int count;

    InitialTasks(ExecutorService executor, int initialSize) {
        this.executor = executor;
        this.count = Math.max(0, count(executor, initialSize));
    }

    /** The JDK's rule: an executor with unlimited threads gets none, unless the size is left to the JDK. */
    private static int count(ExecutorService executor, int initialSize) {
        boolean unlimited =
                executor instanceof ThreadPoolExecutor pool && pool.getMaximumPoolSize() == Integer.MAX_VALUE;
        if (!unlimited) {
            return initialSize;
        }
        return initialSize < 0 ? Runtime.getRuntime().availableProcessors() : 0;
    }

    void start() {
        for (int i = 0; i < count; i++) {
            startOne();
        }
    }

    private void startOne() {
        free.incrementAndGet();
        try {
            executor.execute(this::serve);
        } catch (RejectedExecutionException e) {
            free.decrementAndGet(); // the JDK ignores it too
        }
    }

    /** True if one of the tasks is free, and takes {@code handler}. */
    boolean take(Runnable handler) {
        boolean taken = free.getAndUpdate(tasks -> Math.max(0, tasks - 1)) > 0;
        return taken && handlers.add(handler);
    }

    /** Ends the tasks, after the handlers that they have. */
    void end() {
        for (int i = 0; i < count; i++) {
            handlers.add(End.END);
        }
    }

    private void serve() {
        boolean failed = true;
        try {
            for (Runnable next = handlers.take(); next != End.END; next = handlers.take()) {
                next.run();
                free.incrementAndGet();
            }
            failed = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the executor was shut down
            failed = false;
        } finally {
            if (failed) {
                startOne(); // in place of this one, whose handler threw
            }
        }
    }
}

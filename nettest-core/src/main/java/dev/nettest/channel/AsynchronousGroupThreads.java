package dev.nettest.channel;

import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.Wakeup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a group with a fixed number of them. They are registered in the network, and wait for tasks in the
 * network. So a virtual clock stands from when a task is handed in until it is done.
 */
final class AsynchronousGroupThreads {

    private final Network network;
    private final TimeoutClock timeouts;
    private final ThreadFactory factory;
    private final CompletableFuture<@Nullable Void> terminated = new CompletableFuture<>();

    private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by this

    /** The threads that wait for a task. Guarded by this. */
    private final Queue<Wakeup> idle = new ArrayDeque<>();

    /** Set when the network has ended, after all its connections. */
    private final Wakeup networkEnd;

    private int alive; // guarded by this
    private boolean ended; // guarded by this

    AsynchronousGroupThreads(AsynchronousProvider provider, ThreadFactory factory) {
        this.network = provider.network();
        this.timeouts = provider.timeouts();
        this.factory = network.threadFactory(factory);
        this.networkEnd = Wakeup.of(network);
    }

    void start(int count) {
        for (int i = 0; i < count; i++) {
            startOne();
        }
    }

    private void startOne() {
        synchronized (this) {
            alive++;
        }
        Thread made = factory.newThread(this::serve);
        if (made == null) {
            exit();
        } else {
            made.start();
        }
    }

    /** @throws RejectedExecutionException after {@link #end()}, or after the end of the network */
    void execute(Runnable task) {
        Wakeup next;
        synchronized (this) {
            if (ended) {
                throw new RejectedExecutionException("the channel group is shut down");
            }
            tasks.add(task);
            next = idle.poll();
        }
        if (next != null) {
            next.set();
        }
    }

    /** Ends the threads once all tasks are done. */
    void end() {
        List<Wakeup> waiting;
        synchronized (this) {
            ended = true;
            waiting = List.copyOf(idle);
            idle.clear();
        }
        waiting.forEach(Wakeup::set);
        terminateIfDone();
    }

    private void serve() {
        boolean failed = true;
        try (Wakeup mine = Wakeup.of(network)) {
            for (Runnable task = next(mine); task != null; task = next(mine)) {
                task.run();
            }
            failed = false;
        } finally {
            if (failed) {
                startOne(); // in place of this one
            }
            exit();
        }
    }

    /** Waits for a task. Null at the end. */
    private @Nullable Runnable next(Wakeup mine) {
        while (true) {
            Wakeup wait = mine;
            synchronized (this) {
                idle.remove(mine);
                Runnable task = tasks.poll();
                if (task != null) {
                    return task;
                }
                mine.clear(); // first: the end of the network sets it once
                ended |= networkEnd.isSet();
                if (ended) {
                    return null;
                }
                if (network.isClosed()) {
                    wait = networkEnd; // its connections may still end operations
                } else {
                    idle.add(mine);
                }
            }
            wait.await(Duration.ZERO, TimeoutClock.NETWORK);
        }
    }

    private void exit() {
        synchronized (this) {
            alive--;
        }
        terminateIfDone();
    }

    private void terminateIfDone() {
        boolean done;
        synchronized (this) {
            done = ended && alive == 0;
        }
        if (done) {
            networkEnd.close();
            terminated.complete(null);
        }
    }

    boolean isTerminated() {
        return terminated.isDone();
    }

    /** Waits in the network. */
    boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        if (isTerminated() || timeout <= 0) {
            return isTerminated();
        }
        return AsynchronousOperation.await(terminated, network, Duration.ofNanos(unit.toNanos(timeout)), timeouts);
    }
}

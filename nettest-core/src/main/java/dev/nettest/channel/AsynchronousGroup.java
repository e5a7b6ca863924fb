package dev.nettest.channel;

import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import java.io.IOException;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A group of asynchronous channels, and the threads that run their handlers. A group with fixed threads also handles
 * events on them. So handlers that block all threads block the group, like in the JDK. Another group handles an event
 * on the thread that makes it happen. It hands over the handler only, to one of its {@link InitialTasks} if one is
 * free.
 *
 * <p>Unlike in the JDK, a group over an executor ends only after it has handed over the handlers of pending operations.
 */
final class AsynchronousGroup extends AsynchronousChannelGroup {

    /** How many handlers may run inside each other on one thread, like in the JDK. */
    private static final int MAX_NESTED = 16;

    private static final ThreadLocal<@Nullable Invocations> CURRENT = new ThreadLocal<>();

    private final Network network;
    private final TimeoutClock timeouts;

    /** One of the two is null. */
    private final @Nullable AsynchronousGroupThreads fixed;

    private final @Nullable ExecutorService executor;

    /** Null without an executor. */
    private final @Nullable InitialTasks initialTasks;

    private final Set<AsynchronousChannel> channels = new HashSet<>(); // guarded by this
    private boolean shutdown; // guarded by this

    /** A thread of a group while it runs a task of the group. */
    private static final class Invocations {

        private final AsynchronousGroup group;
        private int count;

        Invocations(AsynchronousGroup group, int count) {
            this.group = group;
            this.count = count;
        }
    }

    /** A socket may have become ready. */
    interface Event {

        /** @param onGroupThread true if the current thread may run handlers */
        void happened(boolean onGroupThread);
    }

    private AsynchronousGroup(
            AsynchronousProvider provider,
            @Nullable AsynchronousGroupThreads fixed,
            @Nullable ExecutorService executor,
            @Nullable InitialTasks initialTasks) {
        super(provider);
        this.network = provider.network();
        this.timeouts = provider.timeouts();
        this.fixed = fixed;
        this.executor = executor;
        this.initialTasks = initialTasks;
    }

    /** @param factory makes the threads. They are registered in the network */
    static AsynchronousGroup ofFixedThreads(AsynchronousProvider provider, int threads, ThreadFactory factory) {
        AsynchronousGroupThreads fixed = new AsynchronousGroupThreads(provider, factory);
        fixed.start(threads);
        return new AsynchronousGroup(provider, fixed, null, null);
    }

    /** @param initialSize the number of tasks that wait for handlers, under the rules of the JDK */
    static AsynchronousGroup ofExecutor(AsynchronousProvider provider, ExecutorService executor, int initialSize) {
        InitialTasks tasks = new InitialTasks(executor, initialSize);
        tasks.start();
        return new AsynchronousGroup(provider, null, executor, tasks);
    }

    Network network() {
        return network;
    }

    /** The clock of waits for futures. */
    TimeoutClock timeouts() {
        return timeouts;
    }

    /** The line of the code under test. Null if nothing asks for it. */
    @Nullable
    StackTraceElement callSite() {
        return ((AsynchronousProvider) provider()).callSite();
    }

    // ---- channels

    /** @throws ShutdownChannelGroupException after a shutdown */
    synchronized void attach(AsynchronousChannel channel) {
        if (shutdown) {
            throw new ShutdownChannelGroupException();
        }
        channels.add(channel);
    }

    /** The channel is closed. The last one ends a group that was shut down. */
    void detach(AsynchronousChannel channel) {
        boolean last;
        synchronized (this) {
            last = channels.remove(channel) && channels.isEmpty() && shutdown;
        }
        if (last) {
            terminate();
        }
    }

    // ---- running handlers

    /** True if events are handled on the threads of the group only. */
    boolean isFixed() {
        return fixed != null;
    }

    /** True if the current thread runs a handler of this group, and may run another one inside it. */
    boolean mayInvokeHere() {
        Invocations mine = CURRENT.get();
        return mine != null && mine.group == this && mine.count < MAX_NESTED;
    }

    /** Runs {@code handler} now, on a thread for which {@link #mayInvokeHere()} holds. */
    void invokeHere(Runnable handler) {
        Invocations mine = CURRENT.get();
        if (mine != null) {
            mine.count++;
        }
        call(handler);
    }

    /** Runs {@code handler} on a thread of the group: on the current one if that is allowed. */
    void invoke(Runnable handler) {
        if (mayInvokeHere()) {
            invokeHere(handler);
        } else {
            invokeLater(handler);
        }
    }

    /** Has a thread of the group run {@code handler}. The current one does it if the group is ending. */
    void invokeLater(Runnable handler) {
        try {
            execute(handler);
        } catch (RejectedExecutionException e) {
            Invocations mine = CURRENT.get();
            if (mine == null || mine.group != this) {
                throw new ShutdownChannelGroupException();
            }
            invokeHere(handler);
        }
    }

    private void execute(Runnable handler) {
        Runnable task = () -> runBound(1, () -> call(handler));
        if (fixed != null) {
            fixed.execute(task);
        } else if (executor != null && (initialTasks == null || !initialTasks.take(task))) {
            executor.execute(task);
        }
    }

    /** Handles {@code event}, on a thread of the group if that is fixed. After the end of the network, here. */
    void onEvent(Event event) {
        if (fixed != null && !network.isClosed()) {
            try {
                fixed.execute(() -> runBound(0, () -> event.happened(true)));
                return;
            } catch (RejectedExecutionException e) {
                // the group has ended
            }
        }
        event.happened(false);
    }

    private void runBound(int count, Runnable task) {
        Invocations outer = CURRENT.get();
        CURRENT.set(new Invocations(this, count));
        try {
            task.run();
        } finally {
            CURRENT.set(outer);
        }
    }

    /** The interrupt status does not reach the next handler. */
    static void call(Runnable handler) {
        handler.run();
        Thread.interrupted();
    }

    // ---- ending

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return fixed == null ? executor != null && executor.isTerminated() : fixed.isTerminated();
    }

    @Override
    public void shutdown() {
        boolean empty;
        synchronized (this) {
            shutdown = true;
            empty = channels.isEmpty();
        }
        if (empty) {
            terminate();
        }
    }

    /** The end of the last channel ends the threads, after they have run the handlers of pending operations. */
    @Override
    public void shutdownNow() throws IOException {
        List<AsynchronousChannel> open;
        synchronized (this) {
            shutdown = true;
            open = List.copyOf(channels);
        }
        if (open.isEmpty()) {
            terminate();
        }
        for (AsynchronousChannel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                // the JDK ignores it too: the channel is closed
            }
        }
    }

    private void terminate() {
        if (fixed != null) {
            fixed.end();
        } else if (executor != null && initialTasks != null) {
            initialTasks.end();
            executor.shutdown();
        }
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return fixed == null
                ? executor != null && executor.awaitTermination(timeout, unit)
                : fixed.awaitTermination(timeout, unit);
    }
}

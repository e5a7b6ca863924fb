package dev.nettest.internal.net;

import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.Registration;
import dev.nettest.internal.time.ActivityTracker;
import dev.nettest.internal.time.NetworkExecutor;
import dev.nettest.internal.time.SelfAdvancingClock;
import dev.nettest.internal.time.ThreadParticipation;
import dev.nettest.internal.time.ThreadRegistration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The clock, the executors and the registered threads of a network. */
final class NetworkThreads {

    private final NetworkImpl network;
    private final ActivityTracker activity;
    private final List<NetworkExecutor> executors = new CopyOnWriteArrayList<>();
    private final Set<Thread> interruptLimited = ConcurrentHashMap.newKeySet();
    private @Nullable NetworkExecutor shared; // guarded by executors

    NetworkThreads(NetworkImpl network, ActivityTracker activity) {
        this.network = network;
        this.activity = activity;
    }

    /** The clock that {@code config} gives, supplies or leaves to the system. */
    static NetworkClock clockOf(NetworkConfig config) {
        NetworkClock shared = config.clock();
        if (shared != null) {
            return shared;
        }
        Supplier<? extends NetworkClock> clocks = config.clocks();
        return clocks == null ? NetworkClock.system() : Objects.requireNonNull(clocks.get(), "a supplied clock");
    }

    NetworkExecutor sharedExecutor() {
        synchronized (executors) {
            if (shared == null) {
                shared = newExecutor();
            }
            return shared;
        }
    }

    NetworkExecutor newExecutor() {
        checkAnyRegistered();
        NetworkExecutor started = new NetworkExecutor(network.timers(), activity);
        executors.add(started);
        if (network.isClosed()) {
            started.shutdownNow();
        }
        return started;
    }

    ThreadFactory factory() {
        network.checkOpen("thread factory");
        checkAnyRegistered();
        return activity.threadFactory();
    }

    ThreadFactory factory(ThreadFactory base) {
        network.checkOpen("thread factory");
        checkAnyRegistered();
        return work -> activity.newThread(work, base);
    }

    /** Registers the current thread, unless it is registered already. Registers a thread anew that joined by itself. */
    Participation participate() {
        ThreadRegistration existing = activity.current();
        if (existing != null && !activity.leaveJoined(existing)) {
            return new ThreadParticipation(() -> {});
        }
        ThreadRegistration registered = activity.register();
        return new ThreadParticipation(() -> activity.unregister(registered));
    }

    /** Gives a limit to each wait of the current thread that goes on after an interrupt. */
    Registration failInterruptedWaits() {
        Thread thread = Thread.currentThread();
        return interruptLimited.add(thread) ? () -> interruptLimited.remove(thread) : () -> {};
    }

    /** True if the waits of the current thread have this limit. */
    boolean failsInterruptedWait() {
        return interruptLimited.contains(Thread.currentThread());
    }

    /** A self-advancing clock that counts no registered thread could overtake the threads that a test is starting. */
    private void checkAnyRegistered() {
        SelfAdvancingClock clock = activity.selfAdvancing();
        if (clock != null && !network.isClosed() && !clock.hasParticipations() && activity.current() == null) {
            throw new IllegalStateException("the thread \""
                    + Thread.currentThread().getName()
                    + "\" is not registered in a network on a self-advancing clock, so time would pass while it sets up"
                    + " its test; register it first with network.participate()");
        }
    }

    void shutdownNow() {
        for (NetworkExecutor executor : executors) {
            executor.shutdownNow();
        }
    }

    void awaitEnd() {
        for (NetworkExecutor executor : executors) {
            executor.awaitEnd();
        }
    }
}

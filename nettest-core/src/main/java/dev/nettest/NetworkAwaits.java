package dev.nettest;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** The awaits of a {@link Network} as a whole: until it is idle, and until any condition holds. */
public sealed interface NetworkAwaits permits Network {

    // ---- conditions

    /**
     * {@link #awaitUntil(BooleanSupplier, Duration)} with the limit {@link NetworkConfig#awaitLimit()}:
     *
     * <pre>{@code
     * network.awaitUntil(() -> connection.available() == 3 && listener.isAcceptable());
     * }</pre>
     */
    default void awaitUntil(BooleanSupplier condition) {
        awaitUntil(condition, config().awaitLimit());
    }

    /**
     * Waits until {@code condition} is true. The current thread evaluates it outside every lock: now, and again
     * whenever the network may have changed. It must not wait.
     *
     * <p>On a {@link VirtualClock} it is evaluated after each instant at which timers ran. On a
     * {@linkplain VirtualClock#selfAdvancing() self-advancing} one it is also evaluated each time the network is idle,
     * before time moves. So this returns at the instant at which the condition became true. In addition it is evaluated
     * every millisecond of real time, for changes by threads that the network does not know.
     *
     * @param condition for example of sockets, or of results that the code under test has stored
     * @param limit on the network's clock
     * @throws AssertionError with a network snapshot, if {@code limit} passes or the thread is interrupted. If a
     *     virtual clock stands, after {@link NetworkConfig#awaitLimit()} of real time
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    void awaitUntil(BooleanSupplier condition, Duration limit);

    // ---- idleness

    /**
     * Waits until this network is idle: nothing is in flight, and every registered thread waits. From then on nothing
     * changes until the test acts or time moves, so a test can assert that nothing more was sent. The calling thread
     * does not count.
     *
     * <p>Registered are the threads of {@link Network#executor()}, {@link Network#newExecutor()} and
     * {@link Network#threadFactory()}, and those of {@link Network#participate()}. Their waits in the network are
     * counted exactly. For a wait elsewhere (a queue, a lock, a future) the operating system is asked, which is sound
     * on Linux. For virtual threads the JDK is asked, which is possible since 24. If neither can tell, or a thread runs
     * or sleeps until the limit, this fails and names the thread and its line. Other threads are not waited for, such
     * as coroutines on their own dispatchers, or the real side of a {@link Bridge}.
     *
     * <p>Deliveries in flight are waited for if the clock moves by itself. On a
     * {@linkplain VirtualClock#manual() manual} clock they are not, because only the test can move time. Timeouts are
     * never waited for: time moves only after this returns.
     *
     * @throws AssertionError if {@link NetworkConfig#awaitLimit()} passes first, in real time if the clock stands
     * @throws IllegalStateException if the current thread may not wait in this network, see
     *     {@link NetworkClock#checkMayWait}
     */
    default void awaitIdle() {
        awaitIdle(config().awaitLimit());
    }

    /**
     * Like {@link #awaitIdle()}, with a limit on the network's clock.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    void awaitIdle(Duration limit);

    /**
     * {@link #awaitIdle(Duration)} as a stage; cancel it as a {@code CompletableFuture}. Any thread may call it.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    CompletionStage<Void> whenIdle(Duration limit);

    /**
     * True if this network is idle now, not counting the calling thread. Never waits. True is certain. False may also
     * mean that idleness cannot be proven at this moment; {@link #awaitIdle()} asks again.
     */
    boolean isIdle();

    /** The settings. */
    NetworkConfig config();
}

package dev.nettest;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a {@link Connection}, a {@link Listener} or a {@link DatagramEndpoint}: await one, or be called
 * back.
 *
 * <p>An {@code await} method returns when its condition holds. It throws an {@link AssertionError} with a network
 * snapshot if its limit passes, if the condition can never hold, or if the thread is interrupted. The limit is
 * {@link NetworkConfig#awaitLimit()} unless one is given, and runs on the network's clock. Any thread may call any
 * method at any time.
 */
public sealed interface Awaitable permits Connection, Listener, DatagramEndpoint {

    /** The network that this belongs to. */
    Network network();

    /** True after its owner closed it. */
    boolean isClosed();

    /**
     * Has the network report a leak if this is still open when the network closes. The report names the current line.
     * An adapter calls it for a socket that the code under test opened, see {@link NetworkConfig#checksLeaks()}.
     */
    void requireClose();

    /** The {@linkplain #attach attached} object; null for none. */
    @SuppressWarnings("exports") // JSpecify is optional
    @Nullable
    Object attachment();

    /**
     * Attaches an object unless one is attached already; for adapters that present this as another type.
     *
     * @return the attached object
     */
    Object attach(Object attachment);

    /**
     * Waits until {@code condition} holds.
     *
     * @throws IllegalArgumentException if this type has no such condition, or {@code limit} is negative
     */
    void awaitReady(Readiness condition, Duration limit);

    /** Like {@link #awaitReady(Readiness, Duration)}, up to {@link NetworkConfig#awaitLimit()}. */
    default void awaitReady(Readiness condition) {
        awaitReady(condition, network().config().awaitLimit());
    }

    /** Waits until its owner closed it. */
    default void awaitClosed() {
        awaitReady(Readiness.CLOSED);
    }

    /** Like {@link #awaitClosed()}, with a limit. */
    default void awaitClosed(Duration limit) {
        awaitReady(Readiness.CLOSED, limit);
    }

    /**
     * Runs {@code callback} once, when {@code condition} holds; immediately if it holds now. The callback runs on the
     * thread that makes the condition true, outside every lock, and must not wait. Every condition counts as holding
     * after a close, so that no callback is lost.
     *
     * @throws IllegalArgumentException if this type has no such condition
     */
    Registration onReady(Readiness condition, Runnable callback);

    /**
     * Like {@link #onReady(Readiness, Runnable)}, for the first condition that holds.
     *
     * @throws IllegalArgumentException if {@code conditions} is empty, or this type has no such condition
     */
    Registration onReady(Set<Readiness> conditions, Runnable callback);

    /**
     * A callback that can be armed again and again; initially it is not armed. It runs on the thread that makes a
     * condition true, outside every lock, and must not wait.
     */
    ReadyHook readyHook(Runnable callback);

    /** Completes when {@code condition} holds, without limit; cancel it as a {@code CompletableFuture}. */
    CompletionStage<Void> whenReady(Readiness condition);

    /** {@link #awaitReady(Readiness, Duration)} as a stage. */
    CompletionStage<Void> whenReady(Readiness condition, Duration limit);

    /** Completes when its owner closes it, without limit. */
    default CompletionStage<Void> whenClosed() {
        return whenReady(Readiness.CLOSED);
    }
}

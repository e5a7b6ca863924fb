package dev.nettest.internal.net;

import dev.nettest.Awaitable;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.Registration;
import dev.nettest.internal.event.EventSubject;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Pollable;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Awaitable} for connections, listeners and datagram endpoints. */
abstract class AbstractAwaitable implements EventSubject {

    private static final AtomicReferenceFieldUpdater<AbstractAwaitable, @Nullable Object> ATTACHMENT =
            AtomicReferenceFieldUpdater.newUpdater(AbstractAwaitable.class, Object.class, "attachment");

    private volatile @Nullable Object attachment;

    public abstract NetworkImpl network();

    /** The state that is waited on. */
    abstract Pollable pollable();

    /** @throws IllegalArgumentException if {@code readiness} does not apply to this type */
    abstract void checkApplies(Readiness readiness);

    abstract Ownership ownership();

    /** How code gets it that does not accept it. */
    private String opening() {
        return this instanceof ConnectionImpl ? "connected" : "bound";
    }

    public final void requireClose() {
        ownership().acquire(opening(), network().config(), () -> null);
    }

    public final @Nullable Object attachment() {
        return attachment;
    }

    public final Object attach(Object attachment) {
        Objects.requireNonNull(attachment, "attachment");
        return ATTACHMENT.compareAndSet(this, null, attachment) ? attachment : Objects.requireNonNull(this.attachment);
    }

    @Override
    public final long eventId() {
        return SocketNames.id(this);
    }

    @Override
    public final String eventName() {
        return SocketNames.name(this);
    }

    public final Registration onReady(Readiness op, Runnable callback) {
        return enlist(checkedBit(Objects.requireNonNull(op, "condition")), callback);
    }

    public final Registration onReady(Set<Readiness> ops, Runnable callback) {
        return enlist(Conditions.mask(Objects.requireNonNull(ops, "conditions"), this::checkedBit), callback);
    }

    private Registration enlist(int mask, Runnable callback) {
        return CallbackWaiter.enlist(pollable(), mask, 1, false, callback)::cancel;
    }

    final int checkedBit(Readiness op) {
        checkApplies(op);
        return Conditions.bit(op);
    }

    public final ReadyHook readyHook(Runnable callback) {
        return new ReadyHookImpl(this, Objects.requireNonNull(callback, "callback"));
    }

    public final CompletionStage<Void> whenReady(Readiness op) {
        return whenReady(op, AwaitLimit.UNLIMITED);
    }

    public final CompletionStage<Void> whenReady(Readiness op, Duration limit) {
        checkApplies(Objects.requireNonNull(op, "condition"));
        return when(ConditionAwait.Condition.of(op), limit);
    }

    final CompletionStage<Void> when(ConditionAwait.Condition condition, Duration limit) {
        return new ConditionAwait(network(), pollable(), this).when(condition, limit);
    }

    public final void awaitReady(Readiness op, Duration limit) {
        checkApplies(Objects.requireNonNull(op, "condition"));
        await(ConditionAwait.Condition.of(op), limit);
    }

    final void await(ConditionAwait.Condition condition, Duration limit) {
        new ConditionAwait(network(), pollable(), this).await(condition, limit);
    }
}

package dev.nettest.internal.net;

import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.internal.sync.HookWaiter;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import java.util.Objects;
import java.util.Set;

/** The implementation of {@link ReadyHook}. */
public final class ReadyHookImpl extends HookWaiter implements ReadyHook {

    private static final Readiness[] ALL = Readiness.values();

    private final AbstractAwaitable awaitable;

    ReadyHookImpl(AbstractAwaitable awaitable, Runnable callback) {
        super(callback);
        this.awaitable = awaitable;
    }

    @Override
    protected Pollable pollable() {
        return awaitable.pollable();
    }

    @Override
    public boolean arm(Set<Readiness> conditions) {
        Objects.requireNonNull(conditions, "conditions");
        int mask = ReadyBits.CLOSED;
        int left = conditions.size();
        for (int i = 0; left > 0 && i < ALL.length; i++) { // without an iterator of the set, which would be an object
            if (conditions.contains(ALL[i])) {
                mask |= awaitable.checkedBit(ALL[i]);
                left--;
            }
        }
        return arm(mask);
    }

    @Override
    public boolean isReady(Readiness condition) {
        return isReady(awaitable.checkedBit(Objects.requireNonNull(condition, "condition")));
    }

    @Override
    public boolean isHungUp() {
        return isReady(ReadyBits.CLOSED | ReadyBits.HUNG_UP);
    }

    @Override
    public void disarm() {
        arm(0);
    }
}

package dev.nettest.internal.net;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.EventCount;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.ThreadWaiter.WaitResult;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.time.IdleDetector;
import dev.nettest.internal.time.VirtualClockImpl;
import dev.nettest.internal.util.CallSite;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits until a condition of the user holds. It is evaluated after each instant of a virtual clock, when the network
 * becomes idle, and every millisecond of real time.
 */
final class UntilAwait {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final NetworkImpl network;
    private final ClockTimers timers;
    private final IdleDetector detector;
    private final BooleanSupplier condition;

    /** Advances whenever the condition has to be evaluated again. */
    private final EventCount changes = new EventCount();

    UntilAwait(NetworkImpl network, IdleDetector detector, BooleanSupplier condition) {
        this.network = network;
        this.timers = network.timers();
        this.detector = detector;
        this.condition = Objects.requireNonNull(condition, "condition");
    }

    void await(Duration duration) {
        AwaitLimit limit = new AwaitLimit(network, duration);
        timers.checkMayWait();
        Runnable wake = changes::advance;
        VirtualClockImpl virtual = network.clock() instanceof VirtualClockImpl clock ? clock : null;
        if (virtual != null) {
            virtual.addInstantListener(wake);
        }
        try {
            await(limit);
        } finally {
            if (virtual != null) {
                virtual.removeInstantListener(wake);
            }
        }
    }

    private void await(AwaitLimit limit) {
        long realTimeEnd = limit.realTimeDeadline();
        boolean wasIdle = false;
        while (true) {
            long version = changes.count();
            if (condition.getAsBoolean()) {
                return;
            }
            boolean stands = timers.isVirtual() && timers.realTime() >= realTimeEnd;
            if (stands || timers.now() >= limit.deadline()) {
                throw limit.late(goal());
            }
            if (network.isClosed()) {
                throw limit.failure("the network was closed while waiting for " + goal());
            }
            // After an idle network, time may move: the next query comes after the next instant.
            long ticket = wasIdle ? 0 : detector.begin();
            try {
                WaitResult result = wasIdle
                        ? pause(version, limit, realTimeEnd)
                        : pauseUntilIdle(ticket, version, limit, realTimeEnd);
                if (result == WaitResult.INTERRUPTED) {
                    throw limit.interrupted(goal());
                }
                wasIdle = !wasIdle && detector.answered().count() >= ticket;
            } finally {
                if (ticket != 0) {
                    detector.end();
                }
            }
        }
    }

    /** Waits until something changes, the network is idle, or it is time to poll. */
    private WaitResult pauseUntilIdle(long ticket, long version, AwaitLimit limit, long realTimeEnd) {
        CallbackWaiter idle =
                CallbackWaiter.enlist(detector.answered(), ReadyBits.CHANGED, ticket - 1, true, changes::advance);
        try {
            detector.startPolling();
            return pause(version, limit, realTimeEnd);
        } finally {
            idle.cancel();
        }
    }

    private WaitResult pause(long version, AwaitLimit limit, long realTimeEnd) {
        long deadline = limit.deadline();
        if (!timers.isVirtual()) {
            return observe(version, Math.min(deadline, timers.now() + POLL_NANOS), Timers.NEVER);
        }
        return observe(version, deadline, Math.min(realTimeEnd, timers.realTime() + POLL_NANOS));
    }

    private WaitResult observe(long version, long deadline, long realTimeLimit) {
        return ThreadWaiter.observe(changes, ReadyBits.CHANGED, version, timers, deadline, realTimeLimit);
    }

    private static String goal() {
        StackTraceElement line = CallSite.here();
        return "the condition" + (line == null ? "" : " at " + CallSite.place(line));
    }
}

package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Operation.Kind;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.LoneScope;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The accept queue under faults: what a poll returns, and when a fault has acted. */
class AcceptQueueFaultTest {
    private final ManualTimers timers = new ManualTimers();
    private final AcceptQueue<String> queue = new AcceptQueue<>(9, timers);
    private final LoneScope scope = new LoneScope(timers, Kind.ACCEPT) {
        @Override
        protected void evaluate(Kind kind, FaultEvaluator evaluator) {
            queue.lock();
            queue.evaluate(evaluator);
            queue.leave();
        }
    };

    private FaultHandle install(Fault fault) {
        return scope.faults().accept(fault);
    }

    private void offer(String connection) {
        queue.lock();
        assertThat(queue.offer(connection)).isZero();
        queue.leave();
    }

    private @Nullable String poll() {
        queue.lock();
        String connection = queue.poll();
        queue.leave();
        return connection;
    }

    private void hold(boolean now) {
        queue.lock();
        queue.hold(now);
        queue.leave();
    }

    /** An accept that waits. */
    private void waitForConnection() {
        CallbackWaiter accept = new CallbackWaiter(queue, ReadyBits.ACCEPTABLE, 1, true, false, () -> {});
        assertThat(queue.enlist(accept)).isTrue();
    }

    private @Nullable InstalledFault heldBy() {
        queue.lock();
        try {
            return queue.heldBy();
        } finally {
            queue.leave();
        }
    }

    @Test
    void theFaultThatActedIsThatOfTheLastPollOnly() {
        FaultHandle handle = install(Fault.failWith(new IOException("boom")).once());

        assertThat(poll()).isNull();
        assertThat(queue.outcome()).isEqualTo(Outcome.FAULT);
        assertThat(queue.acted()).isNotNull();
        assertThat(queue.acted().source()).isSameAs(handle);

        assertThat(poll()).isNull();
        assertThat(queue.outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(queue.acted()).isNull();
    }

    @Test
    void aResetHandsItsConnectionOver() {
        FaultHandle handle = install(Fault.reset().once());
        offer("a");
        offer("b");

        assertThat(poll()).isEqualTo("a");
        assertThat(queue.outcome()).isEqualTo(Outcome.RESET);
        assertThat(poll()).isEqualTo("b");
        assertThat(queue.outcome()).isZero();
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void aStallActsOnAnAttempt() {
        FaultHandle handle = install(Fault.stall());
        offer("a");
        assertThat(handle.fireCount()).isZero();

        assertThat(poll()).isNull();

        assertThat(queue.outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(handle.fireCount()).isEqualTo(1);
        assertThat(heldBy()).as("an attempt does not wait").isNull();
    }

    @Test
    void aStallActsOnAWaitingAcceptThatCouldProceed() {
        FaultHandle handle = install(Fault.stall());
        waitForConnection();
        assertThat(handle.fireCount()).as("nothing to accept").isZero();
        hold(true);
        offer("a");
        assertThat(handle.fireCount()).as("held").isZero();

        hold(false);

        assertThat(handle.fireCount()).isEqualTo(1);
        assertThat(heldBy()).isSameAs(handle);
    }

    @Test
    void aStallDoesNotActWithoutAnAccept() {
        FaultHandle handle = install(Fault.stall());

        offer("a");

        assertThat(handle.fireCount()).isZero();
        assertThat(queue.isReady(ReadyBits.ACCEPTABLE, 1)).isFalse();
    }

    @Test
    void aFailureIsReadyForOneConnectionOnly() {
        install(Fault.failWith(new IOException("boom")));

        assertThat(queue.isReady(ReadyBits.ACCEPTABLE, 1)).isTrue();
        assertThat(queue.isReady(ReadyBits.ACCEPTABLE, 2)).isFalse();
        offer("a");
        offer("b");
        assertThat(queue.isReady(ReadyBits.ACCEPTABLE, 2)).isTrue();
    }

    @Test
    void aFailureAfterBufferedWaitsForTheLastConnection() {
        install(Fault.failWith(new IOException("boom")).afterBuffered());
        offer("a");

        assertThat(poll()).isEqualTo("a");
        assertThat(queue.outcome()).isZero();
        assertThat(poll()).isNull();
        assertThat(queue.outcome()).isEqualTo(Outcome.FAULT);
    }

    @Test
    void aDelayStartsWithTheConnectionThatItDelays() {
        install(Fault.delayed(Duration.ofNanos(10)));
        assertThat(timers.running()).isEmpty();

        offer("a");

        assertThat(timers.running()).containsExactly(10L);
        assertThat(queue.isReady(ReadyBits.ACCEPTABLE, 1)).isFalse();
        timers.now = 10;
        timers.all.get(0).action.run();
        assertThat(queue.isReady(ReadyBits.ACCEPTABLE, 1)).isTrue();
        assertThat(poll()).isEqualTo("a");
    }

    @Test
    void theDelayOfAFailureStartsAtOnce() {
        install(Fault.delayed(Duration.ofNanos(10)));
        install(Fault.failWith(new IOException("boom")));

        assertThat(timers.running()).containsExactly(10L);
    }
}

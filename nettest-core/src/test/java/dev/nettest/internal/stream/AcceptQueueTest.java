package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Slots of the accept queue: queued, reserved, released, and refused after the close. */
class AcceptQueueTest {
    private final AcceptQueue<String> queue = new AcceptQueue<>(2, new FrozenTimers());

    private <R> R locked(Supplier<R> action) {
        queue.lock();
        try {
            return action.get();
        } finally {
            queue.leave();
        }
    }

    private int offer(String connection) {
        return locked(() -> queue.offer(connection));
    }

    private int reserve() {
        return locked(queue::reserveSlot);
    }

    private boolean isReady(int condition) {
        return queue.isReady(condition, 1);
    }

    @Test
    void connectionsLeaveInTheOrderOfTheirArrival() {
        assertThat(offer("a")).isZero();
        assertThat(offer("b")).isZero();
        assertThat(queue.size()).isEqualTo(2);

        assertThat(locked(queue::poll)).isEqualTo("a");
        assertThat(queue.outcome()).isZero();
        assertThat(locked(queue::poll)).isEqualTo("b");
        assertThat(locked(queue::poll)).isNull();
        assertThat(queue.outcome()).isEqualTo(Outcome.BLOCKED);
    }

    @Test
    void aFullQueueBlocksBothKindsOfConnect() {
        offer("a");
        assertThat(isReady(ReadyBits.BACKLOG_FREE)).isTrue();
        offer("b");

        assertThat(offer("c")).isEqualTo(Outcome.BLOCKED);
        assertThat(reserve()).isEqualTo(Outcome.BLOCKED);
        assertThat(isReady(ReadyBits.BACKLOG_FREE)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void aReservedSlotCountsForBothKindsOfConnect() {
        assertThat(reserve()).isZero();
        assertThat(offer("a")).isZero();

        assertThat(offer("b")).isEqualTo(Outcome.BLOCKED);
        assertThat(reserve()).isEqualTo(Outcome.BLOCKED);
        assertThat(isReady(ReadyBits.BACKLOG_FREE)).isFalse();
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void aReleasedSlotIsFreeAgain() {
        reserve();
        reserve();
        locked(() -> {
            queue.releaseSlot();
            return null;
        });

        assertThat(reserve()).isZero();
        assertThat(reserve()).isEqualTo(Outcome.BLOCKED);
    }

    @Test
    void aCompletedSlotIsQueuedEvenAboveAReducedCapacity() {
        reserve();
        offer("a");
        queue.capacity(1);
        assertThat(queue.capacity()).isEqualTo(1);

        assertThat(locked(() -> queue.completeSlot("b"))).isZero();

        assertThat(queue.size()).isEqualTo(2);
        locked(queue::poll);
        assertThat(locked(queue::poll)).isEqualTo("b");
        assertThat(offer("c")).isZero();
    }

    @Test
    void aClosedQueueRefusesAllAndReturnsTheRest() {
        List<Integer> woken = new ArrayList<>();
        reserve();
        offer("a");
        CallbackWaiter.enlist(queue, ReadyBits.BACKLOG_FREE, 1, false, () -> woken.add(ReadyBits.BACKLOG_FREE));

        assertThat(queue.isClosed()).isFalse();

        assertThat(locked(queue::close)).containsExactly("a");

        assertThat(queue.isClosed()).isTrue();
        assertThat(queue.size()).isZero();
        assertThat(offer("b")).isEqualTo(Outcome.CLOSED);
        assertThat(reserve()).isEqualTo(Outcome.CLOSED);
        assertThat(locked(() -> queue.completeSlot("c"))).isEqualTo(Outcome.CLOSED);
        assertThat(queue.size()).isZero();
        assertThat(locked(queue::poll)).isNull();
        assertThat(queue.outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(woken).hasSize(1);
        assertThat(isReady(ReadyBits.ACCEPTABLE)).isTrue();
        assertThat(isReady(ReadyBits.CLOSED)).isTrue();
        assertThat(isReady(ReadyBits.READABLE)).isFalse();
    }

    @Test
    void aHeldQueueHandsNothingOver() {
        offer("a");
        assertThat(isReady(ReadyBits.ACCEPTABLE)).isTrue();
        queue.hold(true);

        assertThat(locked(queue::poll)).isNull();
        assertThat(queue.outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(isReady(ReadyBits.ACCEPTABLE)).isFalse();

        queue.hold(false);
        assertThat(isReady(ReadyBits.ACCEPTABLE)).isTrue();
        assertThat(isReady(ReadyBits.CLOSED)).isFalse();
        assertThat(locked(queue::poll)).isEqualTo("a");
        assertThat(isReady(ReadyBits.ACCEPTABLE)).isFalse();
    }
}

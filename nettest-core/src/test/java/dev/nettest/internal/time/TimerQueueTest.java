package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of timers, and which of them are due. */
class TimerQueueTest {
    private final TimerQueue queue = new TimerQueue();
    private final List<String> ran = new ArrayList<>();

    private TimerQueue.Entry add(long instant, String name) {
        return queue.add(instant, () -> ran.add(name));
    }

    private List<String> runDue(long instant) {
        for (TimerQueue.Entry due = queue.pollDue(instant); due != null; due = queue.pollDue(instant)) {
            due.action().run();
        }
        return ran;
    }

    @Test
    void timersAreDueInTheOrderOfTheirInstantsAndThenOfTheirScheduling() {
        add(20, "late");
        add(10, "first");
        add(10, "second");
        add(10, "third");

        assertThat(runDue(20)).containsExactly("first", "second", "third", "late");
    }

    @Test
    void aTimerIsDueAtItsInstant() {
        TimerQueue.Entry entry = add(10, "a");
        assertThat(queue.first()).isSameAs(entry);

        assertThat(queue.pollDue(9)).isNull();
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.pollDue(10)).isSameAs(entry);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void anEmptyQueueHasNoTimer() {
        assertThat(queue.first()).isNull();
        assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
    }

    @Test
    void aRemovedTimerIsNotDue() {
        TimerQueue.Entry removed = add(10, "removed");
        add(10, "kept");

        queue.remove(removed);
        queue.remove(removed);

        assertThat(runDue(10)).containsExactly("kept");
    }
}

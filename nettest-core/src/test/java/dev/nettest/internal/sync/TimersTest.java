package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The arithmetic of instants: a sum that overflows is no deadline, and a comparison survives an overflow. */
class TimersTest {

    @Test
    void aDeadlineIsASum() {
        assertThat(Timers.deadline(10, 5)).isEqualTo(15);
        assertThat(Timers.deadline(10, 0)).isEqualTo(10);
        assertThat(Timers.deadline(10, -3)).isEqualTo(7);
        assertThat(Timers.deadline(-10, 3)).isEqualTo(-7);
    }

    @Test
    void aDeadlineThatOverflowsIsNever() {
        assertThat(Timers.deadline(1, Long.MAX_VALUE - 1)).isEqualTo(Timers.NEVER);
        assertThat(Timers.deadline(2, Long.MAX_VALUE - 1)).isEqualTo(Timers.NEVER);
        assertThat(Timers.deadline(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Timers.NEVER);
    }

    @Test
    void anInstantHasComeFromItselfOn() {
        assertThat(Timers.isPast(10, 9)).isFalse();
        assertThat(Timers.isPast(10, 10)).isTrue();
        assertThat(Timers.isPast(10, 11)).isTrue();
    }

    @Test
    void aClockMayOverflow() {
        assertThat(Timers.isPast(Long.MAX_VALUE - 1, Long.MIN_VALUE)).isTrue();
        assertThat(Timers.isPast(Long.MIN_VALUE, Long.MAX_VALUE - 1)).isFalse();
    }

    @Test
    void neverIsNotPastOnAnyClock() {
        assertThat(Timers.isPast(Timers.NEVER, Long.MAX_VALUE)).isFalse();
        assertThat(Timers.isPast(Timers.NEVER, Long.MIN_VALUE)).isFalse();
    }
}

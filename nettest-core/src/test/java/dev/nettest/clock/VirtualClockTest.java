package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A manual clock without a network: when it moves, and which timers run then. */
class VirtualClockTest {
    private final VirtualClock clock = VirtualClock.manual();
    private final List<String> ran = new ArrayList<>();

    @Test
    void standsUntilItIsMoved() {
        assertThat(clock.nanoTime()).isZero();
        assertThat(clock.now()).isEqualTo(Instant.parse("2000-01-01T00:00:00Z"));
        assertThat(clock.isVirtual()).isTrue();

        clock.advanceTimeBy(Duration.ofMillis(1500));

        assertThat(clock.nanoTime()).isEqualTo(1_500_000_000L);
        assertThat(clock.now()).isEqualTo(Instant.parse("2000-01-01T00:00:01.5Z"));
        assertThat(clock).hasToString("virtual clock at 1500 ms");
    }

    @Test
    void runsTimersInTheOrderOfTheirInstants() {
        at(30);
        at(10);
        at(20);

        clock.advanceTimeBy(Duration.ofNanos(100));

        assertThat(ran).containsExactly("10 at 10", "20 at 20", "30 at 30");
        assertThat(clock.nanoTime()).isEqualTo(100);
    }

    @Test
    void runsTimersOfOneInstantInTheOrderOfScheduling() {
        for (int i = 0; i < 50; i++) {
            String name = Integer.toString(i);
            clock.schedule(7, () -> ran.add(name));
        }

        clock.advanceTimeBy(Duration.ofNanos(7));

        assertThat(ran).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(ran.get(i)).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void runsTimersUpToTheTargetInstant() {
        at(10);
        at(11);

        clock.advanceTimeBy(Duration.ofNanos(10));

        assertThat(ran).containsExactly("10 at 10");
    }

    @Test
    void runsTimersThatTimersScheduleUpToTheTarget() {
        clock.schedule(10, () -> {
            ran.add("first");
            at(10);
            at(15);
            at(21);
        });

        clock.advanceTimeBy(Duration.ofNanos(20));

        assertThat(ran).containsExactly("first", "10 at 10", "15 at 15");
    }

    @Test
    void aTimerInThePastRunsAtTheNextMove() {
        clock.advanceTimeBy(Duration.ofNanos(10));
        at(3);
        assertThat(ran).isEmpty();

        clock.advanceTimeBy(Duration.ZERO);

        assertThat(ran).containsExactly("3 at 10");
    }

    @Test
    void advanceToNextMovesToOneInstant() {
        at(10);
        at(10);
        at(20);

        assertThat(clock.advanceToNext()).isTrue();
        assertThat(ran).hasSize(2);
        assertThat(clock.nanoTime()).isEqualTo(10);
        assertThat(clock.advanceToNext()).isTrue();
        assertThat(clock.advanceToNext()).isFalse();
        assertThat(clock.nanoTime()).isEqualTo(20);
    }

    @Test
    void advanceUntilIdleRunsUntilNoTimerIsLeft() {
        int[] left = {1000};
        clock.schedule(1, () -> rescheduled(left));

        clock.advanceUntilIdle();

        assertThat(left[0]).isZero();
        assertThat(clock.nanoTime()).isEqualTo(1000);
    }

    @Test
    void aCancelledTimerNeverRuns() {
        NetworkClock.Timer timer = clock.schedule(10, () -> ran.add("cancelled"));
        NetworkClock.Timer[] other = {null};
        clock.schedule(5, () -> other[0].cancel());
        other[0] = clock.schedule(5, () -> ran.add("cancelled by an earlier timer"));
        timer.cancel();
        timer.cancel();

        clock.advanceTimeBy(Duration.ofNanos(10));

        assertThat(ran).isEmpty();
        other[0].cancel();
        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void refusesANegativeDuration() {
        assertThatThrownBy(() -> clock.advanceTimeBy(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duration is negative: PT-0.000000001S");
    }

    @Test
    void stopsAtTheEndOfTime() {
        clock.advanceTimeBy(Duration.ofNanos(Long.MAX_VALUE - 5));
        at(Long.MAX_VALUE - 2);

        clock.advanceTimeBy(Duration.ofSeconds(Long.MAX_VALUE));
        clock.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(clock.nanoTime()).isEqualTo(Long.MAX_VALUE);
        assertThat(ran).hasSize(1);
        assertThat(clock.now()).isAfter(Instant.parse("2292-01-01T00:00:00Z"));
    }

    @Test
    void refusesAMoveByATimersAction() {
        List<Throwable> refused = new ArrayList<>();
        clock.schedule(1, () -> refused.add(thrown(() -> clock.advanceTimeBy(Duration.ofNanos(1)))));
        clock.schedule(1, () -> refused.add(thrown(clock::advanceToNext)));
        clock.schedule(1, () -> refused.add(thrown(clock::advanceUntilIdle)));

        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(refused)
                .hasSize(3)
                .allSatisfy(thrown -> assertThat(thrown)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the clock cannot be moved by a timer's action while it moves"));
    }

    @Test
    void anActionThatThrowsStopsNoOther() {
        List<Throwable> uncaught = new ArrayList<>();
        IllegalStateException thrown = new IllegalStateException("action");
        clock.schedule(1, () -> {
            throw thrown;
        });
        at(1);
        at(2);

        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
        try {
            clock.advanceTimeBy(Duration.ofNanos(5));
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }

        assertThat(uncaught).containsExactly(thrown);
        assertThat(ran).containsExactly("1 at 1", "2 at 2");
        assertThat(clock.nanoTime()).isEqualTo(5);
    }

    @Test
    @Timeout(20)
    void anActionThatThrowsOnTheSystemClockReachesTheHandler() throws Exception {
        NetworkClock system = NetworkClock.system();
        BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
        IllegalStateException thrown = new IllegalStateException("action");
        system.schedule(
                system.nanoTime(),
                () -> Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> uncaught.add(e)));
        system.schedule(system.nanoTime(), () -> {
            throw thrown;
        });

        assertThat(uncaught.take()).isSameAs(thrown);
    }

    @Test
    void concurrentMovesAddUp() {
        AtomicInteger timers = new AtomicInteger();
        for (int i = 1; i <= 1_000; i++) {
            clock.schedule(i * 7, timers::incrementAndGet);
        }
        List<Background<Void>> movers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            movers.add(Background.run(() -> {
                for (int n = 0; n < 500; n++) {
                    clock.advanceTimeBy(Duration.ofNanos(5));
                }
            }));
        }
        movers.forEach(Background::result);

        assertThat(clock.nanoTime()).isEqualTo(10_000);
        assertThat(timers).hasValue(1_000);
    }

    @Test
    void aSleeperWakesAtItsInstant() {
        Network network = Network.create(NetworkConfig.builder().clock(clock).build());
        Background<Void> sleeper = Background.run(network, () -> clock.sleep(Duration.ofSeconds(3)))
                .awaitParked();
        clock.advanceTimeBy(Duration.ofSeconds(3).minusNanos(1));
        sleeper.assertWaits();

        clock.advanceTimeBy(Duration.ofNanos(1));

        sleeper.result();
        network.close();
    }

    @Test
    void aZeroSleepReturnsAndANegativeOneIsRefused() throws Exception {
        clock.sleep(Duration.ZERO);

        assertThatThrownBy(() -> clock.sleep(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duration is negative: PT-0.000000001S");
    }

    @Test
    void anInterruptBeforeOrDuringASleepEndsIt() {
        Background<Void> sleeper =
                Background.run(() -> clock.sleep(Duration.ofSeconds(3))).awaitParked();
        Background<Void> early = Background.run(() -> {
            Thread.currentThread().interrupt();
            clock.sleep(Duration.ofSeconds(3));
        });

        sleeper.interrupt();

        assertThat(sleeper.failure())
                .isExactlyInstanceOf(InterruptedException.class)
                .hasMessage("interrupted in sleep");
        assertThat(early.failure()).isExactlyInstanceOf(InterruptedException.class);
        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void convertsToAJavaClock() {
        Clock view = clock.toClock();
        clock.advanceTimeBy(Duration.ofHours(1));

        assertThat(view.instant()).isEqualTo(Instant.parse("2000-01-01T01:00:00Z"));
        assertThat(view.getZone()).isEqualTo(ZoneOffset.UTC);
        Clock berlin = view.withZone(ZoneId.of("Europe/Berlin"));
        assertThat(berlin.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(berlin.millis()).isEqualTo(view.millis());
    }

    @Test
    void theSystemClockFollowsRealTime() throws Exception {
        NetworkClock system = NetworkClock.system();
        Background<Void> waiter = Background.run(() -> system.sleep(Duration.ofNanos(1)));
        waiter.result();

        assertThat(system.isVirtual()).isFalse();
        assertThat(system).hasToString("system clock");
        long before = System.nanoTime();
        long between = system.nanoTime();
        assertThat(between - before).isNotNegative();
        assertThat(System.nanoTime() - between).isNotNegative();
        assertThat(system.now()).isCloseTo(Instant.now(), within(1, ChronoUnit.DAYS)); // it can be set meanwhile
    }

    @Test
    @Timeout(20)
    void aCancelledTimerOfTheSystemClockDoesNotRun() throws Exception {
        NetworkClock system = NetworkClock.system();
        BlockingQueue<String> fired = new LinkedBlockingQueue<>();
        long now = system.nanoTime();
        system.schedule(
                now,
                () -> { // none of its timers runs before this ends
                    NetworkClock.Timer cancelled = system.schedule(now, () -> fired.add("cancelled"));
                    system.schedule(now, () -> fired.add("next"));
                    cancelled.cancel();
                });

        assertThat(fired.take()).isEqualTo("next");
    }

    @Test
    void refusesNull() {
        assertThatThrownBy(() -> clock.schedule(1, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> clock.advanceTimeBy(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> NetworkClock.system().schedule(1, null)).isInstanceOf(NullPointerException.class);
    }

    private void at(long instant) {
        clock.schedule(instant, () -> ran.add(instant + " at " + clock.nanoTime()));
    }

    private void rescheduled(int[] left) {
        if (--left[0] > 0) {
            clock.schedule(clock.nanoTime() + 1, () -> rescheduled(left));
        }
    }

    private static Throwable thrown(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call);
    }
}

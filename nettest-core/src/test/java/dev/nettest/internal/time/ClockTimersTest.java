package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.internal.sync.Timers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The timers of a network: which of them count as deliveries in flight, and from when to when. */
class ClockTimersTest {
    private final HandClock clock = new HandClock();
    private final ActivityTracker activity = new ActivityTracker(clock, null);
    private final ClockTimers timers = new ClockTimers(clock, activity);
    private final List<String> ran = new ArrayList<>();

    private Runnable noting(String name) {
        return () -> ran.add(name + " with " + activity.inFlight() + " in flight");
    }

    @Test
    void anInstantOfNeverNeedsNoTimer() {
        timers.schedule(Timers.NEVER, noting("timer")).cancel();
        timers.deliver(Timers.NEVER, noting("arrival")).cancel();

        assertThat(clock.instants).isEmpty();
        assertThat(activity.inFlight()).isZero();
    }

    @Test
    void inVirtualTimeATimerIsNoDelivery() {
        clock.virtual = true;
        Timers.Timer timer = timers.schedule(5, noting("timer"));
        assertThat(activity.inFlight()).isZero();

        clock.actions.get(0).run();
        timer.cancel();

        assertThat(ran).containsExactly("timer with 0 in flight");
        assertThat(clock.cancelled).isEqualTo(1);
    }

    @Test
    void inRealTimeATimerCountsWhileItRuns() {
        Timers.Timer timer = timers.schedule(101, noting("timer"));
        assertThat(activity.inFlight()).isZero();

        clock.actions.get(0).run();

        assertThat(ran).containsExactly("timer with 1 in flight");
        assertThat(activity.inFlight()).isZero();
        timer.cancel();
        assertThat(clock.cancelled).isEqualTo(1);
    }

    @Test
    void inRealTimeATimerThatThrowsCountsNoMore() {
        timers.schedule(101, () -> {
            throw new IllegalStateException("boom");
        });

        assertThatThrownBy(clock.actions.get(0)::run).hasMessage("boom");

        assertThat(activity.inFlight()).isZero();
    }

    @Test
    void inRealTimeATimerThatIsDueCountsAtOnce() {
        timers.schedule(100, noting("due"));
        assertThat(activity.inFlight()).isEqualTo(1);

        clock.actions.get(0).run();

        assertThat(activity.inFlight()).isZero();
    }

    @Test
    void aDeliveryCountsUntilItHasArrived() {
        Timers.Timer delivery = timers.deliver(105, noting("arrival"));
        assertThat(activity.inFlight()).isEqualTo(1);
        assertThat(clock.instants).containsExactly(105L);

        clock.actions.get(0).run();
        clock.actions.get(0).run();
        delivery.cancel();

        assertThat(ran).containsExactly("arrival with 1 in flight");
        assertThat(activity.inFlight()).isZero();
    }

    @Test
    void aCancelledDeliveryDoesNotArrive() {
        Timers.Timer delivery = timers.deliver(105, noting("arrival"));

        delivery.cancel();
        delivery.cancel();
        clock.actions.get(0).run();

        assertThat(clock.cancelled).isPositive();
        assertThat(activity.inFlight()).isZero();
        assertThat(ran).isEmpty();
    }

    @Test
    void aDeliveryThatArrivesWhileItIsScheduledIsCancelledAtItsClock() {
        clock.runsAtOnce = true;

        timers.deliver(100, noting("arrival"));

        assertThat(ran).containsExactly("arrival with 1 in flight");
        assertThat(clock.cancelled).isEqualTo(1);
        assertThat(activity.inFlight()).isZero();
    }

    @Test
    void aDeliveryThatThrowsCountsNoMore() {
        timers.deliver(105, () -> {
            throw new IllegalStateException("boom");
        });

        assertThatThrownBy(clock.actions.get(0)::run).hasMessage("boom");

        assertThat(activity.inFlight()).isZero();
    }

    @Test
    void theEndCancelsWhatIsInFlightAndWhatComesLater() {
        timers.deliver(105, noting("first"));
        timers.deliver(106, noting("arrived"));
        clock.actions.get(1).run();
        ran.clear();

        timers.end();
        assertThat(activity.inFlight()).isZero();
        assertThat(clock.cancelled).as("not the one that has arrived").isEqualTo(1);
        timers.deliver(107, noting("later"));
        assertThat(activity.inFlight()).isZero();

        clock.actions.forEach(Runnable::run);
        assertThat(ran).isEmpty();
    }

    @Test
    void withoutANetworkNothingIsCounted() {
        ClockTimers alone = new ClockTimers(clock, null);

        alone.deliver(105, noting("arrival")).cancel();
        alone.schedule(90, noting("timer")).cancel();
        alone.whileStanding(noting("setup"));
        alone.checkMayWait();

        assertThat(clock.instants).containsExactly(105L, 90L);
        assertThat(clock.cancelled).isEqualTo(2);
        assertThat(ran).containsExactly("setup with 0 in flight");
    }

    @Test
    void theReasonOfARefusedWaitIsKept() {
        assertThat(timers.refusedWait()).isNull();
        clock.refusal = "not counted:";

        assertThatThrownBy(timers::checkMayWait).hasMessage("not counted: false");

        assertThat(timers.refusedWait()).isEqualTo("not counted: false");
    }

    @Test
    void theClockIsAskedIfTheThreadIsRegistered() {
        clock.refusal = "counted:";
        ThreadRegistration registration = activity.register();
        try {
            assertThatThrownBy(timers::checkMayWait).hasMessage("counted: true");
        } finally {
            activity.unregister(registration);
        }
        assertThatThrownBy(timers::checkMayWait).hasMessage("counted: false");
    }

    @Test
    void aThreadMayJoinBeforeItWaits() {
        ActivityTracker joining = new ActivityTracker(clock, thread -> thread == Thread.currentThread());
        ClockTimers ofJoining = new ClockTimers(clock, joining);

        ofJoining.checkMayWait();

        assertThat(joining.current()).isNotNull();
        assertThat(joining.leaveJoined(joining.current())).isTrue();
        assertThat(joining.current()).isNull();
    }

    @Test
    void anInstantIsRelativeToNow() {
        assertThat(timers.in(5)).isEqualTo(105);
        assertThat(timers.in(Timers.NEVER)).isEqualTo(Timers.NEVER);
        clock.now = -5;
        assertThat(timers.in(Timers.NEVER)).isEqualTo(Timers.NEVER);
        assertThat(timers.now()).isEqualTo(-5);
    }

    @Test
    void theKindOfTimeIsThatOfTheClock() {
        assertThat(timers.isVirtual()).isFalse();
        clock.virtual = true;
        assertThat(timers.isVirtual()).isTrue();
        assertThat(timers.realTime()).isNotZero();
    }

    /** The wait asks the clock; a sleep of no time does not. */
    @Test
    void onlyASleepOfSomeTimeWaits() throws Exception {
        clock.refusal = "counted:";

        timers.sleep(0);

        assertThatThrownBy(() -> timers.sleep(1)).hasMessage("counted: false");
    }

    @Test
    void aSelfAdvancingClockStandsDuringASetup() {
        SelfAdvancingClock advancing = new SelfAdvancingClock();
        ClockTimers ofAdvancing = new ClockTimers(advancing, new ActivityTracker(advancing, null));

        ofAdvancing.whileStanding(() -> ran.add("runnable: " + advancing.runnable));

        assertThat(ran).containsExactly("runnable: 1");
        assertThat(advancing.runnable).isZero();
    }

    @Test
    void aSleepOfNoTimeEndsAtOnceAndMeetsAnInterrupt() throws Exception {
        timers.sleep(0);

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> timers.sleep(0))
                .isExactlyInstanceOf(InterruptedException.class)
                .hasMessage("interrupted in sleep");
        assertThat(Thread.interrupted()).isFalse();
    }
}

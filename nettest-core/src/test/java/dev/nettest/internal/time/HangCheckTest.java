package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.TrackedThread;
import dev.nettest.testing.Background;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The looks at a clock beside a thread that runs all the time: ten seconds without a change are a hang. */
class HangCheckTest {
    /** Looks in ten seconds. */
    private static final int ENOUGH = 100;

    static {
        JvmThreads.prepare(); // the thread of the test is not one of those that ran before
    }

    private final ManualClock clock = new ManualClock();
    private final ActivityTracker activity = new ActivityTracker(clock, null);
    private final HangCheck check = new HangCheck(clock);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Background<Void> running = Background.run(() -> {
        while (!ended.get()) {
            Thread.onSpinWait();
        }
    });
    private boolean outside;
    private int failed;

    @BeforeEach
    void openANetwork() {
        clock.activities.add(activity);
        activity.waits(new NetworkWaits() {
            @Override
            public boolean areForOutside() {
                return outside;
            }

            @Override
            public void fail(String reason) {
                throw new AssertionError("no wait is refused: " + reason);
            }

            @Override
            public void failHanging() {
                failed++;
            }
        });
    }

    @AfterEach
    void end() {
        ended.set(true);
        running.result();
    }

    private void registerAThread() {
        TrackedThread thread =
                new TrackedThread(() -> {}, "registered", tracking -> new ThreadRegistration(activity, tracking));
        activity.registrations().add(activity.registrationOf(thread.tracking()));
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            check.look();
        }
    }

    @Test
    void theWaitsFailOnceAfterEnoughLooksWithoutAChange() {
        registerAThread();

        look(ENOUGH);
        assertThat(failed).as("the first look only begins").isZero();
        look(1);
        assertThat(failed).isEqualTo(1);
        look(ENOUGH);
        assertThat(failed).isEqualTo(1);
        look(1);
        assertThat(failed).isEqualTo(2);
    }

    @Test
    void aChangeStartsAgain() {
        registerAThread();
        look(ENOUGH);

        clock.threadRunnable();
        clock.threadWaiting();
        look(ENOUGH);
        assertThat(failed).isZero();
        look(1);

        assertThat(failed).isEqualTo(1);
    }

    @Test
    void nothingHangsWithoutARegisteredThread() {
        look(3 * ENOUGH);

        assertThat(failed).isZero();
    }

    @Test
    void nothingHangsWhileARegisteredThreadCanRun() {
        registerAThread();
        clock.threadRunnable();

        look(3 * ENOUGH);

        assertThat(failed).isZero();
    }

    @Test
    void nothingHangsWhileTheClockMoves() {
        registerAThread();
        clock.moving.lock();
        try {
            look(3 * ENOUGH);
        } finally {
            clock.moving.unlock();
        }

        assertThat(failed).isZero();
    }

    @Test
    void nothingHangsThatWaitsForTheOutside() {
        registerAThread();
        look(ENOUGH);
        outside = true;
        look(1);
        assertThat(failed).isZero();
        outside = false;

        look(ENOUGH);
        assertThat(failed).isZero();
        look(1);
        assertThat(failed).isEqualTo(1);
    }
}

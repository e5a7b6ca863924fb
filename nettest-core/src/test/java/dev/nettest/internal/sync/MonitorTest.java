package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.testing.Background;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of what runs after a monitor is unlocked. */
class MonitorTest {
    private final Monitor monitor = new Monitor();
    private final List<String> ran = new ArrayList<>();

    private final class Work extends Deferred {
        private final String name;

        Work(String name) {
            this.name = name;
        }

        @Override
        protected void run() {
            ran.add(name + (monitor.isLocked() ? " under the lock" : ""));
        }
    }

    private final class Busy extends Pollable {
        private final String name;
        private boolean ready;

        Busy(Monitor lock, String name) {
            super(lock);
            this.name = name;
        }

        @Override
        protected boolean holds(int condition, long amount) {
            return ready;
        }

        @Override
        protected Deferred deferBeforeWakeUps(@Nullable Deferred chain) {
            return new Work("early " + name).before(chain);
        }

        @Override
        protected Deferred deferAfterWakeUps(@Nullable Deferred chain) {
            return new Work("late " + name).before(chain);
        }
    }

    private void leave() {
        monitor.lock();
        monitor.leave();
    }

    @Test
    void deferredWorkRunsBeforeAndAfterTheWakeUps() {
        Busy one = new Busy(monitor, "1");
        Busy two = new Busy(monitor, "2");
        CallbackWaiter.enlist(one, ReadyBits.READABLE, 1, false, () -> ran.add("wake 1"));
        CallbackWaiter.enlist(two, ReadyBits.READABLE, 1, false, () -> ran.add("wake 2"));
        monitor.enableDeferred();
        one.ready = true;
        two.ready = true;

        leave();

        assertThat(ran).containsExactly("early 1", "early 2", "wake 1", "wake 2", "late 2", "late 1");
    }

    @Test
    void workIsDeferredWithoutAnyWaiter() {
        new Busy(monitor, "1");
        monitor.enableDeferred();

        leave();

        assertThat(ran).containsExactly("early 1", "late 1");
        assertThat(monitor.isLocked()).isFalse();
    }

    @Test
    void nothingIsDeferredUntilItIsEnabled() {
        new Busy(monitor, "1").ready = true;

        leave();

        assertThat(ran).isEmpty();
        assertThat(monitor.isLocked()).isFalse();
    }

    @Test
    void aWaiterOfTheSecondPollableIsWokenAlone() {
        new Busy(monitor, "1");
        Busy two = new Busy(monitor, "2");
        CallbackWaiter.enlist(two, ReadyBits.READABLE, 1, false, () -> ran.add("wake 2"));
        two.ready = true;

        leave();

        assertThat(ran).containsExactly("wake 2");
    }

    @Test
    void aWaiterOfTheOnlyPollableIsWoken() {
        Busy one = new Busy(monitor, "1");
        CallbackWaiter.enlist(one, ReadyBits.READABLE, 1, false, () -> ran.add("wake 1"));
        one.ready = true;

        leave();

        assertThat(ran).containsExactly("wake 1");
        assertThat(monitor.isLocked()).isFalse();
    }

    @Test
    void workMayBeChainedAgainWhileItRuns() {
        Work last = new Work("last");
        Deferred again = new Deferred() {
            @Override
            protected void run() {
                ran.add("again");
                before(null);
            }
        };

        Deferred.runAll(again.before(last.before(null)));

        assertThat(ran).containsExactly("again", "last");
    }

    @Test
    void aPollableWithoutWorkKeepsThatOfTheOther() {
        new Quiet(monitor);
        new Busy(monitor, "2");
        monitor.enableDeferred();
        leave();
        assertThat(ran).containsExactly("early 2", "late 2");

        ran.clear();
        Monitor other = new Monitor();
        new Busy(other, "1");
        new Quiet(other);
        other.enableDeferred();
        other.lock();
        other.leave();
        assertThat(ran).containsExactly("early 1", "late 1");
    }

    private static final class Quiet extends Pollable {
        Quiet(Monitor lock) {
            super(lock);
        }

        @Override
        protected boolean holds(int condition, long amount) {
            return false;
        }
    }

    /** It attempts to take the lock for a while, and then parks. */
    @Test
    void aLockThatIsHeldForLongIsWaitedFor() {
        monitor.lock();
        Background<Boolean> other = Background.call(() -> {
            monitor.lock();
            boolean held = monitor.isHeldByCurrentThread();
            monitor.unlock();
            return held;
        });
        while (!monitor.hasQueuedThread(other.thread())) {
            assertThat(other.isDone()).isFalse();
            Thread.onSpinWait();
        }

        monitor.unlock();

        assertThat(other.result()).isTrue();
    }
}

package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread of a poller: when it begins, polls and ends. */
@Timeout(30)
class PollerTest {
    private final AtomicInteger wanted = new AtomicInteger();
    private final BlockingQueue<Thread> probes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private volatile boolean lingers;
    private final Poller poller = new Poller("poller", () -> wanted.get() > 0, this::probe, () -> lingers);

    /** The results of the probes by turns: with and without an effect. */
    private boolean probe() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        int left = wanted.decrementAndGet();
        probes.add(Thread.currentThread());
        return left % 2 == 0;
    }

    @AfterEach
    void end() {
        lingers = false;
        wanted.set(0);
        poller.networkClosed();
    }

    @Test
    void itProbesWhileAProbeIsWanted() throws Exception {
        wanted.set(5);
        poller.start();

        Thread thread = probes.take();
        thread.join();

        assertThat(probes).hasSize(4).containsOnly(thread);
        assertThat(thread.getName()).isEqualTo("poller");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(poller.thread().unlessCurrent()).isNotNull();
        assertThat(uncaught).isEmpty();
    }

    /** The last look, under the lock, finds that a probe is wanted again. */
    @Test
    void aProbeThatIsWantedAtTheLastMomentIsMade() throws Exception {
        Deque<Boolean> answers = new ConcurrentLinkedDeque<>(List.of(true, false, false, false, true));
        answers.addAll(List.of(true, false, false, false, false));
        Poller scripted = new Poller("scripted", answers::remove, this::probe, () -> false);

        scripted.start();
        Thread thread = probes.take();
        thread.join();

        assertThat(probes).containsExactly(thread);
        assertThat(answers).isEmpty();
    }

    @Test
    void aThreadThatHasEndedIsReplaced() throws Exception {
        wanted.set(1);
        poller.start();
        Thread first = probes.take();
        first.join();

        wanted.set(1);
        poller.start();
        Thread second = probes.take();
        second.join();
        wanted.set(1);
        poller.wake();

        assertThat(second).isNotSameAs(first);
        assertThat(probes.take()).isNotSameAs(second);
    }

    @Test
    void withoutAWantedProbeTheThreadEnds() throws Exception {
        poller.start();
        awaitTheEnd();

        assertThat(probes).isEmpty();
    }

    @Test
    void aThreadThatLingersProbesAgain() throws Exception {
        lingers = true;
        wanted.set(1);
        poller.start();
        Thread thread = probes.take();
        awaitWaiting(thread);

        for (int i = 0; i < 5; i++) {
            wanted.set(1);
            poller.start();
            assertThat(probes.take()).isSameAs(thread);
            awaitWaiting(thread);
        }
        poller.networkClosed();
        awaitWaiting(thread);
        lingers = false;
        poller.networkClosed();
        thread.join();
    }

    @Test
    void withoutAThreadTheEndOfANetworkChangesNothing() throws Exception {
        poller.networkClosed();
        wanted.set(1);

        poller.start();

        assertThat(probes.take().getName()).isEqualTo("poller");
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    /** The thread has no probe to tell its name. */
    private static void awaitTheEnd() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("poller")) {
                thread.join();
            }
        }
    }
}

package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupt of a foreign thread is reported on the interrupting thread, between a begin and its end. */
class BlockerInterruptHookTest {
    private final BlockerInterruptHook hook = new BlockerInterruptHook();
    private final List<String> reported = new CopyOnWriteArrayList<>();

    @AfterEach
    void clearTheStatus() {
        Thread.interrupted();
    }

    private void begin(String wait) {
        hook.begin(() -> reported.add(wait + " on " + Thread.currentThread().getName()));
    }

    /** Another thread interrupts this one, and ends. */
    private static void interrupt() {
        Thread waiting = Thread.currentThread();
        Thread other = new Thread(waiting::interrupt, "other");
        other.start();
        while (other.isAlive()) {
            Thread.onSpinWait(); // a join would throw
        }
    }

    @Test
    void anInterruptIsReportedBeforeItReturns() {
        begin("wait");
        assertThat(reported).isEmpty();

        interrupt();

        assertThat(reported).containsExactly("wait on other");
        hook.end();
        assertThat(Thread.interrupted()).as("the end keeps the status").isTrue();
    }

    @Test
    void anInterruptFromBeforeIsReportedAtOnce() {
        interrupt();

        begin("wait");

        assertThat(reported).containsExactly("wait on " + Thread.currentThread().getName());
        hook.end();
    }

    @Test
    void anInterruptAfterTheEndIsNotReported() {
        begin("wait");
        hook.end();

        interrupt();

        assertThat(reported).isEmpty();
    }

    @Test
    void eachWaitIsReportedForItself() {
        begin("first");
        interrupt();
        hook.end();
        assertThat(Thread.interrupted()).isTrue();

        begin("second");
        interrupt();
        hook.end();

        assertThat(reported).containsExactly("first on other", "second on other");
    }

    @Test
    void anEndWithoutABeginDoesNothing() {
        hook.end();
        begin("wait");
        hook.end();
        hook.end();

        interrupt();

        assertThat(reported).isEmpty();
    }
}

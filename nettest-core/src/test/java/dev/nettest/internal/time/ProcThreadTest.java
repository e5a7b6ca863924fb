package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Readings of {@code /proc} in the order in which the kernel can give them. */
class ProcThreadTest {

    private static final String FUTEX =
            "202 0x7f4854415c38 0x189 0x0 0x0 0x0 0xffffffff 0x7f48308973e0 0x7f48594a4f16\n";
    private static final String RUNNING = "running\n";
    private static final String GONE = "";

    private final Deque<String> readings = new ArrayDeque<>();

    @Test
    void aSleepingThreadHasSlept() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), FUTEX, status('S', 5)))
                .isTrue();
    }

    /** It shows the state S before it leaves the processor. Woken before that, it runs on, and no switch is counted. */
    @Test
    void aThreadThatWasWokenBeforeItsSwitchHasNotSlept() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), RUNNING)).isFalse();
    }

    /** It left the processor only before the kernel was asked. */
    @Test
    void aSwitchAfterTheSecondReadingCounts() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), FUTEX, status('S', 6)))
                .isFalse();
    }

    @Test
    void aSwitchBetweenTheRoundsCounts() {
        assertThat(hasSlept(true, status('S', 5), status('S', 6))).isFalse();
    }

    @Test
    void aWaitForADiskIsNoSleep() {
        assertThat(hasSlept(true, status('S', 5), status('D', 5))).isFalse();
    }

    /** A page fault, for example. */
    @Test
    void aWaitOutsideOfASystemCallIsNoSleep() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), "-1 0x7ffd 0x7f48\n"))
                .isFalse();
    }

    @Test
    void aThreadThatEndedHasNotSlept() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), GONE)).isFalse();
    }

    @Test
    void equalSwitchesHaveToDoWithoutTheFile() {
        assertThat(hasSlept(false, status('S', 5), status('S', 5), status('S', 5)))
                .isTrue();
    }

    // ---- proofs after the first

    @Test
    void aThreadThatWasNotSwitchedSinceHasSlept() {
        ProcThread thread = proven();
        readings.addAll(List.of(FUTEX, status('S', 5), FUTEX, status('S', 5)));

        assertThat(thread.hasSleptSinceProof()).isTrue();
        assertThat(thread.hasSleptSinceProof()).isTrue();
        assertThat(readings).isEmpty();
    }

    @Test
    void aThreadThatRanSinceNeedsAFullProof() {
        assertIsNoProof(FUTEX, status('S', 6));
    }

    @Test
    void aThreadInARunQueueHasNotSlept() {
        assertIsNoProof(RUNNING);
    }

    /** A waker on another processor has not put it into a run queue yet. */
    @Test
    void aThreadThatIsBeingWokenHasNotSlept() {
        assertIsNoProof(FUTEX, status('R', 5));
    }

    @Test
    void aThreadThatEndedSinceHasNotSlept() {
        assertIsNoProof(GONE);
    }

    private void assertIsNoProof(String... readingsOfTheSecond) {
        ProcThread thread = proven();
        readings.addAll(List.of(readingsOfTheSecond));

        assertThat(thread.hasSleptSinceProof()).isFalse();
        assertThat(thread.isProven()).isFalse();
        assertThat(readings).isEmpty();
    }

    @Test
    void aProofThatFailsForgetsTheEarlierOne() {
        ProcThread thread = proven();
        readings.add(status('S', 6));

        assertThat(thread.hasSleptSince(5)).isFalse();
        assertThat(thread.isProven()).isFalse();
    }

    @Test
    void withoutTheFileEachProofIsAFullOne() {
        readings.addAll(List.of(status('S', 5), status('S', 5), status('S', 5)));
        ProcThread thread = new ProcThread(Path.of("task"), false, source());

        assertThat(thread.hasSleptSince(thread.switchesIfAsleep())).isTrue();
        assertThat(thread.isProven()).isFalse();
    }

    private ProcThread proven() {
        readings.addAll(List.of(status('S', 5), status('S', 5), FUTEX, status('S', 5)));
        ProcThread thread = new ProcThread(Path.of("task"), true, source());
        assertThat(thread.hasSleptSince(thread.switchesIfAsleep())).isTrue();
        assertThat(thread.isProven()).isTrue();
        return thread;
    }

    private boolean hasSlept(boolean hasSyscall, String first, String... others) {
        readings.add(first);
        for (String other : others) {
            readings.add(other);
        }
        ProcThread thread = new ProcThread(Path.of("task"), hasSyscall, source());
        long switches = thread.switchesIfAsleep();
        boolean slept = thread.hasSleptSince(switches);
        assertThat(List.copyOf(readings)).isEmpty();
        return slept;
    }

    private ProcThread.Source source() {
        return new ProcThread.Source() {
            @Override
            public String readAgain(String file) {
                String next = readings.removeFirst();
                assertThat(file).isEqualTo(next.contains("State") ? "task/status" : "task/syscall");
                return next.isEmpty() ? null : next;
            }

            @Override
            public void close() {}
        };
    }

    private static String status(char state, int switches) {
        return "Name:\tworker\nState:\t" + state + "\nvoluntary_ctxt_switches:\t" + (switches - 1)
                + "\nnonvoluntary_ctxt_switches:\t1\n";
    }
}

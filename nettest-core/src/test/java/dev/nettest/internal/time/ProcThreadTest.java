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
        assertThat(hasSlept(true, status('S', 5), status('S', 5), runs(3), FUTEX, status('S', 5)))
                .isTrue();
    }

    /** It shows the state S before it leaves the processor. Woken before that, it runs on, and no switch is counted. */
    @Test
    void aThreadThatWasWokenBeforeItsSwitchHasNotSlept() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), runs(3), RUNNING))
                .isFalse();
    }

    /** It left the processor only before the kernel was asked. */
    @Test
    void aSwitchAfterTheSecondReadingCounts() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), runs(3), FUTEX, status('S', 6)))
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
        assertThat(hasSlept(true, status('S', 5), status('S', 5), runs(3), "-1 0x7ffd 0x7f48\n"))
                .isFalse();
    }

    @Test
    void aThreadThatEndedHasNotSlept() {
        assertThat(hasSlept(true, status('S', 5), status('S', 5), runs(3), GONE))
                .isFalse();
    }

    @Test
    void equalSwitchesHaveToDoWithoutTheFile() {
        assertThat(hasSlept(false, status('S', 5), status('S', 5), status('S', 5)))
                .isTrue();
    }

    // ---- proofs after the first

    @Test
    void aThreadThatDidNotGetTheProcessorSinceHasSlept() {
        ProcThread thread = proven(3);
        readings.addAll(List.of(FUTEX, runs(3), FUTEX, runs(3)));

        assertThat(thread.hasSleptSinceProof()).isTrue();
        assertThat(thread.hasSleptSinceProof()).isTrue();
        assertThat(readings).isEmpty();
    }

    @Test
    void aThreadThatGotTheProcessorSinceNeedsAFullProof() {
        ProcThread thread = proven(3);
        readings.addAll(List.of(FUTEX, runs(4)));

        assertThat(thread.hasSleptSinceProof()).isFalse();
        assertThat(thread.isProven()).isFalse();
    }

    /** It was woken, and is in the queue of a processor. */
    @Test
    void aThreadInARunQueueHasNotSlept() {
        ProcThread thread = proven(3);
        readings.add(RUNNING);

        assertThat(thread.hasSleptSinceProof()).isFalse();
        assertThat(thread.isProven()).isFalse();
    }

    @Test
    void aKernelThatDoesNotCountRunsNeedsFullProofs() {
        readings.addAll(List.of(status('S', 5), status('S', 5), "9000 0 0\n", FUTEX, status('S', 5)));
        ProcThread thread = new ProcThread(Path.of("task"), true, source());

        assertThat(thread.hasSleptSince(thread.switchesIfAsleep())).isTrue();
        assertThat(thread.isProven()).isFalse();
    }

    @Test
    void aProofThatFailsForgetsTheEarlierOne() {
        ProcThread thread = proven(3);
        readings.add(status('S', 6));

        assertThat(thread.hasSleptSince(5)).isFalse();
        assertThat(thread.isProven()).isFalse();
    }

    private ProcThread proven(int runs) {
        readings.addAll(List.of(status('S', 5), status('S', 5), runs(runs), FUTEX, status('S', 5)));
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
            public String read(String file) {
                String next = readings.removeFirst();
                assertThat(file).isEqualTo("task/status");
                return next;
            }

            @Override
            public String readAgain(String file) {
                String next = readings.removeFirst();
                assertThat(file).isEqualTo(next.startsWith("9000 ") ? "task/schedstat" : "task/syscall");
                return next.isEmpty() ? null : next;
            }

            @Override
            public void close() {}
        };
    }

    private static String runs(int runs) {
        return "9000 800 " + runs + "\n";
    }

    private static String status(char state, int switches) {
        return "Name:\tworker\nState:\t" + state + "\nvoluntary_ctxt_switches:\t" + (switches - 1)
                + "\nnonvoluntary_ctxt_switches:\t1\n";
    }
}

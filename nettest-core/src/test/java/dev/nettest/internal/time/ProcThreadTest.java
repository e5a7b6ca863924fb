package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.time.ProcThread.Kernel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Readings of {@code /proc} in the order in which the kernel can give them. */
class ProcThreadTest {

    private static final String PARKED = "futex_do_wait";
    private static final String NOT_PARKED = "0";
    private static final String FUTEX =
            "202 0x7f4854415c38 0x189 0x0 0x0 0x0 0xffffffff 0x7f48308973e0 0x7f48594a4f16\n";
    private static final String RUNNING = "running\n";
    private static final String GONE = "";

    private final Deque<String> readings = new ArrayDeque<>();

    // ---- parked threads

    @Test
    void aParkedThreadHasSlept() {
        assertThat(hasSlept(Kernel.WCHAN, arrivals(7), PARKED, PARKED, arrivals(7)))
                .isTrue();
    }

    /** It ran between two sleeps. */
    @Test
    void anArrivalBetweenTheRoundsCounts() {
        assertThat(hasSlept(Kernel.WCHAN, arrivals(7), PARKED, PARKED, arrivals(8)))
                .isFalse();
    }

    /** Only {@code wchan} shows that it was woken. */
    @Test
    void aWokenThreadThatHasNotArrivedHasNotSlept() {
        assertThat(hasSlept(Kernel.WCHAN, arrivals(7), PARKED, NOT_PARKED)).isFalse();
    }

    @Test
    void aWaitForALockOfTheKernelIsNoSleep() {
        assertThat(hasSlept(Kernel.WCHAN, arrivals(7), PARKED, "futex_wake")).isFalse();
    }

    @Test
    void aParkedThreadThatEndedHasNotSlept() {
        assertThat(hasSlept(Kernel.WCHAN, arrivals(7), PARKED, GONE)).isFalse();
    }

    @Test
    void aThreadThatEndedIsGone() {
        readings.add(GONE);

        assertThat(thread(Kernel.WCHAN).markIfAsleep()).isEqualTo(ProcThread.GONE);
    }

    @Test
    void aThreadOnTheProcessorIsAwake() {
        readings.addAll(List.of(arrivals(7), NOT_PARKED, status('R', 5)));

        assertThat(thread(Kernel.WCHAN).markIfAsleep()).isEqualTo(ProcThread.AWAKE);
    }

    /** It sleeps in a function that may wait otherwise, or stays in its run queue for a moment. */
    @Test
    void otherSleepsAreProvenBySwitches() {
        assertThat(hasSlept(
                        Kernel.WCHAN, arrivals(7), NOT_PARKED, status('S', 5), status('S', 5), FUTEX, status('S', 5)))
                .isTrue();
    }

    /** The next look may find it parked, which is cheaper from then on. */
    @Test
    void aProofBySwitchesIsNotBuiltOnIfThereAreArrivals() {
        readings.addAll(List.of(arrivals(7), NOT_PARKED, status('S', 5), status('S', 5), FUTEX, status('S', 5)));
        ProcThread thread = thread(Kernel.WCHAN);

        assertThat(thread.hasSleptSince(thread.markIfAsleep())).isTrue();
        assertThat(thread.provenMark()).isNegative();
    }

    /** The numbers count different things. */
    @Test
    void marksOfArrivalsAndSwitchesDiffer() {
        readings.addAll(List.of(arrivals(5), PARKED, arrivals(5), NOT_PARKED, status('S', 5)));
        ProcThread thread = thread(Kernel.WCHAN);

        assertThat(thread.markIfAsleep()).isNotEqualTo(thread.markIfAsleep());
    }

    @Test
    void aLaterProofOfAParkedThreadIsOneLook() {
        ProcThread thread = parked();
        readings.addAll(List.of(PARKED, arrivals(7), PARKED, arrivals(7)));

        assertThat(thread.hasSleptSince(thread.provenMark())).isTrue();
        assertThat(thread.hasSleptSince(thread.provenMark())).isTrue();
        assertThat(readings).isEmpty();
    }

    @Test
    void anArrivalSinceTheProofEndsIt() {
        assertIsNoProof(parked(), PARKED, arrivals(8));
    }

    @Test
    void aWakeUpSinceTheProofEndsIt() {
        assertIsNoProof(parked(), NOT_PARKED);
    }

    /** A proof of a later sleep by another probe says nothing about the time before. */
    @Test
    void aMarkDoesNotChangeWithLaterProofs() {
        ProcThread thread = parked();
        long mark = thread.provenMark();
        readings.addAll(List.of(arrivals(9), PARKED, PARKED, arrivals(9), PARKED, arrivals(9)));
        assertThat(thread.hasSleptSince(thread.markIfAsleep())).isTrue();

        assertThat(thread.hasSleptSince(mark)).isFalse();
        assertThat(readings).isEmpty();
    }

    private ProcThread parked() {
        readings.addAll(List.of(arrivals(7), PARKED, PARKED, arrivals(7)));
        return proven(Kernel.WCHAN);
    }

    // ---- all other sleeps

    @Test
    void aSleepingThreadHasSlept() {
        assertThat(hasSlept(Kernel.SYSCALL, status('S', 5), status('S', 5), FUTEX, status('S', 5)))
                .isTrue();
    }

    /** It shows the state S before it leaves the processor. Woken before that, it runs on, and no switch is counted. */
    @Test
    void aThreadThatWasWokenBeforeItsSwitchHasNotSlept() {
        assertThat(hasSlept(Kernel.SYSCALL, status('S', 5), status('S', 5), RUNNING))
                .isFalse();
    }

    /** It left the processor only before the kernel was asked. */
    @Test
    void aSwitchAfterTheSecondReadingCounts() {
        assertThat(hasSlept(Kernel.SYSCALL, status('S', 5), status('S', 5), FUTEX, status('S', 6)))
                .isFalse();
    }

    @Test
    void aSwitchBetweenTheRoundsCounts() {
        assertThat(hasSlept(Kernel.SYSCALL, status('S', 5), status('S', 6))).isFalse();
    }

    @Test
    void aWaitForADiskIsNoSleep() {
        assertThat(hasSlept(Kernel.SYSCALL, status('S', 5), status('D', 5))).isFalse();
    }

    /** A page fault, for example. */
    @Test
    void aWaitOutsideOfASystemCallIsNoSleep() {
        assertThat(hasSlept(Kernel.SYSCALL, status('S', 5), status('S', 5), "-1 0x7ffd 0x7f48\n"))
                .isFalse();
    }

    @Test
    void aThreadThatEndedHasNotSlept() {
        assertThat(hasSlept(Kernel.SYSCALL, status('S', 5), status('S', 5), GONE))
                .isFalse();
    }

    @Test
    void equalSwitchesHaveToDoWithoutTheFile() {
        assertThat(hasSlept(Kernel.STATUS, status('S', 5), status('S', 5), status('S', 5)))
                .isTrue();
    }

    @Test
    void aThreadThatWasNotSwitchedSinceHasSlept() {
        ProcThread thread = switched();
        readings.addAll(List.of(FUTEX, status('S', 5), FUTEX, status('S', 5)));

        assertThat(thread.hasSleptSince(thread.provenMark())).isTrue();
        assertThat(thread.hasSleptSince(thread.provenMark())).isTrue();
        assertThat(readings).isEmpty();
    }

    @Test
    void aThreadThatRanSinceNeedsAFullProof() {
        assertIsNoProof(switched(), FUTEX, status('S', 6));
    }

    @Test
    void aThreadInARunQueueHasNotSlept() {
        assertIsNoProof(switched(), RUNNING);
    }

    /** A waker on another processor has not put it into a run queue yet. */
    @Test
    void aThreadThatIsBeingWokenHasNotSlept() {
        assertIsNoProof(switched(), FUTEX, status('R', 5));
    }

    @Test
    void aThreadThatEndedSinceHasNotSlept() {
        assertIsNoProof(switched(), GONE);
    }

    @Test
    void withoutTheFileEachProofIsAFullOne() {
        readings.addAll(List.of(status('S', 5), status('S', 5), status('S', 5)));
        ProcThread thread = thread(Kernel.STATUS);

        assertThat(thread.hasSleptSince(thread.markIfAsleep())).isTrue();
        assertThat(thread.provenMark()).isNegative();
    }

    private ProcThread switched() {
        readings.addAll(List.of(status('S', 5), status('S', 5), FUTEX, status('S', 5)));
        return proven(Kernel.SYSCALL);
    }

    // ---- both

    private void assertIsNoProof(ProcThread proven, String... later) {
        readings.addAll(List.of(later));

        assertThat(proven.hasSleptSince(proven.provenMark())).isFalse();
        assertThat(proven.provenMark()).isNegative();
        assertThat(readings).isEmpty();
    }

    private ProcThread proven(Kernel kernel) {
        ProcThread thread = thread(kernel);
        assertThat(thread.hasSleptSince(thread.markIfAsleep())).isTrue();
        assertThat(thread.provenMark()).isNotNegative();
        return thread;
    }

    private boolean hasSlept(Kernel kernel, String... all) {
        readings.addAll(List.of(all));
        ProcThread thread = thread(kernel);
        boolean slept = thread.hasSleptSince(thread.markIfAsleep());
        assertThat(List.copyOf(readings)).isEmpty();
        return slept;
    }

    private ProcThread thread(Kernel kernel) {
        return new ProcThread(Path.of("task"), kernel, source(kernel));
    }

    private ProcThread.Source source(Kernel kernel) {
        return new ProcThread.Source() {
            @Override
            public ByteBuffer read(String file, boolean again) {
                String next = readings.removeFirst();
                if (next.isEmpty()) {
                    return null;
                }
                String name = fileOf(next);
                assertThat(file).isEqualTo("task/" + name);
                assertThat(again)
                        .as("whether %s stays open", name)
                        .isEqualTo(kernel != Kernel.WCHAN || name.equals("wchan") || name.equals("schedstat"));
                return ByteBuffer.wrap(next.getBytes(StandardCharsets.US_ASCII));
            }

            @Override
            public void close() {}
        };
    }

    private static String fileOf(String reading) {
        if (reading.contains("State")) {
            return "status";
        }
        if (reading.startsWith("futex") || reading.equals(NOT_PARKED)) {
            return "wchan";
        }
        return reading.startsWith("323280 ") ? "schedstat" : "syscall";
    }

    private static String arrivals(int count) {
        return "323280 3542410 " + count + "\n";
    }

    private static String status(char state, int switches) {
        return "Name:\tworker\nState:\t" + state + "\nvoluntary_ctxt_switches:\t" + (switches - 1)
                + "\nnonvoluntary_ctxt_switches:\t1\n";
    }
}

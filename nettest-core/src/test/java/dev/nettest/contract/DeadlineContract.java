package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Timeouts of whatever can block. What blocks, how it is freed and how its timeout is set are three closures; the
 * scenarios are told once. None of them measures time: a timeout either wins or it does not.
 */
abstract class DeadlineContract extends Contract {
    private static final Duration SHORTEST = Duration.ofNanos(1);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration NEVER_REACHED = Duration.ofHours(1);
    private static final Duration NONE = Duration.ZERO;

    /** An operation that blocks until it is freed. */
    interface Subject {
        /** Does the operation. */
        Object block() throws IOException;

        /** Makes one operation succeed. */
        void unblock() throws IOException;

        /** Sets the timeout of the operations to come. */
        void deadline(Duration timeout) throws IOException;

        void close() throws IOException;

        /** What a timeout comes to. */
        String timedOut();

        /** What success comes to. */
        String success();

        /** What a close comes to. */
        String closedMeanwhile();
    }

    /** Makes the subject; skips the test when the backend has no timeout for it. */
    abstract Subject subject() throws IOException;

    @Test
    void theShortestTimeoutPasses() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
    }

    @Test
    void aTimeoutPassesWhileBlocked() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORT);
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        assertThat(blocked.outcome()).isEqualTo(subject.timedOut());
    }

    @Test
    void everyAttemptHasTheWholeTimeout() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
        }
    }

    @Test
    void beingFreedBeforeTheTimeoutIsSuccess() throws IOException {
        Subject subject = subject();
        subject.deadline(NEVER_REACHED);
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.unblock();
        assertThat(blocked.outcome()).isEqualTo(subject.success());
    }

    @Test
    void whatIsThereBeatsTheShortestTimeout() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        subject.unblock();
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.success());
    }

    @Test
    void aTimeoutLeavesEverythingUsable() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
        subject.unblock();
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.success());
    }

    @Test
    void aRemovedTimeoutNeverPasses() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
        subject.deadline(NONE);
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.unblock();
        assertThat(blocked.outcome()).isEqualTo(subject.success());
    }

    @Test
    void aTimeoutAddedWhileBlockedIsForTheNext() throws IOException {
        Subject subject = subject();
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.deadline(SHORTEST);
        letATimeoutPassElsewhere();
        subject.unblock();
        assertThat(blocked.outcome()).isEqualTo(subject.success());
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
    }

    @Test
    void aTimeoutRemovedWhileBlockedStillPasses() throws IOException {
        Subject subject = subject();
        subject.deadline(Duration.ofMillis(100));
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.deadline(NONE);
        assertThat(blocked.outcome()).isEqualTo(subject.timedOut());
    }

    @Test
    void aCloseBeatsATimeoutThatIsNotReached() throws IOException {
        Subject subject = subject();
        subject.deadline(NEVER_REACHED);
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.close();
        assertThat(blocked.outcome()).isEqualTo(subject.closedMeanwhile());
    }

    @Test
    void aNegativeTimeoutIsRefused() throws IOException {
        Subject subject = subject();
        assertThat(Outcome.done(() -> subject.deadline(Duration.ofMillis(-1))))
                .startsWith("java.lang.IllegalArgumentException");
    }

    /** A longer timeout of another subject, to be sure that the shortest one has had its chance. */
    private void letATimeoutPassElsewhere() throws IOException {
        Subject other = subject();
        other.deadline(SHORT);
        assertThat(Outcome.of(other::block)).isEqualTo(other.timedOut());
    }
}

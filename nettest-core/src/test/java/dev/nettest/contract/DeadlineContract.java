package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Timeouts of blocking operations. A subject supplies the operation, the way to unblock it and its timeout; the
 * scenarios are the same for all. None measures time: a timeout either elapses first or it does not.
 */
abstract class DeadlineContract extends Contract {
    private static final Duration SHORTEST = Duration.ofNanos(1);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration NEVER_REACHED = Duration.ofHours(1);
    private static final Duration NONE = Duration.ZERO;

    /** An operation that blocks until it is unblocked. */
    interface Subject {
        /** Runs the operation. */
        Object block() throws IOException;

        /** Makes one operation succeed. */
        void unblock() throws IOException;

        /** Sets the timeout of later operations. */
        void deadline(Duration timeout) throws IOException;

        void close() throws IOException;

        /** The outcome of a timeout. */
        String timedOut();

        /** The outcome of success. */
        String success();

        /** The outcome of a close. */
        String closedMeanwhile();
    }

    /** Creates the subject; skips the test if the backend has no timeout for it. */
    abstract Subject subject() throws IOException;

    @Test
    void shortestTimeoutElapses() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
    }

    @Test
    void timeoutElapsesWhileBlocked() throws IOException {
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
    void unblockBeforeTheTimeoutIsSuccess() throws IOException {
        Subject subject = subject();
        subject.deadline(NEVER_REACHED);
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.unblock();
        assertThat(blocked.outcome()).isEqualTo(subject.success());
    }

    @Test
    void readyOperationIgnoresTheShortestTimeout() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        subject.unblock();
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.success());
    }

    @Test
    void operationsWorkAfterATimeout() throws IOException {
        Subject subject = subject();
        subject.deadline(SHORTEST);
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
        subject.unblock();
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.success());
    }

    @Test
    void removedTimeoutNeverElapses() throws IOException {
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
    void timeoutSetWhileBlockedAppliesToTheNextOperation() throws IOException {
        Subject subject = subject();
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.deadline(SHORTEST);
        letLongerTimeoutElapseElsewhere();
        subject.unblock();
        assertThat(blocked.outcome()).isEqualTo(subject.success());
        assertThat(Outcome.of(subject::block)).isEqualTo(subject.timedOut());
    }

    @Test
    void timeoutRemovedWhileBlockedStillElapses() throws IOException {
        Subject subject = subject();
        subject.deadline(Duration.ofMillis(100));
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.deadline(NONE);
        assertThat(blocked.outcome()).isEqualTo(subject.timedOut());
    }

    @Test
    void closeComesBeforeALaterTimeout() throws IOException {
        Subject subject = subject();
        subject.deadline(NEVER_REACHED);
        Task blocked = Task.start(backend, "blocked", subject::block);
        blocked.awaitBlocked();
        subject.close();
        assertThat(blocked.outcome()).isEqualTo(subject.closedMeanwhile());
    }

    @Test
    void negativeTimeoutIsRejected() throws IOException {
        Subject subject = subject();
        assertThat(Outcome.done(() -> subject.deadline(Duration.ofMillis(-1))))
                .startsWith("java.lang.IllegalArgumentException");
    }

    /** Waits for a longer timeout of another subject: a shorter one would have elapsed by then. */
    private void letLongerTimeoutElapseElsewhere() throws IOException {
        Subject other = subject();
        other.deadline(SHORT);
        assertThat(Outcome.of(other::block)).isEqualTo(other.timedOut());
    }
}

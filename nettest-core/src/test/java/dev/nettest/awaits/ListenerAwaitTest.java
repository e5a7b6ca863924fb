package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The awaits of a listener. */
class ListenerAwaitTest extends NetworkFixture {
    private Listener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = network.listen("10.0.0.1:80");
    }

    @Test
    void acceptableWaitsForAConnect() throws Exception {
        Background<Void> await =
                Background.run(() -> listener.awaitAcceptable()).awaitParked();

        listener.connect();

        await.result();
        listener.awaitAcceptable(Duration.ZERO);
    }

    @Test
    void acceptableWaitsForConnections() throws Exception {
        Background<Void> await =
                Background.run(() -> listener.awaitAcceptable(2)).awaitParked();
        var stage = listener.whenAcceptable(2, Duration.ofMinutes(1)).toCompletableFuture();

        listener.connect();
        assertThat(stage).isNotDone();
        listener.connect();

        await.result();
        assertThat(stage).isCompleted();
        listener.awaitAcceptable(2, Duration.ZERO);
        assertThatThrownBy(() -> listener.awaitAcceptable(3, Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "after 0 s still waiting for listener 10.0.0.1:80 to be acceptable (3 connections)\n");
    }

    @Test
    void acceptableRejectsAnImpossibleNumber() throws Exception {
        listener.backlog(1);

        assertThatThrownBy(() -> listener.awaitAcceptable(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("waiting for 3 queued connections, but the accept queue holds at most 2");
        assertThatThrownBy(() -> listener.whenAcceptable(0, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("connections must be at least 1: 0");
    }

    @Test
    void acceptableOfSeveralNeedsConnectionsAndNoFailure() throws Exception {
        listener.faults().accept(Fault.failWith(new IOException("full")).optional());
        listener.connect();

        listener.awaitAcceptable(1, Duration.ZERO);
        assertThatThrownBy(() -> listener.awaitAcceptable(2, Duration.ZERO)).isInstanceOf(AssertionError.class);
    }

    @Test
    void closedWaitsForTheClose() {
        Background<Void> await = Background.run(() -> listener.awaitClosed()).awaitParked();

        listener.close();

        await.result();
        listener.awaitClosed(Duration.ZERO);
    }

    @Test
    void failsAtTheLimit() {
        Background<Void> acceptable =
                Background.run(() -> listener.awaitAcceptable(SECOND)).awaitParked();
        Background<Void> closed =
                Background.run(() -> listener.awaitClosed(SECOND)).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(acceptable.failure())
                .hasMessageStartingWith("after 1 s still waiting for listener 10.0.0.1:80 to be acceptable\n");
        assertThat(closed.failure())
                .hasMessageStartingWith("after 1 s still waiting for listener 10.0.0.1:80 to be closed\n");
    }

    @Test
    void acceptableIsImpossibleOnceClosed() {
        Background<Void> await =
                Background.run(() -> listener.awaitAcceptable()).awaitParked();

        listener.close();

        assertThat(await.failure())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("listener 10.0.0.1:80 (CLOSED) to be acceptable can no longer come about");
        assertThatThrownBy(() -> listener.awaitAcceptable())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("listener 10.0.0.1:80 (CLOSED) to be acceptable can no longer come about");
    }

    @Test
    void stagesDoTheSame() throws Exception {
        var acceptable = listener.whenAcceptable().toCompletableFuture();
        var closed = listener.whenClosed().toCompletableFuture();
        assertThat(acceptable).isNotDone();

        listener.connect();
        assertThat(acceptable).isCompleted();
        listener.close();
        assertThat(closed).isCompleted();
        assertThat(listener.whenAcceptable().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void theReadinessOfAConnectionIsRefused() {
        assertThatThrownBy(() -> listener.onReady(dev.nettest.Readiness.READABLE, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("READABLE is a readiness of a connection, not of a listener");
        assertThatThrownBy(() -> listener.whenReady(dev.nettest.Readiness.DRAINED, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("DRAINED is a readiness of a connection, not of a listener");
        assertThatThrownBy(() -> listener.onReady(java.util.Set.of(), () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ops is empty");
    }
}

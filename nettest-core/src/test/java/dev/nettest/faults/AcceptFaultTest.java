package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each effect on an accept. */
class AcceptFaultTest extends NetworkFixture {
    private Listener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = network.listen();
    }

    @Test
    void failThrowsTheSameInstanceAndLeavesTheConnectionQueued() throws Exception {
        IOException declared = new IOException("Too many open files");
        FaultHandle handle = listener.faults().accept(Fault.failWith(declared).once());
        Connection client = listener.connect();

        assertThatThrownBy(listener::accept).isSameAs(declared);
        assertThat(listener.accept()).isSameAs(client.peer());
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void failNeedsNoQueuedConnection() {
        listener.faults().accept(Fault.failWith(new IOException("boom")).once());

        assertThat(listener.isAcceptable()).isTrue();
        assertThatThrownBy(listener::tryAccept).hasMessage("boom");
        assertThat(listener.isAcceptable()).isFalse();
    }

    @Test
    void afterBufferedAcceptsQueuedConnectionsFirst() throws Exception {
        Connection client = listener.connect();
        FaultHandle handle =
                listener.faults().accept(Fault.failWith(new IOException("boom")).afterBuffered());

        assertThat(listener.accept()).isSameAs(client.peer());
        assertThat(handle.fireCount()).isZero();
        assertThatThrownBy(listener::accept).hasMessage("boom");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void timeoutDoesNotWait() {
        listener.faults().accept(Fault.timeout());

        assertThatThrownBy(listener::accept)
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
    }

    @Test
    void resetAcceptsAResetConnection() throws Exception {
        FaultHandle handle = listener.faults().accept(Fault.reset().once());
        Connection client = listener.connect();

        Connection server = listener.accept();

        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
        assertThat(handle.fireCount()).isEqualTo(1);
        Connection next = listener.connect();
        Text.write(listener.accept(), "fine");
        assertThat(Text.read(next)).isEqualTo("fine");
    }

    @Test
    void resetWaitsForAConnection() throws Exception {
        FaultHandle handle = listener.faults().accept(Fault.reset());

        assertThat(listener.tryAccept()).isNull();
        assertThat(listener.isAcceptable()).isFalse();
        assertThat(handle.fireCount()).isZero();
    }

    @Test
    void stallBlocksAcceptsUntilTheFaultIsClosed() throws Exception {
        FaultHandle handle = listener.faults().accept(Fault.stall());
        Connection client = listener.connect();
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();

        assertThat(listener.isAcceptable()).isFalse();
        assertThat(listener.tryAccept()).isNull();
        handle.close();

        assertThat(acceptor.result()).isSameAs(client.peer());
    }

    @Test
    void stallEndsAtTheTimeoutOfTheAccept() throws Exception {
        listener.faults().accept(Fault.stall());
        listener.connect();
        Background<Connection> acceptor =
                Background.call(() -> listener.accept(SECOND)).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(acceptor.failure()).hasMessage("Accept timed out");
    }

    @Test
    void delayStartsWhenAConnectionIsQueued() throws Exception {
        listener.faults().accept(Fault.delayed(SECOND));
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();
        clock.advanceTimeBy(SECOND.multipliedBy(3));
        Connection client = listener.connect();

        clock.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(listener.isAcceptable()).isFalse();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(acceptor.result()).isSameAs(client.peer());
    }

    @Test
    void aNewFaultActsOnABlockedAccept() {
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();

        listener.faults().accept(Fault.failWith(new IOException("boom")));

        assertThat(acceptor.failure()).hasMessage("boom");
    }

    @Test
    void occurrencesAreCountedAtTheListener() throws Exception {
        FaultHandle handle = listener.faults()
                .accept(Fault.failWith(() -> new IOException("boom")).every(2));
        for (int i = 0; i < 3; i++) {
            listener.connect();
        }

        listener.accept();
        assertThatThrownBy(listener::accept).hasMessage("boom");
        listener.accept();
        assertThatThrownBy(listener::accept).hasMessage("boom");
        listener.accept();
        assertThatThrownBy(listener::accept).hasMessage("boom");
        assertThat(listener.tryAccept()).isNull();
        assertThat(handle.fireCount()).isEqualTo(3);
    }

    @Test
    void aNetworkFaultActsOnLaterListeners() throws Exception {
        FaultHandle handle = network.faults()
                .accept(Fault.failWith(() -> new IOException("boom")).once());
        Listener later = network.listen();

        assertThatThrownBy(listener::accept).hasMessage("boom");
        assertThatThrownBy(later::accept).hasMessage("boom");
        assertThat(handle.fireCount()).isEqualTo(2);
    }
}

package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each effect on a connect. */
class ConnectFaultTest extends NetworkFixture {
    private Listener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = network.listen("10.0.0.1:80");
    }

    @Test
    void failThrowsTheSameInstanceAndTheListenerSeesNothing() {
        IOException declared = new IOException("the very one");
        listener.faults().connect(Fault.failWith(declared).once());

        assertThatThrownBy(listener::connect).isSameAs(declared);
        assertThat(listener.isAcceptable()).isFalse();
        assertThat(network.snapshot().connections()).isEmpty();
    }

    @Test
    void refuseUnreachableTimeoutAndResetHaveTheMessagesOfTheSystem() {
        listener.faults().connect(Fault.refuse().nth(1));
        listener.faults().connect(Fault.unreachable().nth(2));
        listener.faults().connect(Fault.timeout().nth(3));
        listener.faults().connect(Fault.reset().nth(4));

        assertThatThrownBy(listener::connect)
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThatThrownBy(listener::connect)
                .isExactlyInstanceOf(NoRouteToHostException.class)
                .hasMessage("No route to host");
        assertThatThrownBy(listener::connect)
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThatThrownBy(listener::connect)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThat(clock.nanoTime()).isZero();
        assertThat(listener.isAcceptable()).isFalse();
    }

    @Test
    void stallEndsAtTheConnectTimeout() {
        listener.faults().connect(Fault.stall());
        Background<Connection> dial = Background.call(
                        () -> listener.connect(dialling -> dialling.connectTimeout(SECOND)))
                .awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(dial.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThat(network.snapshot().connections()).isEmpty();
    }

    @Test
    void stallEndsAtTheTimeoutOfTheSystem() {
        listener.faults().connect(Fault.stall());
        Background<Connection> dial =
                Background.call(network, listener::connect).awaitParked();

        clock.advanceTimeBy(Duration.ofSeconds(127).minusNanos(1));
        dial.assertWaits();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection timed out");
    }

    @Test
    void delayDefersTheHandshake() throws Exception {
        listener.faults().connect(Fault.delayed(SECOND));
        Background<Connection> dial = Background.call(listener::connect).awaitParked();

        clock.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(listener.isAcceptable()).isFalse();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(dial.result().peer()).isSameAs(listener.accept());
    }

    @Test
    void aDelayedConnectIsRefusedIfTheListenerHasClosed() {
        listener.faults().connect(Fault.delayed(SECOND));
        Background<Connection> dial = Background.call(listener::connect).awaitParked();

        listener.close();
        clock.advanceTimeBy(SECOND);

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection refused");
    }

    @Test
    void occurrencesAreCountedInEachScope() throws Exception {
        Listener other = network.listen("10.0.0.2:80");
        FaultHandle ofNetwork = network.faults().connect(Fault.refuse().nth(3));
        FaultHandle ofListener = listener.faults().connect(Fault.timeout().nth(2));

        listener.connect();
        other.connect();
        assertThatThrownBy(other::connect).hasMessage("Connection refused");
        assertThatThrownBy(listener::connect).hasMessage("Connect timed out");
        listener.connect();
        assertThat(ofNetwork.fireCount()).isEqualTo(1);
        assertThat(ofListener.fireCount()).isEqualTo(1);
    }

    @Test
    void theConnectHookCanInstallAFault() throws Exception {
        assertThatThrownBy(() -> listener.connect(dialling -> dialling.faults().connect(Fault.unreachable())))
                .hasMessage("No route to host");
        listener.connect();
    }

    @Test
    void aNetworkFaultActsOnConnectsWithoutAListener() {
        network.faults().connect(Fault.timeout());

        assertThatThrownBy(() -> network.connect("10.9.9.9:1")).hasMessage("Connect timed out");
    }

    @Test
    void thePredicateSeesTheConnect() throws Exception {
        List<String> seen = new ArrayList<>();
        listener.faults().connect(Fault.refuse().optional().matching(operation -> !seen.add(operation.toString())));

        listener.connect(dialling -> dialling.receiveBufferSize(1));
        listener.connect();

        assertThat(seen)
                .containsExactly(
                        "Operation[kind=connect, number=1, offset=0, length=-1, localAddress=/127.0.0.1:49152,"
                                + " remoteAddress=/10.0.0.1:80]",
                        "Operation[kind=connect, number=2, offset=0, length=-1, localAddress=/127.0.0.1:49153,"
                                + " remoteAddress=/10.0.0.1:80]");
    }

    @Test
    void afterCountsFromTheInstallation() throws Exception {
        listener.faults().connect(Fault.refuse().after(SECOND));

        listener.connect();
        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(listener::connect).hasMessage("Connection refused");
    }

    @Test
    void afterCountsFromTheInstallationBeforeAnyConnect() {
        listener.faults().connect(Fault.refuse().after(SECOND));

        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(listener::connect).hasMessage("Connection refused");
    }

    @Test
    void aPredicateOfAConnectCanConnect() throws Exception {
        Listener other = network.listen("10.0.0.2:80");
        List<Connection> dialled = new ArrayList<>();
        listener.faults()
                .connect(Fault.refuse()
                        .matching(operation -> {
                            dialled.add(connect(other));
                            return false;
                        })
                        .optional());

        listener.connect();

        assertThat(dialled).hasSize(1);
    }

    @Test
    void anErrorThrownByAPredicateFailsTheConnectAndLeavesNothing() {
        AssertionError thrown = new AssertionError("predicate");
        listener.faults().connect(Fault.refuse().matching(operation -> {
            throw thrown;
        }));

        assertThatThrownBy(listener::connect).isSameAs(thrown);
        assertThat(network.snapshot().connections()).isEmpty();
        assertThat(network.connectAsync("10.0.0.1:80").toCompletableFuture()).isCompletedExceptionally();
    }

    private static Connection connect(Listener listener) {
        try {
            return listener.connect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.contract.DatagramBackend.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour of datagrams, on loopback and in memory. */
abstract class DatagramContract {
    private final DatagramBackend backend;
    private final List<Endpoint> opened = new ArrayList<>();
    private Endpoint alice;
    private Endpoint bob;

    DatagramContract(DatagramBackend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void bindBoth() throws IOException {
        alice = bind();
        bob = bind();
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Endpoint endpoint : opened) {
            endpoint.close();
        }
    }

    private Endpoint bind() throws IOException {
        return bind(new InetSocketAddress("127.0.0.1", 0));
    }

    private Endpoint bind(SocketAddress address) throws IOException {
        Endpoint endpoint = backend.bind(address);
        opened.add(endpoint);
        return endpoint;
    }

    private boolean isSocket() {
        return backend.jdkType == JdkType.SOCKET;
    }

    @Test
    void datagramsKeepTheirBoundariesAndSenders() throws IOException {
        alice.send("one", bob.local());
        alice.send("", bob.local());
        alice.send("three", bob.local());
        alice.send("x", bob.local());

        assertThat(bob.receive()).isEqualTo("one");
        assertThat(bob.receive()).isEmpty();
        assertThat(bob.receive()).isEqualTo("three");
        assertThat(bob.sender()).isEqualTo(alice.local());
        assertThat(bob.hasNothingToReceive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 6})
    void bytesBeyondTheBufferAreLost(int length) throws IOException {
        alice.send("hello", bob.local());
        alice.send("next", bob.local());

        assertThat(bob.receive(length)).isEqualTo("hello".substring(0, Math.min(length, 5)));
        assertThat(bob.receive()).isEqualTo("next");
    }

    @Test
    void datagramsBeyondTheUdpLimitAreRejected() throws IOException {
        alice.send("x".repeat(65_507), bob.local());
        assertThat(bob.receive()).hasSize(65_507);

        assertThatThrownBy(() -> alice.send("x".repeat(65_508), bob.local()))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Message too long");
        alice.connect(bob.local());
        assertThatThrownBy(() -> alice.send("x".repeat(65_508)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Message too long");
        assertThat(bob.hasNothingToReceive()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 2304, 5", "197, 2304, 5", "198, 2304, 3", "1000, 8192, 7", "4000, 2304, 1", "100, 1, 2"})
    void aFullReceiveBufferDrops(int size, int receiveBufferSize, int fits) throws IOException {
        bob.receiveBufferSize(Math.max(1152, receiveBufferSize));

        for (int i = 0; i < 20; i++) {
            alice.send((char) ('a' + i) + "x".repeat(size - 1), bob.local());
        }

        for (int i = 0; i < fits; i++) {
            assertThat(bob.receive()).startsWith("" + (char) ('a' + i));
        }
        assertThat(bob.hasNothingToReceive()).isTrue();
        alice.send("room", bob.local());
        assertThat(bob.receive()).isEqualTo("room");
    }

    @Test
    void unconnectedSenderIgnoresPortUnreachable() throws IOException {
        SocketAddress dead = bob.local();
        bob.close();

        alice.send("1", dead);
        alice.send("2", dead);

        assertThat(alice.hasNothingToReceive()).isTrue();
    }

    @Test
    void connectedSenderReportsPortUnreachableAtItsNextCall() throws IOException {
        SocketAddress dead = bob.local();
        alice.connect(dead);
        bob.send("early", alice.local());
        bob.close();

        alice.send("1");
        assertUnreachable(() -> alice.send("2"));
        alice.send("3");
        assertUnreachable(() -> alice.send("4", dead));
        alice.send("5");
        assertUnreachable(() -> alice.receive());
        assertThat(alice.receive()).isEqualTo("early");
        assertThat(alice.hasNothingToReceive()).isTrue();
        alice.send("6");
        alice.disconnect();
        assertThat(alice.hasNothingToReceive()).isTrue();
    }

    @Test
    void pendingErrorOutlivesDisconnectAndCostsADatagram() throws IOException {
        Endpoint carol = bind();
        alice.connect(bob.local());
        bob.close();
        alice.send("1");
        alice.disconnect();

        alice.send("lost", carol.local());
        alice.send("2", carol.local());

        assertThat(carol.receive()).isEqualTo("2");
        assertThat(carol.hasNothingToReceive()).isTrue();
    }

    private static void assertUnreachable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(PortUnreachableException.class)
                .hasMessage(null);
    }

    @Test
    void connectedReceivesOnlyFromThePeer() throws IOException {
        Endpoint mallory = bind();
        mallory.send("early", bob.local());
        alice.send("early", bob.local());

        bob.connect(alice.local());
        mallory.send("no", bob.local());
        alice.send("yes", bob.local());

        assertThat(bob.receive()).isEqualTo("yes");
        assertThat(bob.hasNothingToReceive()).isTrue();
        mallory.connect(bob.local());
        mallory.send("1");
        assertUnreachable(() -> mallory.send("2"));
        alice.send("kept", bob.local());
        bob.disconnect();
        mallory.send("heard");
        assertThat(bob.receive()).isEqualTo("kept");
        assertThat(bob.receive()).isEqualTo("heard");
    }

    @Test
    void connectedCannotSendElsewhere() throws IOException {
        Endpoint mallory = bind();
        alice.connect(bob.local());

        assertThatThrownBy(() -> alice.send("x", mallory.local()))
                .isExactlyInstanceOf(isSocket() ? IllegalArgumentException.class : AlreadyConnectedException.class)
                .hasMessage(isSocket() ? "Connected and packet address differ" : null);
        alice.send("x", bob.local());
        alice.send("", bob.local());
        assertThat(bob.receive()).isEqualTo("x");
        assertThat(bob.hasNothingToReceive()).isTrue();
    }

    @Test
    void unconnectedHasNoPeer() {
        assertThatThrownBy(() -> alice.send("x"))
                .isExactlyInstanceOf(isSocket() ? IllegalArgumentException.class : NotYetConnectedException.class)
                .hasMessage(isSocket() ? "Address not set" : null);
    }

    @Test
    void secondConnectChangesASocketAndFailsOnAChannel() throws IOException {
        Endpoint mallory = bind();
        alice.connect(bob.local());

        if (isSocket()) {
            alice.connect(mallory.local());
            alice.send("x");
            assertThat(mallory.receive()).isEqualTo("x");
        } else {
            assertThatThrownBy(() -> alice.connect(mallory.local()))
                    .isExactlyInstanceOf(AlreadyConnectedException.class);
        }
    }

    @Test
    void sendToPortZeroFails() throws IOException {
        SocketAddress zero = new InetSocketAddress("127.0.0.1", 0);

        assertThatThrownBy(() -> alice.send("x", zero))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Can't send to port 0");
        assertThatThrownBy(() -> alice.connect(zero))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Can't connect to port 0");
    }

    @Test
    void anAddressInUseCannotBeBound() throws IOException {
        for (SocketAddress address : List.of(
                bob.local(), new InetSocketAddress("0.0.0.0", bob.local().getPort()))) {
            assertThatThrownBy(() -> bind(address))
                    .isExactlyInstanceOf(BindException.class)
                    .hasMessage("Address already in use");
        }
        SocketAddress address = bob.local();
        bob.close();
        assertThat(bind(address).local()).isEqualTo(address);
    }

    @Test
    void connectedWildcardShowsItsSourceAddress() throws IOException {
        Endpoint any = bind(new InetSocketAddress("0.0.0.0", 0));
        int port = any.local().getPort();

        any.send("x", bob.local());
        assertThat(bob.sender()).isEqualTo(new InetSocketAddress("127.0.0.1", port));
        alice.send("y", new InetSocketAddress("127.0.0.7", port));
        assertThat(any.receive()).isEqualTo("y");
        any.connect(bob.local());
        assertThat(any.local()).isEqualTo(new InetSocketAddress("127.0.0.1", port));
        any.disconnect();
        assertThat(any.local().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(any.local().getPort()).isEqualTo(port);
    }

    @Test
    void broadcastMustBeAllowedAndReachesWildcardSockets() throws IOException {
        Endpoint any = bind(new InetSocketAddress("0.0.0.0", 0));
        SocketAddress all = new InetSocketAddress("127.255.255.255", any.local().getPort());
        Endpoint from = bind(new InetSocketAddress("0.0.0.0", 0));

        from.broadcast(false);
        assertThatThrownBy(() -> from.send("x", all))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Permission denied");
        assertThatThrownBy(() -> from.connect(all)).hasMessage("Permission denied");
        from.broadcast(true);
        from.send("y", all);

        assertThat(any.receive()).isEqualTo("y");
    }

    @Test
    void aCloseEndsAReceive() throws Exception {
        Receiving blocked = new Receiving(bob);

        bob.close();

        assertThat(blocked.failure())
                .isExactlyInstanceOf(isSocket() ? SocketException.class : AsynchronousCloseException.class)
                .hasMessage(isSocket() ? "Socket closed" : null);
    }

    @Test
    void interruptClosesAChannelButNotASocket() throws Exception {
        Receiving blocked = new Receiving(bob);

        blocked.thread.interrupt();

        if (isSocket()) {
            alice.send("x", bob.local());
            assertThat(blocked.outcome.get(20, TimeUnit.SECONDS)).isEqualTo("x");
            assertThat(bob.isOpen()).isTrue();
        } else {
            assertThat(blocked.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
            assertThat(bob.isOpen()).isFalse();
        }
    }

    @Test
    void closedEndpointRejectsEveryCall() throws IOException {
        SocketAddress target = bob.local();
        alice.close();
        alice.close();

        Class<?> closed = isSocket()
                ? SocketException.class
                : Runtime.version().feature() < 18 ? AsynchronousCloseException.class : ClosedChannelException.class;
        String text = isSocket() ? "Socket closed" : null;
        assertThatThrownBy(() -> alice.send("x", target))
                .isExactlyInstanceOf(closed)
                .hasMessage(text);
        assertThatThrownBy(() -> alice.receive()).isExactlyInstanceOf(closed).hasMessage(text);
        alice.disconnect();
    }

    /** A thread that waits in a receive. */
    private final class Receiving {
        private final CompletableFuture<String> outcome = new CompletableFuture<>();
        private final Thread thread;

        Receiving(Endpoint endpoint) {
            thread = new Thread(() -> {
                Blocked.register();
                try {
                    outcome.complete(endpoint.receive());
                } catch (Throwable e) {
                    outcome.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            if (backend.isReal) {
                Blocked.await(thread);
            } else {
                Parked.await(thread);
            }
        }

        Throwable failure() throws Exception {
            try {
                throw new AssertionError("it gave " + outcome.get(20, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }
    }

    @Test
    void aConnectToTheWildcardReachesTheHostItself() throws IOException {
        Assumptions.assumeTrue(TcpTable.isDualStack(), "this machine has no IPv6");
        Endpoint wildcard = bind(new InetSocketAddress(0));
        Endpoint server = bind(StreamBackend.address("::1", 0));
        InetSocketAddress target =
                StreamBackend.address("0.0.0.0", server.local().getPort());

        wildcard.connect(target);
        wildcard.send("hello", target);

        assertThat(server.receive()).isEqualTo("hello");
        assertThat(wildcard.local().getAddress()).isEqualTo(server.local().getAddress());
    }
}

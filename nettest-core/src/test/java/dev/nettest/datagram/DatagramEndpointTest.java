package dev.nettest.datagram;

import static dev.nettest.datagram.Packets.NONE;
import static dev.nettest.datagram.Packets.receive;
import static dev.nettest.datagram.Packets.receiveAll;
import static dev.nettest.datagram.Packets.send;
import static dev.nettest.datagram.Packets.sender;
import static dev.nettest.datagram.Packets.tryReceive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Personality;
import dev.nettest.Readiness;
import dev.nettest.Snapshot;
import dev.nettest.SocketKind;
import dev.nettest.SystemError;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramEndpointTest extends NetworkFixture {
    private DatagramEndpoint alice;
    private DatagramEndpoint bob;

    @BeforeEach
    void bind() throws IOException {
        alice = network.bindDatagram();
        bob = network.bindDatagram();
    }

    // ---- attempts

    @Test
    void anAttemptSendsToTextOrToThePeer() throws IOException {
        assertThatThrownBy(() -> alice.trySend(Text.bytes("x"))).isExactlyInstanceOf(NotYetConnectedException.class);
        assertThat(alice.trySend(Text.bytes("one"), "localhost:49153")).isTrue();
        alice.connect(bob.localAddress());
        assertThat(alice.trySend(Text.bytes("two"))).isTrue();

        assertThat(receiveAll(bob)).isEqualTo("one two");
    }

    @Test
    void anAttemptThatWouldWaitKeepsItsBytes() throws IOException {
        alice.connect(bob.localAddress());
        FaultHandle stall = alice.faults().send(Fault.stall());
        ByteBuffer source = Text.bytes("x");

        assertThat(alice.trySend(source)).isFalse();
        assertThat(alice.trySend(source, "127.0.0.1:49153")).isFalse();
        assertThat(source.remaining()).isEqualTo(1);
        stall.close();
        assertThat(alice.trySend(source)).isTrue();

        assertThat(receiveAll(bob)).isEqualTo("x");
    }

    // ---- boundaries

    @Test
    void aDatagramArrivesWholeWithItsSender() throws IOException {
        send(alice, "one", bob);
        send(alice, "", bob);
        send(alice, "three", bob);

        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(bob.receive(target)).isEqualTo(alice.localAddress());
        assertThat(Text.text(target)).isEqualTo("one");
        assertThat(receive(bob)).isEmpty();
        assertThat(receive(bob)).isEqualTo("three");
        assertThat(tryReceive(bob)).isEqualTo(NONE);
    }

    @Test
    void bytesThatDoNotFitIntoTheTargetAreLost() throws IOException {
        send(alice, "hello", bob);
        send(alice, "world", bob);

        ByteBuffer small = ByteBuffer.allocate(3);
        assertThat(bob.receive(small)).isEqualTo(alice.localAddress());
        assertThat(Text.text(small)).isEqualTo("hel");
        assertThat(bob.receive(ByteBuffer.allocate(0))).isEqualTo(alice.localAddress());
        assertThat(tryReceive(bob)).isEqualTo(NONE);
    }

    @Test
    void aSendConsumesAndCopiesItsBuffer() throws IOException {
        ByteBuffer source = Text.bytes("-abc-").position(1).limit(4);

        assertThat(alice.send(source, bob.localAddress())).isEqualTo(3);

        assertThat(source.hasRemaining()).isFalse();
        source.array()[2] = 'X';
        assertThat(receive(bob)).isEqualTo("abc");
    }

    @Test
    void reusedDatagramsShowNoOldBytes() throws IOException {
        for (int round = 0; round < 100; round++) {
            String text = "x".repeat(round % 7) + round;
            send(alice, text, bob);
            send(alice, "y" + text, bob);
            assertThat(receiveAll(bob)).isEqualTo(text + " y" + text);
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:0, 65507", "'[::1]:0', 65527"})
    void aDatagramLongerThanUdpAllowsIsRefused(String address, int most) throws IOException {
        DatagramEndpoint from = network.bindDatagram(address);
        DatagramEndpoint to = network.bindDatagram(address);

        assertThat(from.send(ByteBuffer.allocate(most), to.localAddress())).isEqualTo(most);
        ByteBuffer tooLong = ByteBuffer.allocate(most + 1);
        assertThatThrownBy(() -> from.send(tooLong, to.localAddress()))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Message too long");

        assertThat(tooLong.remaining()).isEqualTo(most + 1);
        assertThat(receive(to)).hasSize(most);
        from.connect(to.localAddress());
        assertThatThrownBy(() -> from.send(tooLong))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Message too long");
    }

    @Test
    void textsShowTheAddress() throws IOException {
        try (Network windows = Network.create(
                NetworkConfig.builder().personality(Personality.WINDOWS).build())) {
            DatagramEndpoint from = windows.bindDatagram();

            assertThatThrownBy(() -> from.send(ByteBuffer.allocate(70_000), "127.0.0.1:9"))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage(SystemError.MESSAGE_TOO_LONG.text(Personality.WINDOWS));
        }
    }

    // ---- the receive buffer

    @ParameterizedTest
    @CsvSource({"0, 256", "197, 256", "198, 166", "645, 166", "646, 92", "1669, 92", "1670, 48", "8000, 12", "65507, 3"
    })
    void theReceiveBufferHoldsAsManyDatagramsAsOnLinux(int size, int fits) throws IOException {
        for (int i = 0; i < 300; i++) {
            alice.send(ByteBuffer.allocate(size), bob.localAddress());
        }

        assertThat(bob.droppedCount()).isEqualTo(300 - fits);
        assertThat(bob.receivedCount()).isEqualTo(fits);
        for (int i = 0; i < fits; i++) {
            assertThat(receive(bob)).hasSize(size);
        }
        assertThat(tryReceive(bob)).isEqualTo(NONE);
        send(alice, "room again", bob);
        assertThat(receive(bob)).isEqualTo("room again");
    }

    @Test
    void anEmptyBufferTakesAnyDatagramAndAnUnlimitedOneAll() throws IOException {
        bob.receiveBufferSize(0);
        send(alice, "first", bob);
        send(alice, "second", bob);
        assertThat(receiveAll(bob)).isEqualTo("first");

        bob.receiveBufferSize(DatagramEndpoint.UNLIMITED);
        for (int i = 0; i < 1000; i++) {
            send(alice, "x", bob);
        }
        assertThat(bob.droppedCount()).isEqualTo(1);
        bob.awaitReceived(1001);
        assertThatThrownBy(() -> bob.receiveBufferSize(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("receiveBufferSize is negative: -1");
    }

    // ---- delivery

    @Test
    void datagramsToAnUnboundPortAreLost() throws IOException {
        assertThat(alice.send(Text.bytes("x"), "10.9.9.9:9")).isEqualTo(1);
        assertThat(alice.send(Text.bytes("x"), "10.9.9.9:9")).isEqualTo(1);
        assertThat(alice.isReadable()).isFalse();
    }

    @Test
    void aWildcardReceivesForEveryAddressAndSendsFromLocalhost() throws IOException {
        DatagramEndpoint any = network.bindDatagram("*:4000");

        alice.send(Text.bytes("a"), "10.1.2.3:4000");
        alice.send(Text.bytes("b"), "0.0.0.0:4000");
        alice.send(Text.bytes("c"), "localhost:4000");
        assertThat(receiveAll(any)).isEqualTo("a b c");

        send(any, "answer", alice);
        assertThat(sender(alice)).isEqualTo(new InetSocketAddress("127.0.0.1", 4000));
        assertThat(any.localAddress()).isEqualTo(new InetSocketAddress("0.0.0.0", 4000));
        any.connect(alice.localAddress());
        assertThat(any.localAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", 4000));
        any.disconnect();
        assertThat(any.localAddress()).isEqualTo(new InetSocketAddress("0.0.0.0", 4000));
    }

    @Test
    void aWildcardAnswersIPv6FromThere() throws IOException {
        DatagramEndpoint any = network.bindDatagram("*:4000");
        DatagramEndpoint six = network.bindDatagram("[::1]:0");

        send(any, "x", six);

        assertThat(sender(six)).isEqualTo(new InetSocketAddress("::1", 4000));
    }

    @Test
    void udpAndTcpHaveSeparatePorts() throws IOException {
        network.listen("10.0.0.1:53");

        DatagramEndpoint endpoint = network.bindDatagram("10.0.0.1:53");

        assertThat(endpoint.port()).isEqualTo(53);
        assertThat(alice.port()).isEqualTo(49152);
        assertThat(bob.port()).isEqualTo(49153);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1:7, 10.0.0.1:7", "*:7, 10.0.0.1:7", "10.0.0.1:7, *:7", "*:7, '[::]:7'"})
    void anAddressInUseCannotBeBound(String first, String second) throws IOException {
        DatagramEndpoint bound = network.bindDatagram(first);

        assertThatThrownBy(() -> network.bindDatagram(second))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");

        bound.close();
        assertThat(network.bindDatagram(second).isClosed()).isFalse();
    }

    @Test
    void oneFamilyDoesNotReachTheOther() throws IOException {
        DatagramEndpoint six = network.bindDatagram("[::1]:0");

        assertThatThrownBy(() -> send(alice, "x", six))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Address family not supported by protocol");
        assertThatThrownBy(() -> send(six, "x", alice))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is unreachable");
        assertThatThrownBy(() -> six.connect(alice.localAddress())).hasMessage("Network is unreachable");
    }

    @Test
    void badTargetsAreRefused() {
        assertThatThrownBy(() -> alice.send(Text.bytes("x"), "127.0.0.1:0"))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Can't send to port 0");
        assertThatThrownBy(() -> alice.connect("127.0.0.1:0"))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Can't connect to port 0");
        assertThatThrownBy(() -> alice.send(Text.bytes("x"), "nobody:1")).isInstanceOf(UnknownHostException.class);
        assertThatThrownBy(() -> alice.send(Text.bytes("x"), "127.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no port");
        assertThatThrownBy(() -> alice.send(Text.bytes("x"), new SocketAddress() {}))
                .isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> alice.send(null, bob.localAddress())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> alice.send(Text.bytes("x"))).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> alice.receive(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Read-only buffer");
    }

    // ---- connected

    @Test
    void aConnectedEndpointReceivesFromItsPeerOnly() throws IOException {
        DatagramEndpoint mallory = network.bindDatagram();
        send(alice, "early", bob);

        bob.connect(alice.localAddress());
        send(mallory, "no", bob);
        send(alice, "yes", bob);

        assertThat(receiveAll(bob)).isEqualTo("yes");
        assertThat(bob.remoteAddress()).isEqualTo(alice.localAddress());
        assertThat(bob.send(Text.bytes("pong"))).isEqualTo(4);
        assertThat(bob.send(Text.bytes("pong"), alice.localAddress())).isEqualTo(4);
        assertThat(receiveAll(alice)).isEqualTo("pong pong");
        assertThatThrownBy(() -> send(bob, "x", mallory)).isInstanceOf(AlreadyConnectedException.class);
        assertThatThrownBy(() -> bob.connect(mallory.localAddress())).isInstanceOf(AlreadyConnectedException.class);

        bob.disconnect();
        send(mallory, "now", bob);
        assertThat(receive(bob)).isEqualTo("now");
        assertThat(bob.remoteAddress()).isNull();
    }

    @Test
    void anEmptyDatagramIsNotSentToAPeer() throws IOException {
        alice.connect(bob.localAddress());

        assertThat(alice.send(Text.bytes(""))).isZero();
        assertThat(alice.send(Text.bytes(""), bob.localAddress())).isZero();

        assertThat(bob.isReadable()).isFalse();
    }

    @Test
    void aPendingErrorIsReportedOnceByTheNextOperation() throws IOException {
        alice.connect(bob.localAddress());
        send(bob, "early", alice);
        bob.close();

        assertThat(alice.send(Text.bytes("a"))).isEqualTo(1);
        assertThatThrownBy(() -> alice.send(Text.bytes("b")))
                .isInstanceOf(PortUnreachableException.class)
                .hasMessage(null);
        assertThat(alice.send(Text.bytes("c"))).isEqualTo(1);
        assertThat(alice.isReadable()).isTrue();
        assertThatThrownBy(() -> receive(alice)).isInstanceOf(PortUnreachableException.class);
        assertThat(receive(alice)).isEqualTo("early");
        assertThat(tryReceive(alice)).isEqualTo(NONE);
    }

    @Test
    void aPendingErrorEndsWithTheConnection() throws IOException {
        DatagramEndpoint carol = network.bindDatagram();
        bob.close();
        alice.connect(bob.localAddress());
        alice.send(Text.bytes("a"));

        alice.disconnect();

        assertThat(alice.isReadable()).isFalse();
        assertThat(alice.send(Text.bytes("lost to it"), carol.localAddress())).isEqualTo(10);
        send(alice, "b", carol);
        assertThat(receiveAll(carol)).isEqualTo("b");
    }

    @Test
    void anEndpointConnectedElsewhereIsUnreachable() throws IOException {
        DatagramEndpoint mallory = network.bindDatagram();
        bob.connect(mallory.localAddress());
        alice.connect(bob.localAddress());

        alice.send(Text.bytes("a"));

        assertThatThrownBy(() -> alice.send(Text.bytes("b"))).isInstanceOf(PortUnreachableException.class);
    }

    @Test
    void aSocketCanChangeItsPeer() throws IOException {
        DatagramEndpoint mallory = network.bindDatagram();
        bob.connect(alice.localAddress());

        bob.connect(mallory.localAddress(), SocketKind.SOCKET);

        assertThat(bob.remoteAddress()).isEqualTo(mallory.localAddress());
    }

    // ---- broadcast and multicast

    @Test
    void aBroadcastReachesAllWildcardEndpoints() throws IOException {
        DatagramEndpoint first = network.bindDatagram(address("*:9999"), endpoint -> endpoint.reuseAddress(true));
        DatagramEndpoint second = network.bindDatagram(address("*:9999"), endpoint -> endpoint.reuseAddress(true));
        DatagramEndpoint one = network.bindDatagram(address("10.0.0.1:9999"), endpoint -> endpoint.reuseAddress(true));

        alice.send(Text.bytes("all"), "255.255.255.255:9999");
        alice.send(Text.bytes("last"), "10.0.0.2:9999");
        alice.send(Text.bytes("nearest"), "10.0.0.1:9999");

        assertThat(receiveAll(first)).isEqualTo("all");
        assertThat(receiveAll(second)).isEqualTo("all last");
        assertThat(receiveAll(one)).isEqualTo("nearest");
    }

    @Test
    void aBroadcastNeedsTheOption() throws IOException {
        alice.broadcast(false);

        assertThatThrownBy(() -> alice.send(Text.bytes("x"), "255.255.255.255:9"))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Permission denied");
        assertThatThrownBy(() -> alice.connect("255.255.255.255:9")).hasMessage("Permission denied");
        assertThat(alice.broadcast(true).send(Text.bytes("x"), "255.255.255.255:9"))
                .isEqualTo(1);
    }

    @Test
    void aGroupReachesItsMembers() throws IOException {
        DatagramEndpoint first = member();
        DatagramEndpoint second = member();
        DatagramEndpoint stranger = network.bindDatagram(address("*:5353"), endpoint -> endpoint.reuseAddress(true));
        DatagramEndpoint ofGroup = network.bindDatagram(
                        address("239.1.2.3:5353"), endpoint -> endpoint.reuseAddress(true))
                .join("239.1.2.3");

        first.send(Text.bytes("hello"), "239.1.2.3:5353");
        second.multicastLoop(false).send(Text.bytes("quiet"), "239.1.2.3:5353");
        second.leave("239.1.2.3");
        alice.send(Text.bytes("later"), "239.1.2.3:5353");

        assertThat(receiveAll(first)).isEqualTo("hello quiet later");
        assertThat(receiveAll(second)).isEqualTo("hello");
        assertThat(receiveAll(stranger)).isEmpty();
        assertThat(receiveAll(ofGroup)).isEqualTo("hello quiet later");
        assertThatThrownBy(() -> first.join("10.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a multicast address: 10.0.0.1");
    }

    private DatagramEndpoint member() throws IOException {
        return network.bindDatagram(address("*:5353"), endpoint -> endpoint.reuseAddress(true))
                .join("239.1.2.3");
    }

    @Test
    void anAddressIsSharedOnlyIfBothAllow() throws IOException {
        network.bindDatagram(address("*:5353"), endpoint -> endpoint.reuseAddress(true));

        assertThatThrownBy(() -> network.bindDatagram("*:5353")).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> network.bindDatagram(address(bob.port()), endpoint -> endpoint.reuseAddress(true)))
                .isInstanceOf(BindException.class);
        bob.reuseAddress(true);
        DatagramEndpoint late = network.bindDatagram(bob.localAddress(), endpoint -> endpoint.reuseAddress(true));
        send(alice, "x", bob);
        assertThat(receiveAll(late)).isEqualTo("x");
    }

    @Test
    void aThrowingHookBindsNothing() throws IOException {
        assertThatThrownBy(() -> network.bindDatagram(address("10.0.0.1:7"), endpoint -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(network.bindDatagram("10.0.0.1:7").port()).isEqualTo(7);
    }

    // ---- blocking and closing

    @Test
    void aReceiveWaitsForADatagram() throws IOException {
        Background<String> receiving = Background.call(() -> receive(bob)).awaitParked();

        send(alice, "there", bob);

        assertThat(receiving.result()).isEqualTo("there");
    }

    @Test
    void aReceiveTimesOut() throws IOException {
        bob.receiveTimeout(SECOND);
        assertThat(bob.receiveTimeout()).isEqualTo(SECOND);
        Background<String> receiving = Background.call(() -> receive(bob)).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(receiving.failure())
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Receive timed out");
        send(alice, "late", bob);
        assertThat(receive(bob)).isEqualTo("late");
        assertThatThrownBy(() -> bob.receiveTimeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout is negative: PT-1S");
    }

    @Test
    void aCloseEndsBlockedReceives() throws IOException {
        Background<String> receiving = Background.call(() -> receive(bob)).awaitParked();
        Background<Void> awaiting = Background.run(() -> bob.awaitReadable()).awaitParked();
        Background<Void> closing = Background.run(() -> bob.awaitClosed()).awaitParked();

        bob.close();
        bob.close();

        assertThat(receiving.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(awaiting.failure()).isInstanceOf(AssertionError.class);
        closing.result();
    }

    @Test
    void theCloseOfTheNetworkEndsBlockedReceives() throws IOException {
        Background<String> receiving = Background.call(() -> receive(bob)).awaitParked();

        network.close();

        assertThat(receiving.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(alice.isClosed()).isTrue();
        assertThatThrownBy(() -> network.bindDatagram()).hasMessage("Network is down: it was closed before this bind");
    }

    @Test
    void anInterruptClosesAChannel() throws Exception {
        Background<String> receiving =
                Background.call(() -> receive(bob)).awaitParked().interrupt();

        assertThat(receiving.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        receiving.thread().join();
        assertThat(bob.isClosed()).isTrue();
        Background<Void> sending = Background.run(() -> {
            Thread.currentThread().interrupt();
            send(alice, "x", bob);
        });
        assertThat(sending.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(alice.isClosed()).isTrue();
    }

    @Test
    void aSocketIgnoresAnInterrupt() throws Exception {
        Background<SocketAddress> receiving = Background.call(
                        () -> bob.receive(ByteBuffer.allocate(9), Duration.ZERO, SocketKind.SOCKET))
                .awaitParked()
                .interrupt()
                .awaitParked();

        send(alice, "x", bob);

        assertThat(receiving.result()).isEqualTo(alice.localAddress());
    }

    @Test
    void operationsFailAfterAClose() throws IOException {
        alice.connect(bob.localAddress());
        send(bob, "unread", alice);
        alice.close();

        Class<?> expected =
                Runtime.version().feature() < 18 ? AsynchronousCloseException.class : ClosedChannelException.class;
        assertThatThrownBy(() -> receive(alice)).isExactlyInstanceOf(expected);
        assertThatThrownBy(() -> tryReceive(alice)).isExactlyInstanceOf(expected);
        assertThatThrownBy(() -> alice.send(Text.bytes("x"))).isExactlyInstanceOf(expected);
        assertThatThrownBy(() -> alice.join("239.0.0.1")).isExactlyInstanceOf(expected);
        assertThat(alice.isReadable()).isFalse();
        assertThat(alice.disconnect().remoteAddress()).isEqualTo(bob.localAddress());
        assertThat(alice).hasToString("datagram endpoint 127.0.0.1:49152 -> 127.0.0.1:49153 (CLOSED)");
    }

    // ---- awaits, stages and callbacks

    @Test
    void awaitsReturnWhenTrueAndFailWithASnapshot() throws IOException {
        Background<Void> readable = Background.run(() -> bob.awaitReadable()).awaitParked();
        Background<Void> received = Background.run(() -> bob.awaitReceived(2)).awaitParked();
        send(alice, "one", bob);
        readable.result();
        assertThat(receive(bob)).isEqualTo("one");
        send(alice, "two", bob);
        received.result();

        assertThatThrownBy(() -> bob.awaitReceived(3, Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "after 0 s still waiting for datagram endpoint 127.0.0.1:49153 to be reached by 3 datagrams")
                .hasMessageContaining("udp")
                .hasMessageContaining("3 bytes \"one\", received ->|");
        assertThatThrownBy(() -> bob.awaitReceived(0)).hasMessage("datagrams must be at least 1: 0");
        assertThatThrownBy(() -> alice.awaitReadable(Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("after 0 s still waiting for datagram endpoint 127.0.0.1:49152 to be readable");
    }

    @Test
    void aStageReceives() throws Exception {
        ByteBuffer target = ByteBuffer.allocate(9);
        CompletableFuture<SocketAddress> receiving = bob.receiveAsync(target).toCompletableFuture();
        CompletableFuture<Void> readable = bob.whenReadable().toCompletableFuture();
        CompletableFuture<Void> two = bob.whenReceived(2, SECOND).toCompletableFuture();
        assertThat(receiving).isNotDone();

        send(alice, "x", bob);

        assertThat(receiving).isCompletedWithValue(alice.localAddress());
        assertThat(Text.text(target)).isEqualTo("x");
        assertThat(two).isNotDone();
        send(alice, "y", bob);
        assertThat(two).isCompleted();
        assertThat(readable).isCompleted();
    }

    @Test
    void aCancelledStageLosesNoDatagram() throws Exception {
        CompletableFuture<SocketAddress> receiving =
                bob.receiveAsync(ByteBuffer.allocate(9)).toCompletableFuture();

        assertThat(receiving.cancel(false)).isTrue();
        send(alice, "x", bob);

        assertThat(receive(bob)).isEqualTo("x");
        CompletableFuture<SocketAddress> closing =
                bob.receiveAsync(ByteBuffer.allocate(9)).toCompletableFuture();
        bob.close();
        assertThat(closing).isCompletedExceptionally();
    }

    @Test
    void anOutcomeOfAStageIsFinal() throws Exception {
        ByteBuffer target = ByteBuffer.allocate(9);
        CompletableFuture<SocketAddress> received = bob.receiveAsync(target).toCompletableFuture();
        send(alice, "x", bob);

        assertThat(received.cancel(true)).isFalse();
        assertThat(received.complete(bob.localAddress())).isFalse();
        assertThat(received.completeExceptionally(new IOException("late"))).isFalse();
        assertThat(received).isCompletedWithValue(alice.localAddress());
    }

    @Test
    void aStageThatWasCompletedTakesNoDatagram() throws Exception {
        ByteBuffer target = ByteBuffer.allocate(9);
        CompletableFuture<SocketAddress> completed = bob.receiveAsync(target).toCompletableFuture();
        CompletableFuture<SocketAddress> failed = bob.receiveAsync(target).toCompletableFuture();
        assertThat(completed.complete(bob.localAddress())).isTrue();
        assertThat(failed.completeExceptionally(new IOException("given up"))).isTrue();

        send(alice, "x", bob);

        assertThat(completed).isCompletedWithValue(bob.localAddress());
        assertThatThrownBy(failed::get).hasRootCauseMessage("given up");
        assertThat(target.position()).isZero();
        assertThat(receive(bob)).isEqualTo("x");
    }

    @Test
    void aStageEndsAtTheReceiveTimeout() throws Exception {
        CompletableFuture<SocketAddress> receiving =
                bob.receiveTimeout(SECOND).receiveAsync(ByteBuffer.allocate(9)).toCompletableFuture();

        clock.advanceTimeBy(SECOND);

        assertThat(receiving).isCompletedExceptionally();
        assertThatThrownBy(receiving::get).hasRootCauseMessage("Receive timed out");
    }

    @Test
    void anAwaitOfDatagramsFailsWhenTheEndpointCloses() throws Exception {
        CompletableFuture<Void> two = bob.whenReceived(2, SECOND).toCompletableFuture();
        send(alice, "x", bob);
        bob.close();

        assertThatThrownBy(two::join).hasMessageContaining("can no longer come about");
        assertThat(bob.isClosed()).isTrue();
    }

    @Test
    void callbacksRunOnce() throws IOException {
        AtomicInteger called = new AtomicInteger();
        bob.onReady(Readiness.READABLE, called::incrementAndGet);
        bob.onReady(EnumSet.of(Readiness.READABLE, Readiness.CLOSED), called::incrementAndGet);
        bob.onReady(Readiness.READABLE, called::incrementAndGet).cancel();

        send(alice, "x", bob);
        send(alice, "x", bob);

        assertThat(called).hasValue(2);
        assertThatThrownBy(() -> bob.onReady(Set.of(), () -> {})).hasMessage("ops is empty");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"READABLE", "WRITABLE", "CLOSED"})
    void readinessOfConnectionsIsRefused(Readiness op) {
        assertThatThrownBy(() -> bob.onReady(op, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(op + " is no readiness of a datagram endpoint");
    }

    // ---- snapshot

    @Test
    void theSnapshotShowsQueuedAndDroppedDatagrams() throws IOException {
        bob.receiveBufferSize(832);
        send(alice, "abc", bob);
        send(alice, "abc", bob);
        alice.connect(bob.localAddress());

        assertThat(network.snapshot().datagrams())
                .containsExactly(
                        new Snapshot.Row("udp", "ESTABLISHED", 0, 0, alice.localAddress(), bob.localAddress(), ""),
                        new Snapshot.Row(
                                "udp",
                                "UNCONN",
                                3,
                                0,
                                bob.localAddress(),
                                bob.localAddress(),
                                "1 datagram; dropped 1"));
        assertThat(network.snapshot().connections()).isEmpty();
        assertThat(network.snapshot().toString())
                .contains(
                        "udp    UNCONN            3       0  127.0.0.1:49153  *                1 datagram; dropped 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void eachDatagramIsReceivedOnceByConcurrentReceivers(int receivers) throws Exception {
        try (Network busy = Network.create(NetworkConfig.defaults())) {
            DatagramEndpoint from = busy.bindDatagram();
            DatagramEndpoint to = busy.bindDatagram().receiveBufferSize(DatagramEndpoint.UNLIMITED);
            AtomicInteger sum = new AtomicInteger();
            int each = 2000;
            java.util.List<Background<Void>> readers = new java.util.ArrayList<>();
            for (int i = 0; i < receivers; i++) {
                readers.add(Background.run(() -> {
                    ByteBuffer target = ByteBuffer.allocate(4);
                    for (int n = 0; n < each; n++) {
                        to.receive(target.clear());
                        sum.addAndGet(target.getInt(0));
                    }
                }));
            }
            for (int n = 0; n < each * receivers; n++) {
                from.send(ByteBuffer.allocate(4).putInt(0, n), to.localAddress());
            }
            readers.forEach(Background::result);

            int last = each * receivers - 1;
            assertThat(sum).hasValue(last * (last + 1) / 2);
        }
    }

    private static SocketAddress address(String text) throws UnknownHostException {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon);
        return new InetSocketAddress(
                InetAddress.getByName(host.equals("*") ? "0.0.0.0" : host),
                Integer.parseInt(text.substring(colon + 1)));
    }

    private static SocketAddress address(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }
}

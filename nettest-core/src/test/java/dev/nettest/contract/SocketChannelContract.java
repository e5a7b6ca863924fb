package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The states of socket channels and server channels, and the calls that each state allows. */
abstract class SocketChannelContract extends ChannelApiContract {
    /** Enough to get a port that no earlier connection has in TIME_WAIT. */
    private static final int CONNECTIONS = 50;

    /** Enough for the kernel to handle a FIN or an RST. */
    private static final int BINDS = 1000;

    @Test
    void aNewChannelIsOpenAndBlocking() throws IOException {
        SocketChannel channel = stream();
        assertThat(channel.provider()).isSameAs(provider());
        assertThat(channel.validOps()).isEqualTo(R | W | C);
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.isBlocking()).isTrue();
        assertThat(channel.isConnected() || channel.isConnectionPending() || channel.isRegistered())
                .isFalse();
        assertThat(channel.getLocalAddress()).isNull();
        assertThat(channel.getRemoteAddress()).isNull();
        assertThat(channel.blockingLock()).isNotNull();
    }

    @Test
    void anUnconnectedChannelRefusesBytesAndEnds() throws IOException {
        SocketChannel channel = stream();
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThatThrownBy(() -> channel.read(one)).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> channel.write(one)).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> channel.read(new ByteBuffer[] {one})).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> channel.write(new ByteBuffer[] {one})).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(channel::shutdownInput).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(channel::finishConnect).isInstanceOf(NoConnectionPendingException.class);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aPendingConnectRefusesAllButItsEnd() throws IOException {
        ServerSocketChannel server = server();
        SocketAddress address = server.getLocalAddress();
        SocketChannel channel = nonBlocking(stream());
        assertThat(channel.connect(address)).isFalse();
        assertThat(channel.isConnectionPending()).isTrue();
        assertThat(channel.isConnected()).isFalse();
        assertThat(channel.getRemoteAddress()).isEqualTo(address);
        assertThatThrownBy(() -> channel.connect(address)).isInstanceOf(ConnectionPendingException.class);
        assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(ConnectionPendingException.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
        PollingWait.until(() -> Outcome.of(channel::finishConnect).equals("true"), () -> "the connection");
        assertThat(channel.isConnectionPending()).isFalse();
        assertThat(channel.isConnected()).isTrue();
        assertThat(channel.finishConnect()).as("again").isTrue();
        assertThat(((InetSocketAddress) channel.getLocalAddress()).getAddress().isLoopbackAddress())
                .isTrue();
    }

    @Test
    void aPendingConnectCanBeFinishedInBlockingMode() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = nonBlocking(stream());
        channel.connect(server.getLocalAddress());
        channel.configureBlocking(true);
        assertThat(channel.finishConnect()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectThatWasResetBeforeItIsFinishedFails(boolean blocking) throws IOException {
        SocketChannel reset = pendingReset(false);
        SocketChannel afterTheEnd = pendingReset(true);
        reset.configureBlocking(blocking);
        afterTheEnd.configureBlocking(blocking);
        assertThatThrownBy(reset::finishConnect)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset by peer");
        assertThatThrownBy(afterTheEnd::finishConnect)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Broken pipe");
        assertThat(reset.isOpen() || afterTheEnd.isOpen()).isFalse();
        assertThatThrownBy(reset::finishConnect).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aConnectWhosePeerHasClosedCanBeFinished() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = nonBlocking(stream());
        channel.connect(server.getLocalAddress());
        SocketChannel peer = server.accept();
        peer.write(bytes("x"));
        peer.close();
        assertThat(channel.finishConnect()).isTrue();
        channel.configureBlocking(true);
        assertThat(channel.read(ByteBuffer.allocate(5))).isEqualTo(1);
        assertThat(channel.read(ByteBuffer.allocate(5))).isEqualTo(-1);
    }

    /** A channel whose connect is pending for the JDK, and was reset; if {@code afterTheEnd} behind a FIN. */
    private SocketChannel pendingReset(boolean afterTheEnd) throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = nonBlocking(stream());
        channel.connect(server.getLocalAddress());
        SocketChannel peer = opened(server.accept());
        if (afterTheEnd) {
            peer.shutdownOutput();
        }
        peer.setOption(StandardSocketOptions.SO_LINGER, 0).close();
        SelectionKey key = registered(channel, selector(), R | W | C);
        PollingWait.until(() -> Outcome.of(() -> readyNow(key)).equals("13"), () -> "the reset");
        key.cancel();
        key.selector().selectNow();
        return channel;
    }

    @Test
    void aConnectedChannelIsNotConnectedOrBoundAgain() throws IOException {
        SocketChannel channel = connected().client();
        SocketAddress remote = channel.getRemoteAddress();
        assertThatThrownBy(() -> channel.connect(remote)).isInstanceOf(AlreadyConnectedException.class);
        assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(AlreadyBoundException.class);
        assertThat(channel.getRemoteAddress()).isEqualTo(remote);
    }

    @Test
    void aRefusedConnectClosesTheChannel() throws IOException {
        SocketAddress refusing = stream().bind(StreamBackend.loopback(0)).getLocalAddress();
        SocketChannel blocking = stream();
        assertThatThrownBy(() -> blocking.connect(refusing))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(blocking.isOpen()).isFalse();
        SocketChannel waiting = nonBlocking(stream());
        assertThat(waiting.connect(refusing)).isFalse();
        assertThatThrownBy(waiting::finishConnect)
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(waiting.isOpen()).isFalse();
        assertThatThrownBy(waiting::finishConnect).isInstanceOf(ClosedChannelException.class);
    }

    /** A port of a connect can be in TIME_WAIT for an earlier peer too. So one connection of some is enough. */
    @Test
    void anEphemeralPortIsInUseUntilItsConnectionHasEnded() throws IOException {
        boolean freed = false;
        for (int attempt = 0; attempt < CONNECTIONS && !freed; attempt++) {
            Ends ends = connected();
            SocketAddress local = ends.client().getLocalAddress();
            assertInUse(local);
            ends.server().shutdownOutput();
            assertThat(ends.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertInUse(local);
            ends.client().shutdownOutput(); // the second FIN: no TIME_WAIT here
            assertThat(ends.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            freed = isFreed(local);
            assertThat(ends.client().getLocalAddress()).isEqualTo(local);
        }
        assertThat(freed).isTrue();
    }

    private boolean isFreed(SocketAddress address) {
        for (int bind = 0; bind < BINDS; bind++) {
            if (!Outcome.of(() -> bindOnce(address)).contains("in use")) {
                return true;
            }
            Thread.yield(); // the kernel still handles the FIN
        }
        return false;
    }

    /** Like {@link #anEphemeralPortIsInUseUntilItsConnectionHasEnded()}. */
    @Test
    void theAddressesOfAConnectionThatHasEndedConnectAgain() throws IOException {
        ServerSocketChannel server = server();
        SocketAddress address = server.getLocalAddress();
        boolean freed = false;
        for (int attempt = 0; attempt < CONNECTIONS && !freed; attempt++) {
            SocketChannel ended = stream();
            ended.connect(address);
            SocketAddress local = ended.getLocalAddress();
            resetAccepted(server);
            assertThatThrownBy(() -> ended.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
            freed = isFreed(local);
            if (freed) {
                assertConnectsAgain(ended, local, server);
            }
        }
        assertThat(freed).isTrue();
    }

    private void assertConnectsAgain(SocketChannel ended, SocketAddress local, ServerSocketChannel server)
            throws IOException {
        SocketChannel next = stream().bind(local);
        assertThat(next.connect(server.getLocalAddress())).isTrue();
        SocketChannel accepted = opened(server.accept());
        assertThat(accepted.getRemoteAddress()).isEqualTo(local);
        ended.close();
        accepted.write(bytes("x"));
        assertThat(next.read(ByteBuffer.allocate(5))).isEqualTo(1);
    }

    @Test
    void aPortThatABindAssignedIsInUseUntilItsConnectionHasEnded() throws IOException {
        ServerSocketChannel server = server();
        boolean freed = false;
        for (int attempt = 0; attempt < CONNECTIONS && !freed; attempt++) {
            SocketChannel ended = stream().bind(StreamBackend.loopback(0));
            SocketAddress local = ended.getLocalAddress();
            assertInUse(local);
            ended.connect(server.getLocalAddress());
            assertInUse(local);
            resetAccepted(server);
            assertThatThrownBy(() -> ended.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
            freed = isFreed(local);
            assertThat(ended.getLocalAddress()).isEqualTo(local);
        }
        assertThat(freed).isTrue();
    }

    @Test
    void aPortThatABindAssignedIsFreeOnceAPendingConnectIsRefused() throws IOException {
        SocketAddress refusing = stream().bind(StreamBackend.loopback(0)).getLocalAddress();
        SocketChannel waiting = nonBlocking(stream().bind(StreamBackend.loopback(0)));
        SocketAddress local = waiting.getLocalAddress();
        assertThat(waiting.connect(refusing)).isFalse();
        assertThat(isFreed(local)).isTrue();
        assertThat(waiting.isOpen()).isTrue();
    }

    @Test
    void aPortThatABindNamesIsInUseUntilTheClose() throws IOException {
        ServerSocketChannel server = server();
        SocketAddress named;
        try (SocketChannel first = stream().bind(StreamBackend.loopback(0))) {
            named = first.getLocalAddress();
        }
        SocketChannel ended = stream().bind(named);
        ended.connect(server.getLocalAddress());
        resetAccepted(server);
        assertThatThrownBy(() -> ended.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
        for (int bind = 0; bind < BINDS; bind++) {
            assertInUse(named);
        }
        ended.close();
        assertThat(isFreed(named)).isTrue();
    }

    private void resetAccepted(ServerSocketChannel server) throws IOException {
        opened(server.accept()).setOption(StandardSocketOptions.SO_LINGER, 0).close();
    }

    @Test
    void anEphemeralPortIsInUseInTimeWait() throws IOException {
        Ends ends = connected();
        SocketAddress local = ends.client().getLocalAddress();
        ends.client().shutdownOutput(); // the first FIN
        assertThat(ends.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        ends.server().shutdownOutput();
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertInUse(local);
    }

    private void assertInUse(SocketAddress address) {
        assertThatThrownBy(() -> bindOnce(address))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    private String bindOnce(SocketAddress address) throws IOException {
        try (SocketChannel channel = provider().openSocketChannel()) {
            return channel.bind(address).toString();
        }
    }

    @Test
    void anAddressThatCannotBeReachedLeavesTheChannelOpen() throws IOException {
        SocketChannel channel = stream();
        assertThatThrownBy(() -> channel.connect(InetSocketAddress.createUnresolved("no.such.host", 1)))
                .isInstanceOf(UnresolvedAddressException.class);
        assertThatThrownBy(() -> channel.connect(java.net.UnixDomainSocketAddress.of("/no/such/file")))
                .isInstanceOf(UnsupportedAddressTypeException.class);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aNonBlockingReadReturnsWhatIsThere() throws IOException {
        Ends ends = connectedWithoutBlocking();
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(ends.client().read(target)).isZero();
        ends.server().write(bytes("abc"));
        PollingWait.until(() -> Outcome.of(() -> ends.client().read(target)).equals("3"), () -> "three bytes");
        assertThat(text(target)).isEqualTo("abc");
        ends.server().shutdownOutput();
        PollingWait.until(
                () -> Outcome.of(() -> ends.client().read(ByteBuffer.allocate(1)))
                        .equals("-1"),
                () -> "the end");
        assertThat(ends.client().write(bytes("x"))).isEqualTo(1);
    }

    @Test
    void bytesAreGatheredAndScatteredInOrder() throws IOException {
        Ends ends = connected();
        assertThat(ends.client().write(new ByteBuffer[] {bytes("ab"), bytes(""), bytes("cde"), bytes("f")}))
                .isEqualTo(6);
        assertThat(ends.client().write(new ByteBuffer[] {bytes("X"), bytes("g"), bytes("X")}, 1, 1))
                .isEqualTo(1);
        ByteBuffer[] targets = {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(2), ByteBuffer.allocate(4)};
        long read = 0;
        while (read < 7) {
            read += ends.server().read(targets);
        }
        assertThat(text(targets[0]) + text(targets[1]) + text(targets[2])).isEqualTo("abcdefg");
    }

    @Test
    void aReadOnlyTargetAndWrongRangesAreRefused() throws IOException {
        Ends ends = connected();
        ends.server().write(bytes("x"));
        ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
        assertThatThrownBy(() -> ends.client().read(readOnly)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ends.client().read(new ByteBuffer[1], 0, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ends.client().write(new ByteBuffer[1], -1, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ends.client().read((ByteBuffer) null)).isInstanceOf(NullPointerException.class);
        ByteBuffer target = ByteBuffer.allocate(1);
        assertThat(ends.client().read(target)).as("no byte is lost").isEqualTo(1);
    }

    @Test
    void aClosedChannelRefusesEverything() throws IOException {
        SocketChannel channel = connected().client();
        SocketAddress remote = channel.getRemoteAddress();
        channel.close();
        channel.close();
        assertThat(channel.isOpen() || channel.isConnected()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::shutdownInput).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::finishConnect).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.connect(remote)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getRemoteAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.configureBlocking(false)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.register(selector(), R)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.TCP_NODELAY))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void optionsAreCheckedAndKept() throws IOException {
        SocketChannel channel = stream();
        assertThat(channel.supportedOptions())
                .contains(StandardSocketOptions.SO_LINGER, StandardSocketOptions.TCP_NODELAY);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_BROADCAST, true))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("'SO_BROADCAST' not supported");
        assertThatThrownBy(() -> channel.setOption(null, true)).isInstanceOf(NullPointerException.class);
        ServerSocketChannel server = server();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_LINGER, 7);
        channel.connect(server.getLocalAddress());
        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(7);
        channel.setOption(StandardSocketOptions.SO_LINGER, -1);
    }

    @Test
    void registrationNeedsNonBlockingMode() throws IOException {
        SocketChannel channel = stream();
        assertThatThrownBy(() -> channel.register(selector(), R)).isInstanceOf(IllegalBlockingModeException.class);
        var key = nonBlocking(channel).register(selector(), R);
        assertThatThrownBy(() -> channel.configureBlocking(true)).isInstanceOf(IllegalBlockingModeException.class);
        assertThat(nonBlocking(channel).isBlocking()).isFalse();
        key.cancel();
        channel.configureBlocking(true);
        assertThat(channel.isBlocking())
                .as("although the key is not removed yet")
                .isTrue();
    }

    @Test
    void aServerAcceptsBlockingChannels() throws IOException {
        ServerSocketChannel server = nonBlocking(server());
        assertThat(server.accept()).isNull();
        SocketChannel client = stream();
        client.connect(server.getLocalAddress());
        assertThat(ready(server.register(selector(), A))).isEqualTo(A);
        SocketChannel accepted = opened(server.accept());
        assertThat(accepted.isBlocking()).isTrue();
        assertThat(accepted.isConnected()).isTrue();
        assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
        assertThat(accepted.getLocalAddress()).isEqualTo(client.getRemoteAddress());
        assertThat(accepted.provider()).isSameAs(provider());
    }

    @Test
    void aServerChecksItsState() throws IOException {
        ServerSocketChannel server = opened(provider().openServerSocketChannel());
        assertThat(server.validOps()).isEqualTo(A);
        assertThat(server.getLocalAddress()).isNull();
        assertThatThrownBy(server::accept).isInstanceOf(NotYetBoundException.class);
        assertThat(server.bind(null)).isSameAs(server);
        assertThatThrownBy(() -> server.bind(null)).isInstanceOf(AlreadyBoundException.class);
        server.close();
        assertThatThrownBy(server::accept).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> server.bind(null)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(server::getLocalAddress).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void invalidInterestSetsAreRefused() throws IOException {
        assertThatThrownBy(() -> nonBlocking(stream()).register(selector(), A))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> nonBlocking(server()).register(selector(), R))
                .isInstanceOf(IllegalArgumentException.class);
        var key = registered(stream(), selector(), R);
        assertThatThrownBy(() -> key.interestOps(A)).isInstanceOf(IllegalArgumentException.class);
        assertThat(key.interestOps()).isEqualTo(R);
    }

    @Test
    void aSecondRegistrationChangesTheKey() throws IOException {
        var selector = selector();
        SocketChannel channel = nonBlocking(stream());
        var key = channel.register(selector, R, "one");
        assertThat(channel.register(selector, W, "other")).isSameAs(key);
        assertThat(key.interestOps()).isEqualTo(W);
        assertThat(key.attachment()).isEqualTo("other");
        assertThat(channel.register(selector, R)).isSameAs(key);
        assertThat(key.attachment()).isNull();
    }

    @Test
    void noConnectReachesManyHosts() throws IOException {
        for (String target : new String[] {"224.0.0.1", "255.255.255.255", "127.255.255.255", "ff02::1"}) {
            SocketChannel channel = stream();
            assertThatThrownBy(() -> channel.connect(new InetSocketAddress(target, 80)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Network is unreachable");
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void aCallTransfersAtMostSoManyBuffers() throws IOException {
        Ends ends = connected();
        ByteBuffer[] sources = new ByteBuffer[2000];
        Arrays.setAll(sources, i -> ByteBuffer.allocate(1));
        assertThat(ends.client().write(sources)).isEqualTo(1024); // IOV_MAX
        assertThat(ends.client().write(sources, 1024, 976)).isEqualTo(976);

        ByteBuffer[] targets = new ByteBuffer[2000];
        Arrays.setAll(targets, i -> ByteBuffer.allocate(1));
        InputStream stream = ends.server().socket().getInputStream();
        PollingWait.until(() -> Outcome.of(stream::available).equals("2000"), () -> "2000 bytes");
        assertThat(ends.server().read(targets)).isEqualTo(1024);
        assertThat(ends.server().read(targets)).isEqualTo(976);
    }

    @Test
    void arraysWithoutBuffersTransferNothing() throws IOException {
        Ends ends = connected();
        assertThat(ends.client().write(new ByteBuffer[0])).isZero();
        assertThat(ends.server().read(new ByteBuffer[0])).isZero();
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThatThrownBy(() -> ends.client().write(new ByteBuffer[] {one, null}))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ends.server().read(new ByteBuffer[] {one, one.asReadOnlyBuffer()}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Read-only buffer");
    }
}

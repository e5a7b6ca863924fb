package dev.nettest.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** States, errors and bad arguments of datagram channels and their adaptors, on loopback and in memory. */
abstract class DatagramChannelStatesContract {
    private static final int BOTH = SelectionKey.OP_READ | SelectionKey.OP_WRITE;
    private static final SocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("no.such.host.invalid", 9);
    private static final SocketAddress UNIX = UnixDomainSocketAddress.of("/no/such/file");

    private final SelectorProvider provider = provider();
    private final List<SelectableChannel> opened = new ArrayList<>();

    /** Called once for each test. */
    abstract SelectorProvider provider();

    @AfterEach
    void closeAll() throws IOException {
        for (SelectableChannel channel : opened) {
            channel.close();
        }
    }

    private DatagramChannel open() throws IOException {
        return open(provider.openDatagramChannel());
    }

    private DatagramChannel open(DatagramChannel channel) {
        opened.add(channel);
        return channel;
    }

    private DatagramChannel bound() throws IOException {
        return open().bind(loopback(0));
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static InetSocketAddress local(DatagramChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** A bound channel that refuses all datagrams but its own: it is connected to itself. */
    private InetSocketAddress refusing() throws IOException {
        DatagramChannel channel = bound();
        return local(channel.connect(local(channel)));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static String text(ByteBuffer buffer) {
        return US_ASCII.decode(buffer.flip()).toString();
    }

    private static void assertFails(Class<? extends Exception> type, String message, ThrowingCallable... calls) {
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isExactlyInstanceOf(type).hasMessage(message);
        }
    }

    @Test
    void anUnboundChannelBindsItselfToTheWildcard() throws IOException {
        DatagramChannel server = bound();
        DatagramChannel sender = open();
        DatagramChannel receiver = open();
        DatagramChannel connected = open();
        assertThat(sender.getLocalAddress()).isNull();
        assertThat(sender.getRemoteAddress()).isNull();
        assertThat(sender.isConnected()).isFalse();

        assertThat(sender.send(bytes("x"), local(server))).isOne();
        receiver.configureBlocking(false);
        assertThat(receiver.receive(ByteBuffer.allocate(1))).isNull();
        connected.connect(local(server));

        assertThat(local(sender).getAddress()).isEqualTo(InetAddress.getByName("::"));
        assertThat(local(receiver).getAddress()).isEqualTo(InetAddress.getByName("::"));
        assertThat(connected.getLocalAddress())
                .isEqualTo(loopback(local(connected).getPort()));
        assertThat(connected.getRemoteAddress()).isEqualTo(local(server));
        int port = local(connected).getPort();
        assertThat(connected.disconnect()).isSameAs(connected);
        assertThat(connected.getLocalAddress()).isEqualTo(new InetSocketAddress("::", port));
        assertThat(connected.getRemoteAddress()).isNull();
        assertFails(AlreadyBoundException.class, null, () -> sender.bind(null));
    }

    @Test
    void anUnconnectedChannelNeitherReadsNorWrites() throws IOException {
        DatagramChannel channel = open();
        ByteBuffer one = ByteBuffer.allocate(1);
        ByteBuffer[] buffers = {one};

        assertFails(
                NotYetConnectedException.class,
                null,
                () -> channel.read(one),
                () -> channel.read(buffers),
                () -> channel.read(one.asReadOnlyBuffer()),
                () -> channel.write(one),
                () -> channel.write(buffers));
        assertThat(channel.getLocalAddress()).isNull();
    }

    @Test
    void badArgumentsAreRejected() throws IOException {
        DatagramChannel channel = bound();
        ByteBuffer one = ByteBuffer.allocate(1);
        ByteBuffer[] buffers = {one};

        assertFails(UnresolvedAddressException.class, null, () -> channel.send(one, UNRESOLVED));
        assertFails(
                UnresolvedAddressException.class,
                null,
                () -> channel.connect(UNRESOLVED),
                () -> open().bind(UNRESOLVED));
        assertFails(UnsupportedAddressTypeException.class, null, () -> channel.send(one, UNIX));
        assertFails(UnsupportedAddressTypeException.class, null, () -> channel.connect(UNIX), () -> open().bind(UNIX));
        assertFails(NullPointerException.class, null, () -> channel.send(one, null), () -> channel.connect(null));
        assertFails(SocketException.class, "Can't send to port 0", () -> channel.send(one, loopback(0)));
        assertFails(SocketException.class, "Can't connect to port 0", () -> channel.connect(loopback(0)));
        assertFails(IllegalArgumentException.class, "Read-only buffer", () -> channel.receive(one.asReadOnlyBuffer()));
        assertThatThrownBy(() -> channel.read(buffers, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> channel.write(buffers, 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        channel.connect(local(channel));
        assertFails(
                IllegalArgumentException.class,
                "Read-only buffer",
                () -> channel.read(one.asReadOnlyBuffer()),
                () -> channel.read(new ByteBuffer[] {one, ByteBuffer.allocate(0).asReadOnlyBuffer()}));
        assertFails(AlreadyConnectedException.class, null, () -> channel.connect(local(channel)));
        assertFails(AlreadyConnectedException.class, null, () -> channel.send(one, loopback(9)));
    }

    @Test
    void familiesLimitTheAddresses() throws IOException {
        DatagramChannel four = open(provider.openDatagramChannel(StandardProtocolFamily.INET));
        SocketAddress six = new InetSocketAddress("::1", 9);

        assertFails(
                UnsupportedAddressTypeException.class,
                null,
                () -> four.bind(six),
                () -> four.connect(six),
                () -> four.send(bytes("x"), six));
        assertFails(
                UnsupportedOperationException.class,
                "Protocol family not supported",
                () -> provider.openDatagramChannel(StandardProtocolFamily.UNIX));
        assertFails(NullPointerException.class, "'family' is null", () -> provider.openDatagramChannel(null));
        int port = local(four.bind(null)).getPort();
        assertThat(four.getLocalAddress()).isEqualTo(new InetSocketAddress("0.0.0.0", port));
        four.connect(four.getLocalAddress());
        assertThat(four.getRemoteAddress()).isEqualTo(new InetSocketAddress("0.0.0.0", port));
        assertThat(four.getLocalAddress()).isEqualTo(loopback(port));
        assertThat(four.send(bytes("me"), four.getRemoteAddress())).isEqualTo(2);
        assertThat(four.receive(ByteBuffer.allocate(2))).isEqualTo(loopback(port));
    }

    @Test
    void aReadOrAWriteIsOneDatagram() throws IOException {
        DatagramChannel channel = bound();
        channel.connect(local(channel));
        ByteBuffer two = ByteBuffer.allocate(2);
        ByteBuffer one = ByteBuffer.allocate(1);

        assertThat(channel.write(new ByteBuffer[] {bytes("ab"), bytes(""), bytes("cd")}))
                .isEqualTo(4);
        assertThat(channel.read(new ByteBuffer[] {two, ByteBuffer.allocate(0), one}))
                .isEqualTo(3);
        assertThat(text(two) + text(one)).isEqualTo("abc");
        channel.write(bytes("kept"));
        assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
        assertThat(channel.read(new ByteBuffer[] {ByteBuffer.allocate(0)})).isZero();
        assertThat(channel.write(ByteBuffer.allocate(0))).isZero();
        ByteBuffer four = ByteBuffer.allocate(4);
        assertThat(channel.read(four)).isEqualTo(4);
        assertThat(text(four)).isEqualTo("kept");
        ByteBuffer[] many = new ByteBuffer[1500];
        Arrays.setAll(many, i -> bytes("x"));
        assertThat(channel.write(many)).isEqualTo(1024);
        assertThat(channel.read(ByteBuffer.allocate(2000))).isEqualTo(1024);
        channel.configureBlocking(false);
        assertThat(channel.read(ByteBuffer.allocate(9))).isZero();
        channel.disconnect();
        channel.send(ByteBuffer.allocate(0), local(channel));
        channel.connect(local(channel));
        assertThat(channel.read(ByteBuffer.allocate(9))).as("flushed").isZero();
    }

    @Test
    void anEmptyDatagramReadsLikeTheEndOfAStream() throws IOException {
        DatagramChannel channel = bound();
        DatagramChannel sender = bound();
        channel.connect(local(sender));

        sender.send(ByteBuffer.allocate(0), local(channel));
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        sender.send(ByteBuffer.allocate(0), local(channel));
        assertThat(channel.read(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(1)}))
                .isEqualTo(-1);
        sender.send(ByteBuffer.allocate(0), local(channel));
        assertThat(channel.receive(ByteBuffer.allocate(1))).isEqualTo(local(sender));
    }

    @Test
    void tooLongDatagramsAreRefused() throws IOException {
        DatagramChannel channel = bound();
        SocketAddress own = local(channel);

        assertFails(SocketException.class, "Message too long", () -> channel.send(ByteBuffer.allocate(65_508), own));
        channel.connect(own);
        assertFails(
                IOException.class,
                "Message too long",
                () -> channel.write(ByteBuffer.allocate(65_508)),
                () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(65_507), ByteBuffer.allocate(1)}),
                () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(300_000), ByteBuffer.allocate(1)}));
    }

    @Test
    void aPendingErrorIsReportedOnceAndSelects() throws IOException {
        SocketAddress dead = refusing();
        DatagramChannel channel = bound();
        channel.configureBlocking(false);
        channel.connect(dead);
        try (Selector selector = provider.openSelector()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();

            channel.write(bytes("x"));
            assertThat(selector.selectNow()).isOne();
            key.interestOps(BOTH);
            selector.selectNow();
            assertThat(key.readyOps()).isEqualTo(BOTH);
            assertThat(channel.write(ByteBuffer.allocate(0))).isZero();
            assertFails(PortUnreachableException.class, null, () -> channel.write(bytes("y")));
            assertThat(channel.read(ByteBuffer.allocate(1))).isZero();
            channel.write(bytes("x"));
            assertFails(PortUnreachableException.class, null, () -> channel.receive(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void anErrorThatOutlivesTheConnectionSelectsOnce() throws IOException {
        SocketAddress dead = refusing();
        DatagramChannel channel = bound();
        channel.configureBlocking(false);
        try (Selector selector = provider.openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            channel.connect(dead).write(bytes("x"));
            channel.disconnect();

            assertThat(selector.selectNow()).isOne();
            selector.selectedKeys().clear();
            assertThat(channel.receive(ByteBuffer.allocate(1))).isNull();
            assertThat(selector.selectNow()).isZero();
        }
    }

    @Test
    void broadcastsMustBeAllowed() throws IOException {
        DatagramChannel channel = open();
        SocketAddress all =
                new InetSocketAddress("127.255.255.255", local(bound()).getPort());

        assertThat(channel.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
        assertThatThrownBy(() -> channel.send(bytes("x"), all)).hasMessage("Permission denied");
        channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
        assertThat(channel.send(bytes("x"), all)).isOne();
    }

    @Test
    void optionsAreCheckedBeforeTheState() throws IOException {
        DatagramChannel channel = open();
        channel.close();

        assertFails(
                UnsupportedOperationException.class,
                "'TCP_NODELAY' not supported",
                () -> channel.getOption(StandardSocketOptions.TCP_NODELAY),
                () -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true));
        assertFails(
                IllegalArgumentException.class,
                "Invalid value 'null'",
                () -> channel.setOption(StandardSocketOptions.SO_BROADCAST, null));
        assertFails(
                ClosedChannelException.class,
                null,
                () -> channel.getOption(StandardSocketOptions.SO_BROADCAST),
                () -> channel.setOption(StandardSocketOptions.SO_BROADCAST, true));
    }

    @Test
    void readinessFollowsTheBindAndTheQueue() throws IOException {
        DatagramChannel channel = open();
        channel.configureBlocking(false);
        try (Selector selector = provider.openSelector()) {
            SelectionKey key = channel.register(selector, BOTH);
            assertThat(selector.selectNow()).isOne();
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_WRITE);
            selector.selectedKeys().clear();
            key.interestOps(SelectionKey.OP_READ);
            assertThat(selector.selectNow()).isZero();
            channel.bind(loopback(0));
            assertThat(selector.selectNow()).isZero();
            open().send(ByteBuffer.allocate(0), local(channel));
            assertThat(selector.select()).isOne();
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).as("level-triggered").isOne();
            assertFails(IllegalArgumentException.class, null, () -> key.interestOps(SelectionKey.OP_CONNECT));
            assertFails(IllegalBlockingModeException.class, null, () -> channel.configureBlocking(true));
        }
    }

    @Test
    void aRegisteredChannelKeepsItsPortUntilTheNextSelect() throws IOException {
        DatagramChannel channel = bound();
        SocketAddress address = local(channel);
        channel.configureBlocking(false);
        try (Selector selector = provider.openSelector()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            channel.close();

            assertThat(key.isValid()).isFalse();
            assertThat(channel.isRegistered()).isTrue();
            assertThatThrownBy(() -> open().bind(address)).hasMessage("Address already in use");
            selector.selectNow();
            assertThat(channel.isRegistered()).isFalse();
            assertThat(open().bind(address).getLocalAddress()).isEqualTo(address);
        }
    }

    @Test
    void aPendingInterruptClosesInBlockingModeOnly() throws IOException {
        DatagramChannel blocking = open();
        DatagramChannel unbound = open();
        DatagramChannel other = open();
        other.configureBlocking(false);
        Thread.currentThread().interrupt();
        try {
            assertThat(unbound.bind(null)).isSameAs(unbound);
            assertThat(other.receive(ByteBuffer.allocate(1))).isNull();
            assertFails(ClosedByInterruptException.class, null, () -> blocking.write(bytes("x")));
            assertFails(ClosedByInterruptException.class, null, () -> unbound.receive(ByteBuffer.allocate(1)));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(blocking.isOpen() || unbound.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
    }

    @Test
    void keysOfGroupsKeepTheirRules() throws IOException {
        DatagramChannel channel = open();
        InetAddress group = InetAddress.getByName("239.1.2.3");
        InetAddress one = InetAddress.getByName("127.0.0.1");
        NetworkInterface lo = NetworkInterface.getByInetAddress(one);

        MembershipKey key = channel.join(group, lo);
        assertThat(channel.getLocalAddress()).isNull();
        assertThat(channel.join(group, lo)).isSameAs(key);
        assertThat(key).hasToString("<239.1.2.3," + lo.getName() + ">");
        assertThat(key.channel()).isSameAs(channel);
        assertFails(
                IllegalStateException.class,
                "Already have source-specific membership",
                () -> channel.join(group, lo, one));
        assertFails(IllegalArgumentException.class, "Group not a multicast address", () -> channel.join(one, lo));
        InetAddress any = InetAddress.getByName("0.0.0.0");
        InetAddress six = InetAddress.getByName("::1");
        assertFails(IllegalArgumentException.class, "Source address is a wildcard address", () -> key.block(any));
        assertFails(IllegalArgumentException.class, "Source address is multicast address", () -> key.block(group));
        assertFails(IllegalArgumentException.class, "Source address is different type to group", () -> key.block(six));
        assertFails(IllegalStateException.class, "not blocked", () -> key.unblock(one), () -> key.unblock(null));
        assertThat(key.block(one).block(one)).isSameAs(key);
        key.drop();
        key.drop();
        assertThat(key.isValid()).isFalse();
        assertFails(
                IllegalStateException.class, "key is no longer valid", () -> key.block(any), () -> key.unblock(one));

        MembershipKey ofOne = channel.join(group, lo, one);
        assertThat(ofOne.sourceAddress()).isEqualTo(one);
        assertThat(ofOne).hasToString("<239.1.2.3," + lo.getName() + ",127.0.0.1>");
        assertFails(IllegalStateException.class, "key is source-specific", () -> ofOne.block(one));
        assertFails(
                IllegalStateException.class, "Already a member to receive all packets", () -> channel.join(group, lo));
        channel.close();
        assertThat(ofOne.isValid()).isFalse();
        assertFails(ClosedChannelException.class, null, () -> channel.join(group, lo));
    }

    @Test
    void theAdaptorIsASocketOfTheChannel() throws IOException {
        DatagramChannel channel = open();
        DatagramSocket socket = channel.socket();
        DatagramPacket packet = new DatagramPacket(new byte[3], 3);

        assertThat(socket.getChannel().socket()).isSameAs(socket);
        assertThat(socket.isBound() || socket.isConnected() || socket.getBroadcast())
                .isFalse();
        assertFails(IllegalArgumentException.class, "Address not set", () -> socket.send(packet));
        assertFails(IllegalArgumentException.class, "Address can't be null", () -> socket.connect(null));
        assertFails(SocketException.class, "Unresolved address", () -> socket.connect(UNRESOLVED));
        assertFails(SocketException.class, "Unresolved address", () -> socket.bind(UNRESOLVED));
        socket.setSoTimeout(1);
        assertFails(SocketTimeoutException.class, "Receive timed out", () -> socket.receive(packet));
        assertThat(socket.isBound()).isTrue();
        assertFails(SocketException.class, "Already bound", () -> socket.bind(null));
        DatagramChannel first = bound();
        DatagramChannel second = bound();
        socket.connect(local(first));
        socket.connect(local(second));
        assertThat(channel.getRemoteAddress()).isEqualTo(local(second));
        socket.send(packet);
        assertThat(packet.getSocketAddress()).isEqualTo(local(second));
        packet.setSocketAddress(local(first));
        assertThatThrownBy(() -> socket.send(packet))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Connected and packet address differ")
                .hasNoCause();
        socket.setReceiveBufferSize(5000);
        assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(5000);
        channel.configureBlocking(false);
        assertFails(IllegalBlockingModeException.class, null, () -> socket.send(packet), () -> socket.receive(packet));
        socket.close();
        assertThat(channel.isOpen()).isFalse();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertFails(SocketException.class, "Socket closed", () -> socket.send(packet), () -> socket.receive(packet));
        assertFails(SocketException.class, "Socket is closed", () -> socket.bind(null), socket::getBroadcast);
        socket.connect(loopback(9));
        assertThat(socket.isConnected()).as("the last peer").isTrue();
    }

    @Test
    void theAdaptorJoinsGroupsOnce() throws IOException {
        DatagramSocket socket = open().socket();
        InetSocketAddress group = new InetSocketAddress("239.1.2.3", 0);
        NetworkInterface lo = NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"));

        socket.joinGroup(group, lo);
        assertFails(SocketException.class, "Already a member of group", () -> socket.joinGroup(group, lo));
        assertFails(SocketException.class, "Not a multicast address", () -> socket.joinGroup(loopback(0), lo));
        assertThat(socket.getChannel().join(group.getAddress(), lo).isValid()).isTrue();
        socket.leaveGroup(group, lo);
        assertFails(SocketException.class, "Not a member of group", () -> socket.leaveGroup(group, lo));
    }
}

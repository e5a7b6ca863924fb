package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import org.junit.jupiter.api.Test;

/** The states of datagram channels, and their groups. The contracts of datagrams have the rest. */
abstract class MulticastChannelContract extends ChannelApiContract {
    private static final String GROUP = "239.1.2.3";

    private DatagramChannel datagrams() throws IOException {
        return opened(provider().openDatagramChannel());
    }

    private DatagramChannel bound() throws IOException {
        return datagrams().bind(StreamBackend.loopback(0));
    }

    @Test
    void anUnconnectedChannelSendsOnlyToAddresses() throws IOException {
        DatagramChannel channel = nonBlocking(bound());
        assertThat(channel.validOps()).isEqualTo(R | W);
        assertThatThrownBy(() -> channel.write(bytes("x"))).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
        assertThat(channel.receive(ByteBuffer.allocate(1))).isNull();
        assertThat(channel.send(bytes("x"), channel.getLocalAddress())).isEqualTo(1);
        assertThat(ready(channel.register(selector(), R | W))).isEqualTo(R | W);
        assertThat(channel.receive(ByteBuffer.allocate(1))).isEqualTo(channel.getLocalAddress());
    }

    @Test
    void aConnectedChannelHasOnePeer() throws IOException {
        DatagramChannel peer = bound();
        DatagramChannel channel = bound();
        assertThat(channel.connect(peer.getLocalAddress())).isSameAs(channel);
        assertThat(channel.isConnected()).isTrue();
        assertThatThrownBy(() -> channel.connect(peer.getLocalAddress())).isInstanceOf(AlreadyConnectedException.class);
        assertThatThrownBy(() -> channel.send(bytes("x"), channel.getLocalAddress()))
                .isInstanceOf(AlreadyConnectedException.class);
        assertThat(channel.write(new ByteBuffer[] {bytes("a"), bytes("bc")})).isEqualTo(3);
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(peer.receive(target)).isEqualTo(channel.getLocalAddress());
        assertThat(text(target)).isEqualTo("abc");
        assertThat(channel.disconnect().isConnected()).isFalse();
        assertThat(channel.getRemoteAddress()).isNull();
        assertThat(channel.disconnect()).as("again").isSameAs(channel);
    }

    /** A pending error makes each operation ready, and a call takes it. */
    @Test
    void anUnreachablePortMakesEverythingReady() throws IOException {
        DatagramChannel refusing = bound();
        refusing.connect(refusing.getLocalAddress());
        DatagramChannel channel = bound();
        channel.connect(refusing.getLocalAddress());
        SelectionKey key = registered(channel, selector(), R | W);
        assertThat(readyNow(key)).isEqualTo(W);
        assertThat(channel.write(bytes("x"))).isEqualTo(1);
        PollingWait.until(() -> Outcome.of(() -> readyNow(key)).equals("5"), () -> "the error");
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                .isInstanceOf(java.net.PortUnreachableException.class);
        assertThat(readyNow(key)).isEqualTo(W);
        assertThat(channel.read(ByteBuffer.allocate(1))).isZero();
    }

    /** Linux keeps the error, and the JDK drops it in the next call that reaches Linux. */
    @Test
    void anErrorOutlivesADisconnectAndCallsThatTheJdkRefuses() throws IOException {
        DatagramChannel refusing = bound();
        refusing.connect(refusing.getLocalAddress());
        DatagramChannel channel = bound();
        channel.connect(refusing.getLocalAddress());
        SelectionKey key = registered(channel, selector(), R | W);
        assertThat(channel.write(bytes("x"))).isEqualTo(1);
        PollingWait.until(() -> Outcome.of(() -> readyNow(key)).equals("5"), () -> "the error");
        channel.disconnect();
        assertThat(readyNow(key)).isEqualTo(R | W);
        SocketAddress portZero = StreamBackend.loopback(0);
        assertThatThrownBy(() -> channel.send(bytes("x"), portZero)).hasMessage("Can't send to port 0");
        assertThatThrownBy(() -> channel.connect(portZero)).hasMessage("Can't connect to port 0");
        assertThatThrownBy(() -> channel.send(bytes("x"), StreamBackend.address("127.255.255.255", 9)))
                .hasMessage("Permission denied");
        assertThatThrownBy(() -> channel.write(bytes("x")))
                .isInstanceOf(java.nio.channels.NotYetConnectedException.class);
        assertThat(readyNow(key)).as("after calls that were refused").isEqualTo(R | W);
        assertThat(channel.receive(ByteBuffer.allocate(1))).isNull();
        assertThat(readyNow(key)).as("after a receive").isEqualTo(W);
    }

    private static InetAddress group() {
        return StreamBackend.address(GROUP, 0).getAddress();
    }

    private DatagramChannel groupChannel() throws IOException {
        return opened(provider().openDatagramChannel(StandardProtocolFamily.INET));
    }

    private NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByInetAddress(StreamBackend.loopback(0).getAddress());
    }

    @Test
    void aMembershipLastsUntilItIsDropped() throws IOException {
        DatagramChannel channel = groupChannel();
        MembershipKey key = channel.join(group(), loopback());
        assertThat(key.isValid()).isTrue();
        assertThat(key.group()).isEqualTo(group());
        assertThat(key.networkInterface()).isEqualTo(loopback());
        assertThat(key.channel()).isSameAs(channel);
        assertThat(key.sourceAddress()).isNull();
        assertThat(channel.join(group(), loopback())).as("a second join").isSameAs(key);
        key.drop();
        key.drop();
        assertThat(key.isValid()).isFalse();
        MembershipKey next = channel.join(group(), loopback());
        assertThat(next).isNotSameAs(key);
        channel.close();
        assertThat(next.isValid()).isFalse();
        assertThatThrownBy(() -> channel.join(group(), loopback())).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void onlyGroupsAreJoined() throws IOException {
        DatagramChannel channel = groupChannel();
        assertThatThrownBy(() -> channel.join(StreamBackend.loopback(0).getAddress(), loopback()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Group not a multicast address");
        assertThatThrownBy(() -> channel.join(null, loopback())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> channel.join(group(), null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aMemberReceivesUntilItBlocksTheSource() throws IOException {
        DatagramChannel member = groupChannel();
        member.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        member.bind(new InetSocketAddress("0.0.0.0", 0));
        int port = ((InetSocketAddress) member.getLocalAddress()).getPort();
        MembershipKey key = member.join(group(), loopback());
        DatagramChannel sender = groupChannel();
        sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback());
        sender.bind(StreamBackend.loopback(0));
        sender.send(bytes("one"), StreamBackend.address(GROUP, port));
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(member.receive(target)).isEqualTo(sender.getLocalAddress());
        assertThat(text(target)).isEqualTo("one");
        InetAddress source = StreamBackend.loopback(0).getAddress();
        assertThat(key.block(source)).isSameAs(key);
        sender.send(bytes("two"), StreamBackend.address(GROUP, port));
        key.unblock(source);
        sender.send(bytes("three"), StreamBackend.address(GROUP, port));
        target.clear();
        member.receive(target);
        assertThat(text(target)).isEqualTo("three");
        assertThatThrownBy(() -> key.unblock(source)).isInstanceOf(IllegalStateException.class);
    }
}

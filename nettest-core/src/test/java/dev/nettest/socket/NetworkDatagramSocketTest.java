package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/** Datagram sockets beyond scripts and contract: groups, the endpoint, unbound sockets. */
class NetworkDatagramSocketTest extends NetworkFixture {
    private static final SocketAddress GROUP = new InetSocketAddress("239.1.2.3", 0);
    private static final SocketAddress TARGET = new InetSocketAddress("239.1.2.3", 5353);

    @Test
    void aGroupIsJoinedAndLeft() throws IOException {
        DatagramSocket sender = NetworkSockets.datagramSocket(network, new InetSocketAddress(0));
        DatagramSocket member = NetworkSockets.datagramSocket(network, null);
        member.joinGroup(GROUP, null);
        member.bind(new InetSocketAddress(5353));

        sender.send(new DatagramPacket(new byte[3], 3, TARGET));
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);
        member.receive(packet);
        assertThat(packet.getLength()).isEqualTo(3);
        assertThat(packet.getSocketAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", sender.getLocalPort()));

        assertThatThrownBy(() -> member.joinGroup(GROUP, null))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Already a member of group");
        member.leaveGroup(GROUP, null);
        sender.send(new DatagramPacket(new byte[3], 3, TARGET));
        assertThat(NetworkSockets.endpoint(member).isReadable()).isFalse();
        assertThatThrownBy(() -> member.leaveGroup(GROUP, null)).hasMessage("Not a member of group");
        assertThatThrownBy(() -> member.joinGroup(new InetSocketAddress("10.0.0.1", 0), null))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Not a multicast address");
        assertThatThrownBy(() -> member.joinGroup(null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unsupported address type");
    }

    @Test
    void aPacketKeepsItsCapacityFromSocketToSocket() throws IOException {
        DatagramSocket first = NetworkSockets.datagramSocket(network, new InetSocketAddress("127.0.0.1", 0));
        DatagramSocket second = NetworkSockets.datagramSocket(network, new InetSocketAddress("127.0.0.1", 0));
        DatagramPacket packet = new DatagramPacket(new byte[20], 3, 17);
        first.send(new DatagramPacket(new byte[2], 2, first.getLocalSocketAddress()));
        first.receive(packet);
        assertThat(packet.getLength()).isEqualTo(2);

        second.send(new DatagramPacket(new byte[19], 19, second.getLocalSocketAddress()));
        second.receive(packet);
        assertThat(packet.getLength()).isEqualTo(17);

        packet.setLength(4); // by its owner
        second.send(new DatagramPacket(new byte[19], 19, second.getLocalSocketAddress()));
        second.receive(packet);
        assertThat(packet.getLength()).isEqualTo(4);
    }

    @Test
    void theEndpointHasTheFaults() throws IOException {
        DatagramSocket socket = NetworkSockets.datagramSocket(network, new InetSocketAddress("127.0.0.1", 0));
        NetworkSockets.endpoint(socket).faults().receive(Fault.timeout());

        assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[1], 1)))
                .hasMessage("Receive timed out");
        DatagramSocket unbound = NetworkSockets.datagramSocket(network, null);
        assertThatThrownBy(() -> NetworkSockets.endpoint(unbound))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the socket was never bound");
        assertThat(unbound.getLocalPort()).isZero();
        assertThat(unbound.isBound()).isFalse();
        assertThat(unbound.getBroadcast()).isTrue();
        unbound.close();
        assertThat(unbound.isClosed()).isTrue();
        assertThatThrownBy(() -> unbound.bind(null)).hasMessage("Socket is closed");
    }

    @Test
    void optionsAreStoredAndChecked() throws IOException {
        DatagramSocket socket = NetworkSockets.datagramSocket(network, new InetSocketAddress("127.0.0.1", 0));

        assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isNull();
        assertThat(socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 7)
                        .getOption(StandardSocketOptions.IP_MULTICAST_TTL))
                .isEqualTo(7);
        assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid TTL/hop value");
        assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.TCP_NODELAY, true))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("'TCP_NODELAY' not supported");
        assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.SO_RCVBUF, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid value 'null'");
        socket.setReceiveBufferSize(5000);
        assertThat(NetworkSockets.endpoint(socket).receiveBufferSize()).isEqualTo(10_000);
        socket.close();
        assertThatThrownBy(() -> socket.getOption(StandardSocketOptions.SO_RCVBUF))
                .isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void invalidAddressesAreRefused() {
        assertThatThrownBy(() -> NetworkSockets.datagramSocket(network, InetSocketAddress.createUnresolved("x", 1)))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Unresolved address");
        assertThatThrownBy(() -> NetworkSockets.datagramSocket((Network) null, GROUP))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> NetworkSockets.datagramSocket((Host) null, GROUP))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void onAHostItBindsAndSendsFromThatHost() throws IOException {
        Host app = network.host("app", "10.0.0.2", "fd00::2");
        Host dns = network.host("dns", "10.0.0.53");
        DatagramSocket server = NetworkSockets.datagramSocket(dns, new InetSocketAddress(53));
        DatagramSocket client = NetworkSockets.datagramSocket(app, null);

        client.send(new DatagramPacket(
                new byte[3], 3, new InetSocketAddress(network.resolve("dns").get(0), 53)));

        DatagramPacket packet = new DatagramPacket(new byte[9], 9);
        server.receive(packet);
        assertThat(packet.getSocketAddress()).hasToString("/10.0.0.2:" + client.getLocalPort());
        assertThat(NetworkSockets.endpoint(client).host()).isSameAs(app);
        assertThatThrownBy(() -> NetworkSockets.datagramSocket(app, new InetSocketAddress("10.0.0.53", 53)))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
        client.connect(new InetSocketAddress(network.resolve("dns").get(0), 53));
        assertThat(client.getLocalAddress().getHostAddress()).isEqualTo("10.0.0.2");
        assertThat(client.getRemoteSocketAddress()).hasToString("dns/10.0.0.53:53");
    }

    @Test
    void aCrashOfItsHostClosesIt() throws IOException {
        Host dns = network.host("dns", "10.0.0.53");
        DatagramSocket server = NetworkSockets.datagramSocket(dns, new InetSocketAddress(53));

        dns.crash();

        assertThat(server.isClosed()).isTrue();
        assertThatThrownBy(() -> server.receive(new DatagramPacket(new byte[9], 9)))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        assertThatThrownBy(() -> NetworkSockets.datagramSocket(dns, new InetSocketAddress(53)))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is down: host dns crashed before this bind");
    }
}

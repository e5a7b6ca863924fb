package dev.nettest.contract;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;

/** Channels of IPv4 alone, and their wildcard. A channel of IPv6 has both versions. */
abstract class FamilyContract extends ChannelApiContract {

    @Test
    void theWildcardOfAnIpv4ServerDoesNotHearIpv6() throws IOException {
        int port = port(server(INET, "0.0.0.0", 0).getLocalAddress());

        assertThat(source(INET, "127.0.0.1", port)).isEqualTo("127.0.0.1");
        assertThat(source(INET6, "127.0.0.1", port)).isEqualTo("127.0.0.1");
        assertThatThrownBy(() -> source(INET6, "::1", port))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void theWildcardOfAnIpv6ServerHearsBoth() throws IOException {
        int port = port(server(INET6, "0.0.0.0", 0).getLocalAddress());

        assertThat(source(INET, "127.0.0.1", port)).isEqualTo("127.0.0.1");
        assertThat(source(INET6, "::1", port)).isEqualTo("0:0:0:0:0:0:0:1");
    }

    @Test
    void anIpv6AddressIsFreeBesideTheWildcardOfAnIpv4Server() throws IOException {
        int port = freePort();
        server(INET, "0.0.0.0", port);

        for (String taken : new String[] {"::", "0.0.0.0", "127.0.0.1"}) {
            assertThatThrownBy(() -> server(INET6, taken, port))
                    .isInstanceOf(BindException.class)
                    .hasMessage("Address already in use");
        }
        server(INET6, "::1", port);
        assertThat(source(INET6, "::1", port)).isEqualTo("0:0:0:0:0:0:0:1");
    }

    @Test
    void theWildcardOfAnIpv4ServerIsFreeBesideAnIpv6Address() throws IOException {
        int port = freePort();
        server(INET6, "::1", port);

        assertThatThrownBy(() -> server(INET6, "::", port)).isInstanceOf(BindException.class);
        server(INET, "0.0.0.0", port);
    }

    /** Linux keeps the local address of the first connect, but sends from an address of the new family. */
    @Test
    void aSecondConnectToAnotherVersionKeepsTheLocalAddress() throws IOException {
        DatagramChannel server = datagram(INET, "127.0.0.1", 0);
        DatagramChannel first = datagram(INET6, "::1", 0);
        DatagramChannel client = opened(provider().openDatagramChannel());
        client.socket().connect(first.getLocalAddress());
        client.socket().connect(server.getLocalAddress());

        assertThat(address(client.getLocalAddress())).isEqualTo("0:0:0:0:0:0:0:1");
        client.write(ByteBuffer.wrap(new byte[1]));
        assertThat(address(server.receive(ByteBuffer.allocate(1)))).isEqualTo("127.0.0.1");
        client.disconnect();
        assertThat(address(client.getLocalAddress())).isEqualTo("0:0:0:0:0:0:0:1");
    }

    @Test
    void anIpv4ChannelTakesNoIpv6Address() {
        assertThatThrownBy(() -> server(INET, "::", 0)).isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> server(INET, "::1", 0)).isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> source(INET, "::1", 1)).isInstanceOf(UnsupportedAddressTypeException.class);
    }

    @Test
    void theWildcardOfAnIpv4DatagramChannelDoesNotHearIpv6() throws IOException {
        int port = freeDatagramPort();
        DatagramChannel receiver = datagram(INET, "0.0.0.0", port);
        DatagramChannel sender = opened(provider().openDatagramChannel());
        ByteBuffer datagram = ByteBuffer.allocate(1);

        sender.connect(new InetSocketAddress("::1", port));
        sender.write(datagram.duplicate());
        assertThatThrownBy(() -> sender.read(datagram.duplicate())).isInstanceOf(PortUnreachableException.class);
        sender.disconnect();
        sender.send(datagram.duplicate(), new InetSocketAddress("127.0.0.1", port));
        assertThat(address(receiver.receive(datagram.duplicate()))).isEqualTo("127.0.0.1");

        assertThatThrownBy(() -> datagram(INET6, "::", port))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        datagram(INET6, "::1", port);
    }

    /** A port that no process uses in either version. A bind to one address only finds a port that is free there. */
    private int freePort() throws IOException {
        try (ServerSocketChannel both = provider().openServerSocketChannel(INET6)) {
            return port(both.bind(new InetSocketAddress("::", 0)).getLocalAddress());
        }
    }

    private int freeDatagramPort() throws IOException {
        try (DatagramChannel both = provider().openDatagramChannel(INET6)) {
            return port(both.bind(new InetSocketAddress("::", 0)).getLocalAddress());
        }
    }

    private ServerSocketChannel server(ProtocolFamily family, String host, int port) throws IOException {
        return opened(provider().openServerSocketChannel(family)).bind(new InetSocketAddress(host, port));
    }

    private DatagramChannel datagram(ProtocolFamily family, String host, int port) throws IOException {
        return opened(provider().openDatagramChannel(family)).bind(new InetSocketAddress(host, port));
    }

    /** The address of a client that connects. */
    private String source(ProtocolFamily family, String host, int port) throws IOException {
        try (SocketChannel client = provider().openSocketChannel(family)) {
            client.connect(new InetSocketAddress(host, port));
            return address(client.getLocalAddress());
        }
    }

    private static String address(SocketAddress address) {
        return ((InetSocketAddress) address).getAddress().getHostAddress();
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }
}

package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketImpl;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From a socket to its connection and back. */
class ConnectionOfSocketTest extends NetworkFixture {
    @Test
    void aConnectedAndAnAcceptedSocketHaveTheirOwnConnection() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);

        Connection client = NetworkSockets.connection(pair.client());
        Connection server = NetworkSockets.connection(pair.server());

        assertThat(client.peer()).isSameAs(server);
        assertThat(NetworkSockets.socket(client)).isSameAs(pair.client());
        assertThat(NetworkSockets.socket(server)).isSameAs(pair.server());
        assertThat(NetworkSockets.connection(pair.client())).isSameAs(client);
    }

    @Test
    void aClosedSocketKeepsItsConnection() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        pair.client().close();

        Connection closed = NetworkSockets.connection(pair.client());

        assertThat(closed.isClosed()).isTrue();
        assertThat(NetworkSockets.socket(closed)).isSameAs(pair.client());
    }

    @Test
    void aConnectionOfTheCoreBecomesASocket() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().localAddress("10.0.0.9:7000");

        Socket socket = NetworkSockets.socket(pair.client());

        assertThat(NetworkSockets.connection(socket)).isSameAs(pair.client());
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getLocalSocketAddress()).isEqualTo(pair.client().localAddress());
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(pair.client().remoteAddress());
        Sockets.write(socket, "to the peer");
        assertThat(Text.read(pair.server())).isEqualTo("to the peer");
        Text.write(pair.server(), "back");
        assertThat(Sockets.read(socket)).isEqualTo("back");
        socket.setOOBInline(true);
        pair.server().sendUrgentData('!');
        assertThat(Sockets.read(socket)).isEqualTo("!");
        socket.close();
        assertThat(Text.read(pair.server())).isEqualTo(Text.END);
    }

    @Test
    void anAcceptedConnectionOfTheCoreBecomesASocket() throws Exception {
        Listener listener = network.listen();
        Socket client = NetworkSockets.socketFactory(network).createSocket("localhost", listener.port());

        Socket accepted = NetworkSockets.socket(listener.accept());

        Sockets.write(accepted, "welcome");
        assertThat(Sockets.read(client)).isEqualTo("welcome");
    }

    @Test
    void theSameConnectionHasTheSameSocket() throws Exception {
        for (int round = 0; round < 200; round++) {
            Connection connection = network.pair().client();
            Set<Socket> sockets = new HashSet<>();
            dev.nettest.testing.Background<Socket> other =
                    dev.nettest.testing.Background.call(() -> NetworkSockets.socket(connection));
            sockets.add(NetworkSockets.socket(connection));
            sockets.add(other.result());
            assertThat(sockets).hasSize(1);
        }
    }

    @Test
    void anUnconnectedSocketHasNoConnection() throws Exception {
        Socket fresh = NetworkSockets.socketFactory(network).createSocket();
        Socket bound = NetworkSockets.socketFactory(network).createSocket();
        bound.bind(null);

        for (Socket socket : new Socket[] {fresh, bound}) {
            assertThatThrownBy(() -> NetworkSockets.connection(socket))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("never connected");
        }
    }

    @Test
    void aJdkSocketAndALayeredSocketAreRefused() throws Exception {
        Socket ours = Sockets.pairOn(network).client();

        assertThatThrownBy(() -> NetworkSockets.connection(new Layered(ours)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Layered.class.getName());
        assertThatThrownBy(() -> NetworkSockets.connection(new Socket()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.net.Socket");
        assertThatThrownBy(() -> NetworkSockets.connection(null)).isExactlyInstanceOf(NullPointerException.class);
    }

    @Test
    void aConnectionWithAnotherAttachmentIsRefused() throws Exception {
        Connection connection = end();
        connection.attach("a channel, say");

        assertThatThrownBy(() -> NetworkSockets.socket(connection))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a channel, say");
    }

    @Test
    void aServerSocketAcceptsIntoItsOwnSocketsOnly() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            NetworkSockets.socketFactory(network).createSocket("localhost", server.getLocalPort());

            assertThatThrownBy(() -> new ListeningSocketImpl(network.localhost()).accept((SocketImpl) null))
                    .isInstanceOfAny(IOException.class, NullPointerException.class);
            assertThat(server.accept()).isInstanceOf(NetworkSocket.class);
        }
    }

    /** A socket that is layered over another, like a TLS socket. */
    private static final class Layered extends Socket {
        private final Socket below;

        Layered(Socket below) {
            this.below = below;
        }

        @Override
        public synchronized void close() throws IOException {
            below.close();
        }
    }
}

package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.testing.Background;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** More sockets than a machine has ports. */
class ManySocketsTest {
    private static final int NETWORKS = 8;
    private static final int EACH = 1250;

    @Test
    void tenThousandSocketsInParallelNetworksDoNotInterfere() {
        List<Background<Integer>> networks = new ArrayList<>();
        for (int i = 0; i < NETWORKS; i++) {
            networks.add(Background.call(ManySocketsTest::serveMany));
        }

        assertThat(networks.stream().mapToInt(Background::result)).containsOnly(EACH);
    }

    /** {@code EACH} servers with one client each, all open at once. */
    private static int serveMany() throws Exception {
        try (Network network = Network.create()) {
            Set<Integer> ports = new HashSet<>();
            List<ServerSocket> servers = new ArrayList<>();
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                ServerSocket server =
                        NetworkSockets.serverSocketFactory(network).createServerSocket(0);
                servers.add(server);
                ports.add(server.getLocalPort());
                clients.add(NetworkSockets.socketFactory(network).createSocket("localhost", server.getLocalPort()));
            }
            for (int i = 0; i < EACH; i++) {
                Socket accepted = servers.get(i).accept();
                Sockets.write(accepted, "server " + i);
                assertThat(Sockets.read(clients.get(i))).isEqualTo("server " + i);
            }
            return ports.size();
        }
    }
}

package dev.nettest.samples.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceDiff;
import dev.nettest.TraceLevel;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** A test double of a server is compared with the server itself, on real loopback. */
class TestDoubleTest {

    private static final NetworkConfig TRACED =
            NetworkConfig.builder().trace(TraceLevel.ALL).build();

    // snippet: bridge-diff
    @Test
    void theDoubleAnswersLikeTheServer() throws Exception {
        Trace real;
        try (Network network = Network.create(TRACED);
                ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            answer(server, "+PONG");
            network.bridge("10.0.0.6:6379", server.getLocalSocketAddress());
            real = ping(network);
        }
        Trace inMemory;
        try (Network network = Network.create(TRACED);
                ServerSocket server =
                        NetworkSockets.serverSocketFactory(network).createServerSocket()) {
            server.bind(new InetSocketAddress("10.0.0.6", 6379));
            answer(server, "+OK");
            inMemory = ping(network);
        }

        assertThat(TraceDiff.between(real, inMemory).toString())
                .contains("first:  \"+PONG\\r\\n\"")
                .contains("second: \"+OK\\r\\n\"");
    }

    private static Trace ping(Network network) throws IOException {
        Connection client = network.connect("10.0.0.6:6379");
        client.outputStream().write("PING\r\n".getBytes(US_ASCII));
        new BufferedReader(new InputStreamReader(client.inputStream(), US_ASCII)).readLine();
        return network.trace().of(client);
    }
    // end snippet

    private static void answer(ServerSocket server, String text) {
        Thread thread = new Thread(() -> {
            try {
                Socket client = server.accept();
                new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII)).readLine();
                client.getOutputStream().write((text + "\r\n").getBytes(US_ASCII));
                client.getInputStream().read();
                client.close();
            } catch (IOException e) {
                // the end of the network closes it
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}

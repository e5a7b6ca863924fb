package dev.nettest.samples.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Bridge;
import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A fault between a client and a real server: an echo server on real loopback. */
@ExtendWith(NetworkExtension.class)
class RealServerTest {

    // snippet: bridge-java
    @Test
    void anAnswerIsResetInTheMiddle(Network network) throws Exception {
        try (ServerSocket database = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(database);
            Bridge bridge = network.bridge("10.0.0.5:5432", database.getLocalSocketAddress());
            bridge.listener().faults().write(Fault.reset().afterBytes(1024));

            Connection client = network.connect("10.0.0.5:5432");
            client.outputStream().write(new byte[2000]);

            InputStream answer = client.inputStream();
            assertThat(answer.readNBytes(1024)).hasSize(1024);
            assertThatThrownBy(answer::read).hasMessage("Connection reset");
        }
    }
    // end snippet

    private static void serve(ServerSocket database) {
        Thread echo = new Thread(() -> {
            try (Socket client = database.accept()) {
                client.getInputStream().transferTo(client.getOutputStream());
            } catch (IOException e) {
                // the fault resets the connection
            }
        });
        echo.setDaemon(true);
        echo.start();
    }
}

package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Fault;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code -Djdk.includeInExceptions=hostInfo}, with the texts of JDK 17 and 25 on loopback. */
class HostInfoTest extends NetworkFixture {
    private static final String PROPERTY = "jdk.includeInExceptions";

    private final String before = System.getProperty(PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void aFailedConnectNamesTheAddress() {
        System.setProperty(PROPERTY, "jar, HostInfo");

        assertThat(failure("localhost"))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused: localhost/127.0.0.1:80");
        assertThat(failure("127.0.0.1")).hasMessage("Connection refused: /127.0.0.1:80");
        assertThat(failure("::1")).hasMessage("Connection refused: /[0:0:0:0:0:0:0:1]:80");
        assertThat(failure("no.such.host")).hasMessage("no.such.host");
    }

    @Test
    void aTimeoutNamesItOnJdk17Only() throws Exception {
        System.setProperty(PROPERTY, "hostInfo");
        ServerSocket full = NetworkSockets.serverSocketFactory(network).createServerSocket(80, 1);
        for (int i = 0; i < 2; i++) {
            NetworkSockets.socketFactory(network).createSocket("localhost", 80);
        }
        Socket socket = NetworkSockets.socketFactory(network).createSocket();
        Background<Void> connecting = Background.run(() -> socket.connect(full.getLocalSocketAddress(), 1000))
                .awaitParked();

        clock.advanceTimeBy(SECOND);

        String told = Runtime.version().feature() < 19 ? ": 0.0.0.0/0.0.0.0:80" : "";
        assertThat(connecting.failure()).hasMessage("Connect timed out" + told);
    }

    @Test
    void otherValuesOfThePropertyHaveNoEffect() {
        System.setProperty(PROPERTY, "hostInfoExclSocket");

        assertThat(failure("localhost")).hasMessage("Connection refused");
    }

    @Test
    void aDeclaredExceptionStaysUnchanged() {
        System.setProperty(PROPERTY, "hostInfo");
        IOException declared = new ConnectException("no way");
        network.faults().connect(Fault.failWith(declared));

        assertThat(failure("localhost")).isSameAs(declared);
    }

    private Throwable failure(String host) {
        return catchThrowable(() -> {
            try (Socket socket = NetworkSockets.socketFactory(network).createSocket(host, 80)) {
                throw new AssertionError("connected: " + socket);
            }
        });
    }
}

package dev.nettest.samples.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.junit.NetworkHost;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.socket.TestTls;
import java.io.IOException;
import java.net.SocketException;
import java.security.cert.CertificateExpiredException;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

// snippet: junit-tls
@NetworkTest
class TlsTest {

    private static final TestTls TLS = TestTls.selfSigned("api.test");

    /** Greets one client over TLS; returns the client's name, if it has to have one. */
    private static Future<String> greet(TestTls tls, Host server) throws IOException {
        SSLServerSocket listener =
                (SSLServerSocket) tls.serverSocketFactory(server).createServerSocket(443);
        return server.network().executor().submit(() -> {
            try (listener;
                    SSLSocket socket = (SSLSocket) listener.accept()) {
                socket.getOutputStream().write('!'); // handshakes first
                return tls.clientsAuthenticate()
                        ? socket.getSession().getPeerPrincipal().getName()
                        : "";
            }
        });
    }

    private static SSLSocket connect(Network network) throws IOException {
        return (SSLSocket) TLS.socketFactory(network).createSocket("api.test", 443);
    }

    @Test
    void aSocketHasItsConnection(Network network, @NetworkHost(name = "api.test", addresses = "10.0.0.5") Host server)
            throws Exception {
        Future<String> greeting = greet(TLS, server);
        try (SSLSocket client = connect(network)) {
            Connection connection = NetworkSockets.connection(client);
            assertThat(NetworkSockets.tlsSocket(connection)).isSameAs(client); // and back
            assertThat(client.getInputStream().read()).isEqualTo('!');

            connection.faults().read(Fault.reset());
            assertThatThrownBy(client.getInputStream()::read).isInstanceOf(SocketException.class);
        }
        assertThat(greeting.get()).isEmpty();
    }

    @Test
    void anExpiredCertificateIsRefused(
            Network network, @NetworkHost(name = "api.test", addresses = "10.0.0.5") Host server) throws Exception {
        Future<String> greeting = greet(TLS.expired(), server);
        try (SSLSocket client = connect(network)) {
            assertThatThrownBy(client.getInputStream()::read)
                    .isInstanceOf(SSLException.class)
                    .hasRootCauseInstanceOf(CertificateExpiredException.class);
        }
        assertThatThrownBy(greeting::get).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void theServerKnowsTheClient(Network network, @NetworkHost(name = "api.test", addresses = "10.0.0.5") Host server)
            throws Exception {
        Future<String> greeting = greet(TLS.withClientAuthentication(), server);
        try (SSLSocket client = connect(network)) {
            assertThat(client.getInputStream().read()).isEqualTo('!');
        }
        assertThat(greeting.get()).isEqualTo("CN=client");
    }
}
// end snippet

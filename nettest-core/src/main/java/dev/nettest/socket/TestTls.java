package dev.nettest.socket;

import dev.nettest.Network;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS for a test: a server's certificate, a client's, and who trusts whom, made anew for each test. The TLS is the JDK's own, over
 * sockets of a network:
 *
 * <pre>{@code
 * TestTls tls = TestTls.selfSigned("api.test", "localhost");
 * ServerSocketFactory servers = tls.serverSocketFactory(network);   // accepted sockets speak TLS
 * SSLSocketFactory clients = tls.socketFactory(network);            // and these trust them
 * }</pre>
 *
 * <p>A client library that makes its own connections takes {@link #socketFactory} with {@link #trustManager()}, or layers its TLS over
 * {@link NetworkSockets#socketFactory}. Handshakes, sessions and alerts are the JDK's; faults act below them, on the bytes of the
 * {@link dev.nettest.Connection}.
 *
 * <p>Certificates are made with BouncyCastle, {@code org.bouncycastle:bcpkix-jdk18on}, which has to be on the test's class path.
 * Immutable; any thread may call any method.
 */
public final class TestTls {

    private final Identity server;
    private final Identity client;
    private final boolean clientsAuthenticate;
    private final SSLContext serverContext;
    private final SSLContext clientContext;

    private TestTls(Identity server, Identity client, boolean clientsAuthenticate) throws GeneralSecurityException {
        this.server = server;
        this.client = client;
        this.clientsAuthenticate = clientsAuthenticate;
        this.serverContext = server.contextThatTrusts(client);
        this.clientContext = client.contextThatTrusts(server);
    }

    /**
     * A server with a certificate for these names, and clients that trust it.
     *
     * @param names host names and IP addresses, as clients will call the server; {@code localhost} if there are none
     * @throws IllegalArgumentException if a name is neither
     * @throws IllegalStateException if BouncyCastle is missing; it says what to add
     */
    public static TestTls selfSigned(String... names) {
        List<String> all = names.length == 0 ? List.of("localhost") : List.of(names);
        try {
            return new TestTls(Identity.selfSigned(all), Identity.selfSigned(List.of("client")), false);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate for " + all, e);
        }
    }

    /** The same, but the server asks for the client's certificate and refuses who has none that it trusts. */
    public TestTls withClientAuthentication() {
        try {
            return new TestTls(server, client, true);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no context for the same certificates", e);
        }
    }

    /** Server sockets that listen in {@code network}, and whose accepted sockets are {@link javax.net.ssl.SSLSocket}s. */
    public ServerSocketFactory serverSocketFactory(Network network) {
        Objects.requireNonNull(network, "network");
        return new NetworkServerSocketFactory(
                network, () -> new TlsServerSocket(network, serverContext.getSocketFactory(), clientsAuthenticate));
    }

    /**
     * Sockets of a client that trusts this server, and has a certificate that this server trusts. They dial in {@code network}; those
     * that are layered over a socket take that one.
     */
    public SSLSocketFactory socketFactory(Network network) {
        return new TlsSocketFactory(NetworkSockets.socketFactory(network), clientContext.getSocketFactory());
    }

    /** A trust manager that trusts this server, for client libraries that want it beside the factory. */
    public X509TrustManager trustManager() {
        return server.trust();
    }

    /** Whether the server asks for the client's certificate. */
    public boolean clientsAuthenticate() {
        return clientsAuthenticate;
    }

    /** The client's context: trusts the server, and presents its certificate where it is asked for one. */
    public SSLContext clientContext() {
        return clientContext;
    }

    /** The server's context. */
    public SSLContext serverContext() {
        return serverContext;
    }
}

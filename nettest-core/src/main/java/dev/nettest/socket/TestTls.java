package dev.nettest.socket;

import dev.nettest.Host;
import dev.nettest.Network;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS for a test: a new certificate for the server and one for the client, and the trust between them. The TLS is the
 * JDK's own, over sockets of a network:
 *
 * <pre>{@code
 * TestTls tls = TestTls.selfSigned("api.test", "localhost");
 * ServerSocketFactory servers = tls.serverSocketFactory(network);   // accepted sockets use TLS
 * SSLSocketFactory clients = tls.socketFactory(network);            // trust the server
 * }</pre>
 *
 * <p>A client library that makes its own connections takes {@link #socketFactory(Network)} with
 * {@link #trustManager()}, or layers its TLS over {@link NetworkSockets#socketFactory(Network)}. Handshakes, sessions
 * and alerts are the JDK's; faults act below them, on the bytes of the {@link dev.nettest.Connection}.
 *
 * <p>BouncyCastle, {@code org.bouncycastle:bcpkix-jdk18on}, makes the certificates and must be on the class path of the
 * test. Immutable; any thread may call any method.
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
     * @param names the host names and IP addresses that clients use; {@code localhost} if there are none
     * @throws IllegalArgumentException if a name is neither
     * @throws IllegalStateException if BouncyCastle is missing; the message names the dependency
     */
    public static TestTls selfSigned(String... names) {
        List<String> all = names.length == 0 ? List.of("localhost") : List.of(names);
        try {
            return new TestTls(Identity.selfSigned(all), Identity.selfSigned(List.of("client")), false);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate for " + all, e);
        }
    }

    /** The same with client authentication: the server refuses a client without a certificate that it trusts. */
    public TestTls withClientAuthentication() {
        try {
            return new TestTls(server, client, true);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no context for the same certificates", e);
        }
    }

    /** A factory of server sockets that listen in {@code network} and accept {@link javax.net.ssl.SSLSocket}s. */
    public ServerSocketFactory serverSocketFactory(Network network) {
        return serverSocketFactory(Objects.requireNonNull(network, "network").localhost());
    }

    /** Like {@link #serverSocketFactory(Network)}, for server sockets that listen on {@code host}. */
    public ServerSocketFactory serverSocketFactory(Host host) {
        Objects.requireNonNull(host, "host");
        return new NetworkServerSocketFactory(
                host.network(), () -> new TlsServerSocket(host, serverContext.getSocketFactory(), clientsAuthenticate));
    }

    /**
     * A factory of client sockets that trust this server, with a certificate that this server trusts. They connect in
     * {@code network}; a layered socket uses the socket that it is given.
     */
    public SSLSocketFactory socketFactory(Network network) {
        return socketFactory(Objects.requireNonNull(network, "network").localhost());
    }

    /** Like {@link #socketFactory(Network)}, for sockets that connect from {@code host}. */
    public SSLSocketFactory socketFactory(Host host) {
        return new TlsSocketFactory(NetworkSockets.socketFactory(host), clientContext.getSocketFactory());
    }

    /** A trust manager that trusts this server, for client libraries that need one with the factory. */
    public X509TrustManager trustManager() {
        return server.trust();
    }

    /** True if the server requires a certificate of the client. */
    public boolean clientsAuthenticate() {
        return clientsAuthenticate;
    }

    /** The client's context: it trusts the server, and presents its certificate on request. */
    public SSLContext clientContext() {
        return clientContext;
    }

    /** The server's context. */
    public SSLContext serverContext() {
        return serverContext;
    }
}

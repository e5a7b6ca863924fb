package dev.nettest.socket;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.Trace;
import dev.nettest.TraceLevel;
import dev.nettest.socket.Certificates.Validity;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS for a test: an authority that both sides trust, and new certificates of it for the server and the client. The TLS
 * is the JDK's own, over sockets of a network:
 *
 * <pre>{@code
 * TestTls tls = TestTls.selfSigned("api.test", "localhost");
 * SSLServerSocketFactory servers = tls.serverSocketFactory(network);   // accepted sockets use TLS
 * SSLSocketFactory clients = tls.socketFactory(network);               // trust the server
 * }</pre>
 *
 * <p>A client library that makes its own connections takes {@link #socketFactory(Network)} with
 * {@link #trustManager()}, or layers its TLS over {@link NetworkSockets#socketFactory(Network)}. Libraries with a TLS
 * of their own take a context, a key manager, a {@link #keyStore key store} or PEM. Handshakes, sessions and alerts
 * are the JDK's; faults act below them, on the bytes of the {@link Connection}. {@link NetworkSockets#connection} has
 * the connection of a TLS socket, and {@link NetworkSockets#tlsSocket} the socket of a connection.
 *
 * <p>For the certificates that a client has to refuse: {@link #expired()}, {@link #notYetValid()},
 * {@link #withNames(String...)} and {@link #untrusted()}. Certificates are valid from a day ago to a day from now, in
 * real time. Immutable; any thread may call any method.
 */
public final class TestTls {

    private static final Duration DAY = Duration.ofDays(1);
    private static final String AUTHORITY = "nettest authority";
    private static final String CLIENT = "client";

    /** Trusted by the clients, and by the server. */
    private final Identity authority;

    private final List<String> names;
    private final Identity server;
    private final Identity client;
    private final boolean clientsAuthenticate;
    private final RecordedRandom random = new RecordedRandom();
    private final SSLContext serverContext;
    private final SSLContext clientContext;

    private TestTls(
            Identity authority, List<String> names, Identity server, Identity client, boolean clientsAuthenticate)
            throws GeneralSecurityException {
        this.authority = authority;
        this.names = names;
        this.server = server;
        this.client = client;
        this.clientsAuthenticate = clientsAuthenticate;
        this.serverContext = context(server);
        this.clientContext = context(client);
    }

    private SSLContext context(Identity own) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {own.keyManager()}, new TrustManager[] {authority.trustManager()}, random);
        return TlsContext.of(context);
    }

    /**
     * A server with a certificate for these names, and clients that trust its authority.
     *
     * @param names the host names and IP addresses that clients use; {@code localhost} if there are none
     * @throws IllegalArgumentException if a name is neither
     */
    public static TestTls selfSigned(String... names) {
        List<String> all = Objects.requireNonNull(names, "names").length == 0 ? List.of("localhost") : List.of(names);
        return made(() -> {
            Validity validity = validity(DAY.negated(), DAY);
            Identity authority = Identity.authority(AUTHORITY, validity);
            return new TestTls(
                    authority, all, authority.sign(all, validity), authority.sign(List.of(CLIENT), validity), false);
        });
    }

    private static Validity validity(Duration from, Duration to) {
        Instant now = Instant.now();
        return new Validity(now.plus(from), now.plus(to));
    }

    // ---- variants

    /** The same with client authentication: the server refuses a client without a certificate that it trusts. */
    public TestTls withClientAuthentication() {
        return made(() -> new TestTls(authority, names, server, client, true));
    }

    /** The same with a server certificate for other names, of the same authority, for tests of the check of names. */
    public TestTls withNames(String... names) {
        List<String> all = List.of(Objects.requireNonNull(names, "names"));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("names is empty");
        }
        return made(() -> withServer(all, authority, validity(DAY.negated(), DAY)));
    }

    /** The same with a server certificate that expired a day ago. */
    public TestTls expired() {
        return made(() -> withServer(names, authority, validity(DAY.multipliedBy(-2), DAY.negated())));
    }

    /** The same with a server certificate that becomes valid in a day. */
    public TestTls notYetValid() {
        return made(() -> withServer(names, authority, validity(DAY, DAY.multipliedBy(2))));
    }

    /** The same with a server certificate of an authority that the clients do not trust. */
    public TestTls untrusted() {
        return made(() -> {
            Validity validity = validity(DAY.negated(), DAY);
            return withServer(names, Identity.authority("another authority", validity), validity);
        });
    }

    private TestTls withServer(List<String> all, Identity signer, Validity validity) throws GeneralSecurityException {
        return new TestTls(authority, all, signer.sign(all, validity), client, clientsAuthenticate);
    }

    // ---- sockets

    /**
     * A factory of server sockets that listen in {@code network} and accept {@link javax.net.ssl.SSLSocket}s. Each
     * starts its handshake at its first use.
     */
    public SSLServerSocketFactory serverSocketFactory(Network network) {
        return serverSocketFactory(Objects.requireNonNull(network, "network").localhost());
    }

    /** Like {@link #serverSocketFactory(Network)}, for server sockets that listen on {@code host}. */
    public SSLServerSocketFactory serverSocketFactory(Host host) {
        return new TlsServerSocketFactory(Objects.requireNonNull(host, "host"), serverContext, clientsAuthenticate);
    }

    /**
     * A factory of client sockets that trust this server, with a certificate that this server trusts. They connect in
     * {@code network}; a layered socket uses the socket that it is given.
     */
    public SSLSocketFactory socketFactory(Network network) {
        return socketFactory(network, connection -> {});
    }

    /** Like {@link #socketFactory(Network)}, with the hook of {@link NetworkSockets#socketFactory(Host, Consumer)}. */
    public SSLSocketFactory socketFactory(Network network, Consumer<? super Connection> beforeHandshake) {
        return socketFactory(Objects.requireNonNull(network, "network").localhost(), beforeHandshake);
    }

    /** Like {@link #socketFactory(Network)}, for sockets that connect from {@code host}. */
    public SSLSocketFactory socketFactory(Host host) {
        return socketFactory(host, connection -> {});
    }

    /** Like {@link #socketFactory(Network, Consumer)}, for sockets that connect from {@code host}. */
    public SSLSocketFactory socketFactory(Host host, Consumer<? super Connection> beforeHandshake) {
        return new TlsSocketFactory(
                NetworkSockets.socketFactory(host, beforeHandshake), clientContext.getSocketFactory());
    }

    // ---- for captures

    /**
     * The secrets of the TLS connections in {@code trace} that used this authority's contexts, in the format of a
     * {@code SSLKEYLOGFILE}. Wireshark decrypts the connections with them:
     *
     * <pre>{@code
     * TestTls tls = TestTls.selfSigned("api.test");
     * Trace trace = network.trace();
     * Pcapng.write(trace, tls.keyLog(trace), Path.of("target", "checkout.pcapng"));
     * }</pre>
     *
     * <p>It has full handshakes of TLS 1.3 and 1.2 with X25519, the default of the JDK, if one side used a context of
     * this object. A session of TLS 1.3 that is resumed is included behind its first connection. It takes a trace of
     * {@link TraceLevel#PAYLOADS}. Handshakes before the last thousand are missing, and resumed sessions of TLS 1.2.
     */
    public String keyLog(Trace trace) {
        Objects.requireNonNull(trace, "trace");
        return made(() -> TlsKeyLog.of(trace, random.keys()));
    }

    // ---- for libraries with sockets or a TLS of their own

    /** True if the server requires a certificate of the client. */
    public boolean clientsAuthenticate() {
        return clientsAuthenticate;
    }

    /** The client's context: it trusts the authority, and presents the client's certificate on request. */
    public SSLContext clientContext() {
        return clientContext;
    }

    /** The server's context. */
    public SSLContext serverContext() {
        return serverContext;
    }

    /** A trust manager that trusts the authority, for client libraries that need one with the factory. */
    public X509TrustManager trustManager() {
        return made(authority::trustManager);
    }

    /** The key manager of the server. */
    public X509ExtendedKeyManager keyManager() {
        return made(server::keyManager);
    }

    /** The key manager of the client. */
    public X509ExtendedKeyManager clientKeyManager() {
        return made(client::keyManager);
    }

    /** A PKCS #12 key store with the key and the certificates of the server, under the alias {@code server}. */
    public KeyStore keyStore(char[] password) {
        Objects.requireNonNull(password, "password");
        return made(() -> server.keyStore("server", password));
    }

    /** A PKCS #12 key store with the key and the certificates of the client, under the alias {@code client}. */
    public KeyStore clientKeyStore(char[] password) {
        Objects.requireNonNull(password, "password");
        return made(() -> client.keyStore(CLIENT, password));
    }

    /** A key store with the certificate of the authority, under the alias {@code authority}. */
    public KeyStore trustStore() {
        return made(() -> authority.trustStore("authority"));
    }

    /** The private key of the server. */
    public PrivateKey privateKey() {
        return server.key();
    }

    /** The certificate of the server and that of its authority. */
    public List<X509Certificate> certificates() {
        return server.chain();
    }

    /** The private key of the server as PEM, in PKCS #8. */
    public String privateKeyPem() {
        return server.keyPem();
    }

    /** The certificate of the server and that of its authority as PEM. */
    public String certificatesPem() {
        return made(server::chainPem);
    }

    /** The private key of the client as PEM, in PKCS #8. */
    public String clientPrivateKeyPem() {
        return client.keyPem();
    }

    /** The certificate of the client and that of its authority as PEM. */
    public String clientCertificatesPem() {
        return made(client::chainPem);
    }

    /** The certificate of the trusted authority as PEM. */
    public String authorityPem() {
        return made(authority::chainPem);
    }

    /** Makes something with the JDK's providers. */
    @FunctionalInterface
    private interface Making<T> {
        T make() throws GeneralSecurityException;
    }

    private static <T> T made(Making<T> making) {
        try {
            return making.make();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the security providers of the JDK cannot make it", e);
        }
    }
}

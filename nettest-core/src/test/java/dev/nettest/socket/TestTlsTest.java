package dev.nettest.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

/** The certificates of {@link TestTls}, its sockets, and the connections below them. */
class TestTlsTest extends NetworkFixture {
    private static final TestTls TLS = TestTls.selfSigned("server.test", "10.0.0.5", "fd00::5");
    private static final char[] PASSWORD = "secret".toCharArray();

    private SSLServerSocket listen(TestTls tls) throws IOException {
        return (SSLServerSocket) tls.serverSocketFactory(network)
                .createServerSocket(443, 50, InetAddress.getByAddress(new byte[] {10, 0, 0, 5}));
    }

    private static Background<Integer> echo(SSLServerSocket server) {
        return Background.call(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                int read = accepted.getInputStream().read();
                accepted.getOutputStream().write(read);
                return read;
            }
        });
    }

    /** The failure of the client in a handshake in which it checks names. */
    private Throwable refusal(TestTls server, TestTls client) throws Exception {
        try (SSLServerSocket listening = listen(server)) {
            Background<Integer> peer = echo(listening);
            try (SSLSocket socket = (SSLSocket) client.socketFactory(network).createSocket("10.0.0.5", 443)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                Throwable refused = Background.run(socket::startHandshake).failure();
                assertThat(peer.failure()).isInstanceOf(IOException.class);
                return refused;
            }
        }
    }

    // ---- certificates

    @Test
    void aCertificateHasItsNamesAndItsAuthority() throws Exception {
        List<X509Certificate> chain = TLS.certificates();

        assertThat(chain).hasSize(2);
        X509Certificate server = chain.get(0);
        assertThat(server.getSubjectX500Principal().getName()).isEqualTo("CN=server.test");
        assertThat(server.getIssuerX500Principal().getName()).isEqualTo("CN=nettest authority");
        assertThat(server.getSubjectAlternativeNames())
                .containsExactly(List.of(2, "server.test"), List.of(7, "10.0.0.5"), List.of(7, "fd00:0:0:0:0:0:0:5"));
        assertThat(server.getVersion()).isEqualTo(3);
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(server.getKeyUsage()).startsWith(true, false).endsWith(false, false);
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(server.getSerialNumber()).isPositive();
        server.checkValidity();
        server.verify(chain.get(1).getPublicKey());
        X509Certificate authority = chain.get(1);
        assertThat(authority.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(authority.getKeyUsage()[5]).isTrue();
        authority.verify(authority.getPublicKey());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(TLS.privateKey());
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(server);
        signature.update((byte) 1);
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void longNamesAreEncoded() throws Exception {
        String name = "a".repeat(60) + "." + "b".repeat(60) + "." + "c".repeat(60) + ".test";

        assertThat(TestTls.selfSigned(name).certificates().get(0).getSubjectAlternativeNames())
                .containsExactly(List.of(2, name));
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        assertThatThrownBy(() -> TLS.expired().certificates().get(0).checkValidity())
                .isInstanceOf(CertificateExpiredException.class);
        assertThat(refusal(TLS.expired(), TLS))
                .isInstanceOf(SSLHandshakeException.class)
                .hasRootCauseInstanceOf(CertificateExpiredException.class);
    }

    @Test
    void aCertificateOfTomorrowIsRefused() throws Exception {
        assertThat(refusal(TLS.notYetValid(), TLS))
                .isInstanceOf(SSLHandshakeException.class)
                .hasRootCauseInstanceOf(CertificateNotYetValidException.class);
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        assertThat(refusal(TLS.withNames("another.test"), TLS))
                .isInstanceOf(SSLHandshakeException.class)
                .rootCause()
                .hasMessage("No subject alternative names matching IP address 10.0.0.5 found");
        assertThatThrownBy(TLS::withNames)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("names is empty");
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
        assertThat(refusal(TLS.untrusted(), TLS))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("unable to find valid certification path to requested target");
    }

    @Test
    void variantsKeepTheRest() {
        TestTls variant = TLS.withClientAuthentication().expired();

        assertThat(variant.clientsAuthenticate()).isTrue();
        assertThat(variant.authorityPem()).isEqualTo(TLS.authorityPem());
        assertThat(variant.clientCertificatesPem()).isEqualTo(TLS.clientCertificatesPem());
        assertThat(variant.certificatesPem()).isNotEqualTo(TLS.certificatesPem());
    }

    // ---- sockets

    @Test
    void serverSocketsAreThoseOfTls() throws Exception {
        SSLServerSocketFactory factory = TLS.serverSocketFactory(network);
        assertThat(factory.getSupportedCipherSuites()).contains("TLS_AES_128_GCM_SHA256");
        assertThat(factory.getDefaultCipherSuites()).contains("TLS_AES_128_GCM_SHA256");
        SSLServerSocket server = (SSLServerSocket) factory.createServerSocket();
        assertThat(server.isBound()).isFalse();
        server.setEnabledProtocols(new String[] {"TLSv1.2"});
        server.setWantClientAuth(true);
        server.setSoTimeout(5);
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 5}), 443));

        assertThat(server.getEnabledProtocols()).containsExactly("TLSv1.2");
        assertThat(server.getSoTimeout()).isEqualTo(5);
        assertThat(server.getReuseAddress()).isTrue();
        assertThat(server.getLocalPort()).isEqualTo(443);
        assertThat(server.getLocalSocketAddress()).isEqualTo(new InetSocketAddress("10.0.0.5", 443));
        assertThat(server.getNeedClientAuth()).isFalse();
        server.setSoTimeout(0);
        Background<String> peer = Background.call(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                accepted.startHandshake();
                accepted.getOutputStream().write(1);
                return accepted.getSession().getProtocol() + " "
                        + accepted.getSession().getPeerPrincipal();
            }
        });
        try (Socket client = TLS.socketFactory(network).createSocket("10.0.0.5", 443)) {
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
        assertThat(peer.result()).isEqualTo("TLSv1.2 CN=client");
        server.close();
        assertThat(server.isClosed()).isTrue();
        assertThatThrownBy(server::accept).isInstanceOf(SocketException.class).hasMessage("Socket is closed");
    }

    @Test
    void theServerSelectsAnApplicationProtocol() throws Exception {
        try (SSLServerSocket server = listen(TLS)) {
            SSLParameters parameters = server.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            server.setSSLParameters(parameters);
            Background<Integer> peer = echo(server);
            try (SSLSocket client = (SSLSocket) TLS.socketFactory(network).createSocket("10.0.0.5", 443)) {
                SSLParameters offered = client.getSSLParameters();
                offered.setApplicationProtocols(new String[] {"http/1.1", "h2"});
                client.setSSLParameters(offered);
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
                assertThat(client.getApplicationProtocol()).isEqualTo("h2");
            }
            assertThat(peer.result()).isEqualTo(7);
        }
    }

    @Test
    void theConnectHookGetsTheConnection() throws Exception {
        try (SSLServerSocket server = listen(TLS)) {
            Background<Integer> peer = echo(server);
            SSLSocketFactory clients =
                    TLS.socketFactory(network, connection -> connection.localAddress("192.0.2.7:999"));
            try (SSLSocket client = (SSLSocket) clients.createSocket("10.0.0.5", 443)) {
                assertThat(client.getLocalSocketAddress()).isEqualTo(new InetSocketAddress("192.0.2.7", 999));
                client.getOutputStream().write(8);
                assertThat(client.getInputStream().read()).isEqualTo(8);
            }
            assertThat(peer.result()).isEqualTo(8);
        }
    }

    // ---- the connection below

    @Test
    void aTlsSocketHasItsConnectionAndBack() throws Exception {
        SSLSocketFactory clients = TLS.socketFactory(network);
        try (SSLServerSocket server = listen(TLS)) {
            for (SSLSocket client : List.of(
                    (SSLSocket) clients.createSocket("10.0.0.5", 443),
                    (SSLSocket) clients.createSocket(InetAddress.getByAddress(new byte[] {10, 0, 0, 5}), 443),
                    layered(clients),
                    layered(TLS.clientContext().getSocketFactory()),
                    connectedLater(clients))) {
                SSLSocket accepted = (SSLSocket) server.accept();
                Connection below = NetworkSockets.connection(client);

                assertThat(NetworkSockets.connection(accepted)).isSameAs(below.peer());
                assertThat(NetworkSockets.tlsSocket(below)).isSameAs(client);
                assertThat(NetworkSockets.tlsSocket(below.peer())).isSameAs(accepted);
                assertThat(NetworkSockets.socket(below)).isNotInstanceOf(SSLSocket.class);
                below.faults().read(Fault.reset());
                assertThatThrownBy(client::startHandshake)
                        .isInstanceOf(SocketException.class)
                        .hasMessage("Connection reset");
                client.close();
                accepted.close();
            }
        }
    }

    private SSLSocket layered(SSLSocketFactory clients) throws IOException {
        Socket plain = NetworkSockets.socketFactory(network).createSocket("10.0.0.5", 443);
        return (SSLSocket) clients.createSocket(plain, "server.test", 443, true);
    }

    private static SSLSocket connectedLater(SSLSocketFactory clients) throws IOException {
        SSLSocket client = (SSLSocket) clients.createSocket();
        assertThatThrownBy(() -> NetworkSockets.connection(client))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the socket has no connection yet: it was never connected");
        client.connect(new InetSocketAddress("10.0.0.5", 443));
        return client;
    }

    @Test
    void aServerLayersOverItsPlainSockets() throws Exception {
        Connection client = network.listen("10.0.0.5:443").connect();
        Socket plain = NetworkSockets.socket(client.peer());
        SSLSocketFactory servers = TLS.serverContext().getSocketFactory();

        SSLSocket secure = (SSLSocket) servers.createSocket(plain, null, true);

        assertThat(secure.getUseClientMode()).isFalse();
        assertThat(NetworkSockets.connection(secure)).isSameAs(client.peer());
    }

    @Test
    void theContextsWorkLikeThoseOfTheJdk() throws Exception {
        SSLContext context = TLS.clientContext();

        assertThat(context.getProtocol()).isEqualTo("TLS");
        assertThat(context.getDefaultSSLParameters().getProtocols()).contains("TLSv1.3");
        assertThat(context.getSupportedSSLParameters().getProtocols()).contains("TLSv1.2");
        assertThat(context.getClientSessionContext()).isNotNull();
        assertThat(context.getServerSessionContext()).isNotNull();
        assertThat(context.createSSLEngine().getUseClientMode()).isFalse();
        assertThat(context.createSSLEngine("a.test", 1).getPeerHost()).isEqualTo("a.test");
        assertThat(context.getServerSocketFactory().getDefaultCipherSuites()).isNotEmpty();
        assertThat(context.getSocketFactory().getDefaultCipherSuites())
                .isEqualTo(context.getDefaultSSLParameters().getCipherSuites());
        assertThat(context.getSocketFactory().createSocket()).isInstanceOf(SSLSocket.class);
    }

    @Test
    void aSocketOfAnotherContextHasNone() throws Exception {
        Listener listener = network.listen();
        Connection plain = listener.connect();
        Socket foreign = context(new KeyManager[0], new TrustManager[] {TLS.trustManager()})
                .getSocketFactory()
                .createSocket(NetworkSockets.socket(plain), "server.test", 443, true);

        assertThatThrownBy(() -> NetworkSockets.connection(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a socket that a factory of NetworkSockets or TestTls made: "
                        + foreign.getClass().getName());
        assertThatThrownBy(() -> NetworkSockets.tlsSocket(plain))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no factory of TestTls made a socket over " + plain);
    }

    // ---- for other libraries

    @Test
    void keyStoresAndKeyManagersMakeContexts() throws Exception {
        SSLContext server = context(keyManagers(TLS.keyStore(PASSWORD)), trustManagers(TLS.trustStore()));
        SSLContext client = context(new KeyManager[] {TLS.clientKeyManager()}, new TrustManager[] {TLS.trustManager()});

        assertThat(TLS.keyStore(PASSWORD).isKeyEntry("server")).isTrue();
        assertThat(TLS.clientKeyStore(PASSWORD).getCertificateChain("client")).hasSize(2);
        assertThat(TLS.trustStore().isCertificateEntry("authority")).isTrue();
        assertThat(TLS.keyManager().chooseEngineServerAlias("EC", null, null)).isNotNull();
        assertHandshake(server, client);
    }

    @Test
    void pemMakesContexts() throws Exception {
        SSLContext server = contextOfPem(TLS.privateKeyPem(), TLS.certificatesPem(), TLS.authorityPem());
        SSLContext client = contextOfPem(TLS.clientPrivateKeyPem(), TLS.clientCertificatesPem(), TLS.authorityPem());

        assertThat(TLS.privateKeyPem().lines()).allMatch(line -> line.length() <= 64);
        assertHandshake(server, client);
    }

    private static SSLContext contextOfPem(String key, String chain, String authority) throws Exception {
        byte[] encoded = Base64.getMimeDecoder()
                .decode(key.replace("-----BEGIN PRIVATE KEY-----", "").replace("-----END PRIVATE KEY-----", ""));
        PrivateKey privateKey = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        KeyStore keys = emptyStore();
        keys.setKeyEntry("own", privateKey, PASSWORD, certificates(chain).toArray(X509Certificate[]::new));
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry(
                "authority", certificates(authority).iterator().next());
        return context(keyManagers(keys), trustManagers(trusted));
    }

    private static Collection<? extends X509Certificate> certificates(String pem) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static KeyStore emptyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyManager[] keyManagers(KeyStore store) throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trustManagers(KeyStore store) throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trust) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, new SecureRandom());
        return context;
    }

    /** A handshake of two engines, as in Netty and gRPC. */
    private static void assertHandshake(SSLContext serverContext, SSLContext clientContext) throws Exception {
        SSLEngine server = serverContext.createSSLEngine();
        server.setUseClientMode(false);
        server.setNeedClientAuth(true);
        SSLEngine client = clientContext.createSSLEngine("server.test", 443);
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        ByteArrayOutputStream toServer = new ByteArrayOutputStream();
        ByteArrayOutputStream toClient = new ByteArrayOutputStream();
        for (int i = 0; i < 100 && !(isDone(server) && isDone(client) && i > 0); i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        assertThat(isDone(server) && isDone(client)).isTrue();
        assertThat(client.getSession().getPeerPrincipal().getName()).isEqualTo("CN=server.test");
        assertThat(server.getSession().getPeerPrincipal().getName()).isEqualTo("CN=client");
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteArrayOutputStream in, ByteArrayOutputStream out) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(1 << 16);
        ByteBuffer source = ByteBuffer.wrap(in.toByteArray());
        in.reset();
        SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), target);
        out.write(target.array(), 0, target.position());
        while (source.hasRemaining()) {
            result = engine.unwrap(source, ByteBuffer.allocate(1 << 16));
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                target.clear();
                engine.wrap(ByteBuffer.allocate(0), target);
                out.write(target.array(), 0, target.position());
            }
        }
    }
}

package dev.nettest.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceLevel;
import dev.nettest.testing.Background;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** The secrets of TLS connections in a trace. The tests of captures have tshark decrypt with them. */
class TlsKeyLogTest {

    private static final String TEXT = "four score and seven";

    private final TestTls tls = TestTls.selfSigned("localhost");

    private Trace traceOf(TraceLevel level, String version) throws Exception {
        try (Network network =
                        Network.create(NetworkConfig.builder().trace(level).build());
                ServerSocket listener = tls.serverSocketFactory(network).createServerSocket(443)) {
            Background<?> server = Background.run(() -> {
                try (Socket accepted = listener.accept()) {
                    accepted.getOutputStream().write(accepted.getInputStream().readNBytes(TEXT.length()));
                }
            });
            try (SSLSocket client = (SSLSocket) tls.socketFactory(network).createSocket("localhost", 443)) {
                client.setEnabledProtocols(new String[] {version});
                client.getOutputStream().write(TEXT.getBytes(ISO_8859_1));
                assertThat(client.getInputStream().readNBytes(TEXT.length())).hasSize(TEXT.length());
            }
            server.result();
            return network.trace();
        }
    }

    @Test
    void hasTheSecretsThatDecryptTls13() throws Exception {
        Trace trace = traceOf(TraceLevel.PAYLOADS, "TLSv1.3");

        List<String> lines = tls.keyLog(trace).lines().toList();

        assertThat(lines)
                .extracting(line -> line.split(" ")[0])
                .containsExactly(
                        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                        "CLIENT_TRAFFIC_SECRET_0",
                        "SERVER_TRAFFIC_SECRET_0");
        assertThat(lines)
                .extracting(line -> line.split(" ")[1])
                .containsOnly(lines.get(0).split(" ")[1]);
        byte[] secret = HexFormat.of().parseHex(lines.get(3).split(" ")[2]);
        assertThat(decrypted(secret, new TlsMessages(stream(trace, false)))).contains(TEXT);
    }

    private static byte[] stream(Trace trace, boolean ofClient) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        trace.events(TraceEvent.Written.class).stream()
                .filter(written -> written.socket().isDialling() == ofClient)
                .forEach(written -> stream.writeBytes(written.payload().bytes()));
        return stream.toByteArray();
    }

    /** All that {@code secret} decrypts, whichever record is its first. */
    private static String decrypted(byte[] secret, TlsMessages server) throws GeneralSecurityException {
        TlsSecrets secrets = new TlsSecrets(server.hello().suite(), secret.length == 48);
        StringBuilder text = new StringBuilder();
        for (int first = 0; first < server.encrypted.size(); first++) {
            for (int i = first; i < server.encrypted.size(); i++) {
                try {
                    text.append(new String(secrets.decrypt(secret, i - first, server.encrypted.get(i)), ISO_8859_1));
                } catch (AEADBadTagException otherKey) {
                    break;
                }
            }
        }
        return text.toString();
    }

    @Test
    void hasTheMasterSecretOfTls12() throws Exception {
        assertThat(tls.keyLog(traceOf(TraceLevel.PAYLOADS, "TLSv1.2")))
                .matches("CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}\n");
    }

    @Test
    void hasNothingWithoutTheWholeHandshake() throws Exception {
        assertThat(tls.keyLog(traceOf(TraceLevel.ALL, "TLSv1.3"))).isEmpty();
        assertThat(tls.keyLog(traceOf(TraceLevel.LAST, "TLSv1.2"))).isEmpty();
    }

    @Test
    void hasNothingOfAnotherTls() throws Exception {
        Trace trace = traceOf(TraceLevel.PAYLOADS, "TLSv1.3");

        assertThat(TestTls.selfSigned("localhost").keyLog(trace)).isEmpty();
    }

    /** Section 3 of RFC 8448 has the first secrets of a connection without a session. */
    @Test
    void derivesTheSecretsOfTheStandard() throws Exception {
        TlsSecrets secrets = new TlsSecrets(0x1301, false);

        byte[] early = secrets.mac(secrets.zeros(), secrets.zeros());

        assertThat(HexFormat.of().formatHex(early))
                .isEqualTo("33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
        assertThat(HexFormat.of().formatHex(secrets.derive(early, "derived", new byte[0])))
                .isEqualTo("6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba");
    }

    @Test
    void remembersTheLastKeys() {
        RecordedRandom random = new RecordedRandom();
        byte[] first = new byte[32];
        random.nextBytes(first);
        random.nextBytes(new byte[31]);
        assertThat(random.keys()).containsExactly(first);
        for (int i = 0; i < 5000; i++) {
            random.nextBytes(new byte[32]);
        }

        assertThat(random.keys()).hasSize(4096).doesNotContain(first);
    }
}

package dev.nettest.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Listener;
import dev.nettest.NetworkConfig;
import dev.nettest.TraceEvent;
import dev.nettest.TraceLevel;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.socket.TestTls;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures of networks in the eyes of tshark: known protocols, links and faults. */
class PcapngNetworkTest extends NetworkFixture {

    private static final String TROUBLE = "_ws.malformed || tcp.checksum.status == 0 || udp.checksum.status == 0"
            + " || ip.checksum.status == 0 || tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment"
            + " || tcp.analysis.out_of_order || tcp.analysis.duplicate_ack";

    @TempDir
    Path directory;

    private final Host app = network.host("app", "10.0.0.2", "fd00::2");
    private final Host db = network.host("db", "10.0.0.5", "fd00::5");

    PcapngNetworkTest() {
        super(NetworkConfig.builder().trace(TraceLevel.PAYLOADS).seed(7));
    }

    @BeforeAll
    static void assumeInstalled() {
        Tshark.assumeInstalled();
    }

    private Path capture() throws IOException {
        Path file = directory.resolve("network.pcapng");
        Pcapng.write(network.trace(), file);
        return file;
    }

    private List<List<String>> fields(String filter, String... fields) throws Exception {
        return Tshark.fields(capture(), List.of("-Y", filter), fields);
    }

    private ConnectionPair connect(String address) throws Exception {
        Listener listener = db.listen(address);
        Future<Connection> dial = network.executor().submit(() -> app.connect(address));
        clock.advanceUntilIdle();
        return new ConnectionPair(dial.get(), listener.accept());
    }

    private static void write(Connection connection, String bytes) throws IOException {
        connection.outputStream().write(bytes.getBytes(ISO_8859_1));
    }

    private static void read(Connection connection, int count) throws IOException {
        assertThat(connection.inputStream().readNBytes(count)).hasSize(count);
    }

    private void checkPackets() throws Exception {
        assertThat(fields(TROUBLE, "frame.number")).isEmpty();
    }

    // ---- protocols

    @Test
    void showsHttp() throws Exception {
        ConnectionPair pair = connect("10.0.0.5:80");
        String request = "GET /quote HTTP/1.1\r\nHost: db\r\n\r\n";
        write(pair.client(), request);
        read(pair.server(), request.length());
        write(pair.server(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42");
        pair.server().close();
        read(pair.client(), 40);
        pair.client().close();

        assertThat(fields("http", "http.request.uri", "http.response.code", "frame.interface_name"))
                .containsExactly(List.of("/quote", "", "app"), List.of("", "200", "db"));
        checkPackets();
    }

    @Test
    void showsHttp2() throws Exception {
        ConnectionPair pair = connect("[fd00::5]:8080");
        write(pair.client(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        writeHex(pair.client(), "000000040000000000"); // SETTINGS
        writeHex(pair.client(), "000003010500000001828684"); // HEADERS: GET / over http
        writeHex(pair.server(), "000000040000000000" + "000000040100000000");
        writeHex(pair.server(), "00000101050000000188"); // HEADERS: 200

        assertThat(fields("http2", "http2.type"))
                .containsExactly(List.of(""), List.of("4"), List.of("1"), List.of("4;4"), List.of("1"));
        assertThat(fields("http2.headers.status", "http2.headers.status")).containsExactly(List.of("200"));
        checkPackets();
    }

    private static void writeHex(Connection connection, String hex) throws IOException {
        connection.outputStream().write(HexFormat.of().parseHex(hex));
    }

    @Test
    void showsDns() throws Exception {
        DatagramEndpoint server = db.bindDatagram("10.0.0.5:53");
        DatagramEndpoint client = app.bindDatagram();
        String question = "03777777046e65737404746573740000010001"; // www.nest.test, A, IN
        client.send(ByteBuffer.wrap(HexFormat.of().parseHex("000701000001000000000000" + question)), "10.0.0.5:53");
        ByteBuffer query = ByteBuffer.allocate(512);
        var asker = server.receive(query);
        String answer = "000781800001000100000000" + question + "c00c00010001000000e100040a000007";
        server.send(ByteBuffer.wrap(HexFormat.of().parseHex(answer)), asker);

        assertThat(fields("dns", "dns.qry.name", "dns.a", "ip.src"))
                .containsExactly(
                        List.of("www.nest.test", "", "10.0.0.2"), List.of("www.nest.test", "10.0.0.7", "10.0.0.5"));
        checkPackets();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void showsTlsAndDecryptsIt(String version) throws Exception {
        TestTls tls = TestTls.selfSigned("10.0.0.5").withClientAuthentication();
        echo(
                tls,
                () -> {
                    SSLSocket client = dial(tls);
                    client.setEnabledProtocols(new String[] {version});
                    return client;
                },
                "ping");

        assertThat(fields("tls.handshake.type == 1", "frame.interface_name", "tls.handshake.version"))
                .containsExactly(List.of("app", "0x0303"));
        assertThat(fields("tls.handshake.type == 2", "frame.interface_name")).containsExactly(List.of("db"));
        assertThat(fields("tls.app_data", "frame.number")).isNotEmpty();
        checkPackets();
        assertThat(decrypted(tls, 0)).containsExactly("ping", "ping");
    }

    @Test
    void decryptsAResumedSession() throws Exception {
        TestTls tls = TestTls.selfSigned("10.0.0.5");
        echo(tls, () -> dial(tls), "first");
        echo(tls, () -> dial(tls), "second");

        assertThat(fields("tls.handshake.extensions.psk.identity.selected", "tcp.stream"))
                .containsExactly(List.of("1"));
        assertThat(decrypted(tls, 1)).containsExactly("second", "second");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"})
    void decryptsEachCipherSuite(String suite) throws Exception {
        TestTls tls = TestTls.selfSigned("10.0.0.5");
        SSLContext strangers = SSLContext.getInstance("TLS"); // its keys are not known, those of the server are
        strangers.init(null, new TrustManager[] {tls.trustManager()}, null);
        echo(
                tls,
                () -> {
                    Socket below = NetworkSockets.socketFactory(app).createSocket("10.0.0.5", 443);
                    SSLSocket client =
                            (SSLSocket) strangers.getSocketFactory().createSocket(below, "10.0.0.5", 443, true);
                    client.setEnabledCipherSuites(new String[] {suite});
                    return client;
                },
                "ping");

        assertThat(decrypted(tls, 0)).containsExactly("ping", "ping");
    }

    private SSLSocket dial(TestTls tls) throws IOException {
        return (SSLSocket) tls.socketFactory(app).createSocket("10.0.0.5", 443);
    }

    private void echo(TestTls tls, Callable<SSLSocket> dial, String text) throws Exception {
        try (ServerSocket listener = tls.serverSocketFactory(db).createServerSocket(443)) {
            Background<?> server = Background.run(() -> {
                try (Socket accepted = listener.accept()) {
                    accepted.getOutputStream().write(accepted.getInputStream().readNBytes(text.length()));
                }
            });
            try (SSLSocket client = dial.call()) {
                client.getOutputStream().write(text.getBytes(ISO_8859_1));
                assertThat(client.getInputStream().readNBytes(text.length()))
                        .asString()
                        .isEqualTo(text);
            }
            server.result();
        }
    }

    /** The plain text of both directions of a TLS stream. */
    private List<String> decrypted(TestTls tls, int stream) throws Exception {
        Path file = directory.resolve("tls.pcapng");
        Pcapng.write(network.trace(), tls.keyLog(network.trace()), file);
        return Tshark.run(file, "-q", "-z", "follow,tls,raw," + stream)
                .lines()
                .filter(line -> line.matches("\t?[0-9a-f]+"))
                .map(line -> new String(HexFormat.of().parseHex(line.strip()), ISO_8859_1))
                .toList();
    }

    // ---- links

    @Test
    void showsTimesOfALink() throws Exception {
        network.link(app, db).latency(Duration.ofMillis(20));
        ConnectionPair pair = connect("10.0.0.5:80");
        write(pair.client(), "ping");
        clock.advanceUntilIdle();
        read(pair.server(), 4);

        assertThat(fields("tcp", "frame.time_epoch", "tcp.flags", "frame.interface_name"))
                .containsExactly(
                        List.of("0.000000000", "0x0002", "app"),
                        List.of("0.020000000", "0x0012", "db"),
                        List.of("0.040000000", "0x0010", "app"),
                        List.of("0.060000000", "0x0018", "app"),
                        List.of("0.080000000", "0x0010", "db"));
    }

    @Test
    void showsLostSegmentsTwice() throws Exception {
        network.link(app, db)
                .impair(Impairment.builder()
                        .latency(Duration.ofMillis(5))
                        .loss(0.2)
                        .build());
        ConnectionPair pair = connect("10.0.0.5:80");
        byte[] bytes = new byte[50_000];
        new SplittableRandom(1).nextBytes(bytes);
        pair.client().outputStream().write(bytes);
        clock.advanceUntilIdle();
        pair.client().shutdownOutput();
        clock.advanceUntilIdle();
        assertThat(pair.server().inputStream().readAllBytes()).isEqualTo(bytes);

        assertThat(fields("tcp.analysis.retransmission && tcp.len > 0", "frame.number"))
                .hasSize(network.trace()
                        .filter(event -> event instanceof TraceEvent.Retransmitted lost && lost.bytes() > 0)
                        .events()
                        .size())
                .isNotEmpty();
        assertThat(Tshark.follow(capture(), 0)).containsExactly(HexFormat.of().formatHex(bytes), "");
        checkPackets();
    }

    @Test
    void showsFragmentsAndDroppedDatagrams() throws Exception {
        network.link(app, db).impair(Impairment.builder().mtu(1500).build());
        DatagramEndpoint server = db.bindDatagram("10.0.0.5:9");
        DatagramEndpoint server6 = db.bindDatagram("[fd00::5]:9");
        DatagramEndpoint client = app.bindDatagram("10.0.0.2:1000");
        DatagramEndpoint client6 = app.bindDatagram("[fd00::2]:1000");
        client.send(ByteBuffer.allocate(4000), "10.0.0.5:9");
        client6.send(ByteBuffer.allocate(4000), "[fd00::5]:9");
        client.send(ByteBuffer.allocate(10), "10.0.0.5:10");
        assertThat(server.receive(ByteBuffer.allocate(5000))).isNotNull();
        assertThat(server6.receive(ByteBuffer.allocate(5000))).isNotNull();

        assertThat(fields("udp.length == 4008", "ip.fragment.count", "ipv6.fragment.count"))
                .containsExactly(List.of("3", ""), List.of("", "3"));
        assertThat(fields("udp.dstport == 10", "frame.comment").get(0).get(0)).startsWith("app at 0 s: no endpoint");
        checkPackets();
    }

    // ---- faults

    @Test
    void commentsThePacketOfAFaultAndOfATimeout() throws Exception {
        ConnectionPair pair = connect("10.0.0.5:80");
        pair.client().faults().write(Fault.reset().nth(2));
        write(pair.client(), "ping");
        pair.server().readTimeout(Duration.ofSeconds(3));
        read(pair.server(), 4);
        Background<byte[]> reader =
                Background.call(network, () -> pair.server().inputStream().readNBytes(1));
        reader.awaitParked();
        clock.advanceUntilIdle();
        assertThat(reader.failure()).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> write(pair.client(), "pong")).isInstanceOf(IOException.class);

        assertThat(fields("frame.comment contains \"timed out\"", "tcp.flags", "frame.comment"))
                .singleElement()
                .satisfies(packet -> assertThat(packet.get(1)).contains("db at 3 s: read timed out after 3 s"));
        assertThat(fields("tcp.flags.reset == 1", "frame.interface_name", "frame.comment"))
                .singleElement()
                .satisfies(packet -> assertThat(packet.get(1)).contains("fault on write: reset().nth(2) on "));
        checkPackets();
    }

    @Test
    void namesTheHosts() throws Exception {
        connect("10.0.0.5:80");

        assertThat(Tshark.run(
                        capture(), "-N", "n", "-c", "1", "-T", "fields", "-e", "ip.src_host", "-e", "ip.dst_host"))
                .isEqualTo("app\tdb\n");
    }
}

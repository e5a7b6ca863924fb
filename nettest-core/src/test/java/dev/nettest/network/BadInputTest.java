package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Readiness;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid arguments fail at the call, with the value and the rule, and leave the network usable. */
class BadInputTest extends NetworkFixture {
    private Listener listener;
    private Connection client;

    @BeforeEach
    void connect() throws IOException {
        listener = network.listen("10.0.0.1:80");
        client = listener.connect();
    }

    @AfterEach
    void everythingIsStillUsable() throws IOException {
        Text.write(client, "still");
        assertThat(Text.read(listener.accept())).isEqualTo("still");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost           | there is no port",
                "''                  | there is no port",
                "localhost:          | the port is no number",
                "localhost:http      | the port is no number",
                "localhost:-1        | the port is no number",
                "localhost:123456    | the port is no number",
                "localhost:65536     | port out of range 0 to 65535: 65536",
                "::1:80              | an IPv6 address stands in brackets",
                "[::1:80             | an IPv6 address stands in brackets",
                "[::g]:80            | no IPv6 address between the brackets",
                "[]:80               | no IPv6 address between the brackets",
                "[localhost]:80      | no IPv6 address between the brackets",
                "10.0.0.256:80       | no host name and no IP address",
                "my host:80          | no host name and no IP address",
                "-:80                | no host name and no IP address"
            })
    void aMalformedAddress(String address, String why) {
        String message = "malformed address \"" + address + "\": " + why
                + "; expected host:port, such as 127.0.0.1:8080, [::1]:8080, localhost:0 or *:8080";
        assertRefused(() -> network.listen(address), message);
        assertRefused(() -> network.connect(address), message);
        assertRefused(() -> network.connectAsync(address), message);
        assertRefused(() -> network.awaitListening(address), message);
        assertRefused(() -> client.localAddress(address), message);
    }

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.2:80/x, 10.0.0.2:80",
        "http://10.0.0.2/x, 10.0.0.2:80",
        "HTTPS://api.test?x, api.test:443",
        "ws://[fd00::5], [fd00::5]:80",
        "ldap://[fd00::5]:390/dc=x, [fd00::5]:390",
        "jdbc:postgresql://app:secret@db:5432/x, db:5432",
        "tcp://10.0.0.2, 10.0.0.2:port"
    })
    void aUrlIsNoAddress(String url, String address) {
        String message = "a URL is not an address: \"" + url + "\"; use \"" + address + '"';
        assertRefused(() -> network.listen(url), message);
        assertRefused(() -> network.connect(url), message);
        assertRefused(() -> network.bindDatagram(url), message);
    }

    @Test
    void anAddressWithoutAHostIsTheWildcard() throws Exception {
        Listener every = network.listen(":81");

        assertThat(every.localAddress()).hasToString("/0.0.0.0:81");
        assertThat(network.connect(":81").remoteAddress()).hasToString("/127.0.0.1:81");
        every.close();
    }

    @Test
    void addressOfAnotherType() {
        SocketAddress foreign = new SocketAddress() {
            private static final long serialVersionUID = 1;
        };

        assertThatThrownBy(() -> network.listen(foreign)).isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> network.connect(foreign)).isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> network.awaitListening(foreign)).isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> client.localAddress(foreign)).isInstanceOf(UnsupportedAddressTypeException.class);
    }

    @Test
    void aNegativeSizeOrDuration() {
        Duration negative = Duration.ofMillis(-1);
        assertRefused(() -> client.receiveBufferSize(-1), "receiveBufferSize is negative: -1");
        assertRefused(() -> listener.receiveBufferSize(-1), "receiveBufferSize is negative: -1");
        assertRefused(() -> listener.backlog(0), "backlog must be at least 1: 0");
        assertRefused(() -> listener.accept(negative), "timeout is negative: PT-0.001S");
        assertRefused(() -> client.readTimeout(negative), "timeout is negative: PT-0.001S");
        assertRefused(() -> client.writeTimeout(negative), "timeout is negative: PT-0.001S");
        assertRefused(() -> client.connectTimeout(negative), "timeout is negative: PT-0.001S");
        assertRefused(() -> client.awaitClosed(negative), "limit is negative: PT-0.001S");
        assertRefused(() -> listener.awaitAcceptable(negative), "limit is negative: PT-0.001S");
        assertRefused(() -> network.awaitListening("10.0.0.9:1", negative), "limit is negative: PT-0.001S");
        assertRefused(() -> client.whenReady(Readiness.CLOSED, negative), "limit is negative: PT-0.001S");
    }

    @Test
    void aBadSetting() {
        NetworkConfig.Builder builder = NetworkConfig.builder();
        assertRefused(() -> builder.receiveBufferSize(-1), "receiveBufferSize is negative: -1");
        assertRefused(() -> builder.backlog(0), "backlog must be at least 1: 0");
        assertRefused(() -> builder.tcpRetries2(-1), "tcpRetries2 must be from 0 to 255: -1");
        assertRefused(() -> builder.tcpRetries2(256), "tcpRetries2 must be from 0 to 255: 256");
        assertRefused(() -> builder.tcpSynRetries(0), "tcpSynRetries must be from 1 to 127: 0");
        assertRefused(() -> builder.tcpSynRetries(128), "tcpSynRetries must be from 1 to 127: 128");
        assertRefused(() -> builder.awaitLimit(Duration.ofSeconds(-1)), "awaitLimit is negative: PT-1S");
        assertRefused(
                () -> builder.ephemeralPorts(0, 10), "ephemeral ports must be a range within 1 to 65535: 0 to 10");
        assertRefused(
                () -> builder.ephemeralPorts(10, 9), "ephemeral ports must be a range within 1 to 65535: 10 to 9");
        assertRefused(
                () -> builder.ephemeralPorts(1, 65536),
                "ephemeral ports must be a range within 1 to 65535: 1 to 65536");
    }

    @Test
    void readinessOfAnotherType() {
        assertRefused(() -> client.onReady(Set.of(), () -> {}), "ops is empty");
        assertRefused(
                () -> client.onReady(Readiness.ACCEPTABLE, () -> {}),
                "ACCEPTABLE is a readiness of a listener, not of a connection");
        assertRefused(
                () -> client.onReady(Set.of(Readiness.ACCEPTABLE), () -> {}),
                "ACCEPTABLE is a readiness of a listener, not of a connection");
        assertRefused(
                () -> client.whenReady(Readiness.ACCEPTABLE, SECOND),
                "ACCEPTABLE is a readiness of a listener, not of a connection");
    }

    @Test
    void aReadOnlyTarget() {
        ByteBuffer readOnly = ByteBuffer.allocate(8).asReadOnlyBuffer();
        assertRefused(() -> client.read(readOnly), "Read-only buffer");
        assertRefused(() -> client.tryRead(readOnly), "Read-only buffer");
        assertRefused(() -> client.tryRead(readOnly, (byte) 0), "Read-only buffer");
    }

    @Test
    void aReadOnlySourceIsFine() throws Exception {
        Connection other = network.pair().client();

        assertThat(other.write(Text.bytes("abc").asReadOnlyBuffer())).isEqualTo(3);
        assertThat(Text.read(other.peer())).isEqualTo("abc");
    }

    @Test
    void directAndSlicedBuffersAreFine() throws Exception {
        Connection other = network.pair().client();
        ByteBuffer direct = ByteBuffer.allocateDirect(8)
                .put(Text.bytes("__abcd__"))
                .position(2)
                .limit(6)
                .slice();
        ByteBuffer target = ByteBuffer.allocateDirect(8).position(3);

        other.write(direct);
        other.peer().read(target);

        assertThat(target.position()).isEqualTo(7);
        assertThat(Text.text(target.flip().position(3).slice().compact())).isEqualTo("abcd");
    }

    @Test
    void rangeOutsideOfAnArray() {
        assertThatThrownBy(() -> client.inputStream().read(new byte[4], 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> client.outputStream().write(new byte[4], -1, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void nullForANetwork() {
        assertNull(() -> Network.create(null));
        assertNull(() -> network.listen((String) null));
        assertNull(() -> network.listen((SocketAddress) null));
        assertNull(() -> network.connect((String) null));
        assertNull(() -> network.connect((SocketAddress) null));
        assertNull(() -> network.connect("10.0.0.1:80", null));
        assertNull(() -> network.connectAsync((String) null));
        assertNull(() -> network.connectAsync((SocketAddress) null, end -> {}));
        assertNull(() -> network.connectAsync(listener.localAddress(), null));
        assertNull(() -> network.awaitListening((String) null));
        assertNull(() -> network.awaitListening("10.0.0.1:80", (Duration) null));
        assertNull(() -> network.awaitListening("10.0.0.1:80", (Future<?>) null));
        assertNull(() -> network.whenListening((SocketAddress) null, SECOND));
        assertNull(() -> network.whenListening(listener.localAddress(), null));
        assertNull(() -> network.resolve(null));
        assertNull(() -> NetworkConfig.builder().clock(null));
        assertNull(() -> NetworkConfig.builder().awaitLimit(null));
    }

    @Test
    void nullForDatagrams() {
        Host host = network.host("db", "10.0.0.5");
        assertNull(() -> network.bindDatagram((String) null));
        assertNull(() -> network.bindDatagram((SocketAddress) null));
        assertNull(() -> network.bindDatagram("10.0.0.1:53", null));
        assertNull(() -> host.bindDatagram((String) null));
        assertNull(() -> host.bindDatagram((SocketAddress) null));
        assertNull(() -> host.bindDatagram("10.0.0.5:53", null));
        assertNull(() -> host.bindDatagram(new InetSocketAddress(53), endpoint -> {}, null));
        assertNull(() -> host.faults().send(null));
        assertThat(network.snapshot().datagrams()).isEmpty();
    }

    @Test
    void nullForAListener() {
        assertNull(() -> listener.connect((Consumer<Connection>) null));
        assertNull(() -> listener.accept(null));
        assertNull(() -> listener.awaitAcceptable(null));
        assertNull(() -> listener.awaitClosed(null));
        assertNull(() -> listener.onReady(Readiness.ACCEPTABLE, null));
        assertNull(() -> listener.onReady((Readiness) null, () -> {}));
        assertNull(() -> listener.onReady(Set.of(Readiness.CLOSED), null));
        assertNull(() -> listener.whenReady(null, SECOND));
        assertNull(() -> listener.whenReady(Readiness.CLOSED, null));
    }

    @Test
    void nullForAConnection() {
        assertNull(() -> client.read(null));
        assertNull(() -> client.tryRead(null));
        assertNull(() -> client.tryRead(null, (byte) 0));
        assertNull(() -> client.write(null));
        assertNull(() -> client.tryWrite(null));
        assertNull(() -> client.writeAsync(null));
        assertNull(() -> client.unread(null));
        assertNull(() -> client.inputStream().read(null));
        assertNull(() -> client.outputStream().write(null));
        assertNull(() -> client.localAddress((String) null));
        assertNull(() -> client.localAddress((SocketAddress) null));
        assertNull(() -> client.readTimeout(null));
        assertNull(() -> client.writeTimeout(null));
        assertNull(() -> client.connectTimeout(null));
        assertNull(() -> client.awaitReadable((Duration) null));
        assertNull(() -> client.awaitReadable(1, null));
        assertNull(() -> client.awaitWritable(null));
        assertNull(() -> client.onReady(Readiness.READABLE, null));
        assertNull(() -> client.onReady((Readiness) null, () -> {}));
        assertNull(() -> client.onReady((Set<Readiness>) null, () -> {}));
        assertNull(() -> client.onReady(Set.of(Readiness.WRITABLE), null));
        assertNull(() -> client.whenReady(null, SECOND));
        assertNull(() -> client.whenReady(Readiness.WRITABLE, null));
        assertNull(() -> client.whenReadable(1, null));
    }

    @Test
    void settingsAreKeptAsBuilt() {
        NetworkConfig config = NetworkConfig.builder()
                .seed(9)
                .receiveBufferSize(7)
                .backlog(3)
                .tcpRetries2(5)
                .tcpSynRetries(4)
                .awaitLimit(SECOND)
                .ephemeralPorts(1000, 2000)
                .checksLeaks(true)
                .build();

        assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
        assertThat(config.seed()).isEqualTo(9);
        assertThat(config.receiveBufferSize()).isEqualTo(7);
        assertThat(config.backlog()).isEqualTo(3);
        assertThat(config.tcpRetries2()).isEqualTo(5);
        assertThat(config.tcpSynRetries()).isEqualTo(4);
        assertThat(config.awaitLimit()).isEqualTo(SECOND);
        assertThat(config.firstEphemeralPort()).isEqualTo(1000);
        assertThat(config.lastEphemeralPort()).isEqualTo(2000);
        assertThat(config.checksLeaks()).isTrue();
        assertThat(config.checksFaults()).isFalse();
        assertThat(NetworkConfig.strict().receiveBufferSize()).isEqualTo(1024);
        assertThat(NetworkConfig.strict().backlog()).isEqualTo(1);
        assertThat(NetworkConfig.strict().checksFaults()).isTrue();
        assertThat(NetworkConfig.strict().toBuilder()
                        .checksFaults(false)
                        .build()
                        .checksFaults())
                .isFalse();
        assertThat(NetworkConfig.defaults().backlog()).isEqualTo(50);
        assertThat(NetworkConfig.defaults().awaitLimit()).isEqualTo(Duration.ofSeconds(10));
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void assertNull(ThrowingCallable call) {
        assertThatThrownBy(call).isExactlyInstanceOf(NullPointerException.class);
    }
}

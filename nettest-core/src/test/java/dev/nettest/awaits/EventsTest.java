package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The last events in a report: destination and fate, cause before effect. */
class EventsTest extends NetworkFixture {

    private String events() {
        return events(network);
    }

    /** The lines below the last events, without their numbers and the numbers of lines. */
    private static String events(Network network) {
        String report = network.failure("look").getMessage();
        return report.substring(report.indexOf("last events:") + "last events:\n".length())
                .stripIndent()
                .replaceAll("#[0-9]+ ", "")
                .replaceAll("Test\\.java:[0-9]+", "Test.java:*");
    }

    @Test
    void showHostNamesAndTheTime() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        network.link(app, db).latency(Duration.ofMillis(20));
        Listener listener = db.listen(5432);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:5432")).awaitParked();
        clock.advanceTimeBy(Duration.ofMillis(50));
        Text.write(dial.result(), "ping");
        clock.advanceTimeBy(SECOND);
        Text.read(listener.accept());

        assertThat(events()).isEqualTo("""
                  at 0 s
                    10.0.0.5:5432 (db): listen
                    10.0.0.2:49152 (app) -> 10.0.0.5:5432 (db): connect
                  at 50 ms, 50 ms later
                    10.0.0.2:49152 (app) -> 10.0.0.5:5432 (db): write 4 bytes "ping"
                  at 1050 ms, 1 s later
                    10.0.0.5:5432 (db) -> 10.0.0.2:49152 (app): accept
                    10.0.0.5:5432 (db) -> 10.0.0.2:49152 (app): read 4 bytes""");
    }

    @Test
    void joinSmallOperationsAndEscapeTheirBytes() throws Exception {
        ConnectionPair pair = network.pair();
        for (byte each : "GET /\r\n\t\"\\\u00e9".getBytes("ISO-8859-1")) {
            pair.client().write(ByteBuffer.wrap(new byte[] {each}));
        }
        for (int i = 0; i < 11; i++) {
            pair.server().read(ByteBuffer.allocate(1));
        }
        Text.write(pair.client(), "a transfer of many bytes");
        Text.write(pair.client(), "a transfer of many bytes!");

        assertThat(events()).isEqualTo("""
                at 0 s
                  127.0.0.1:49153 -> 127.0.0.1:49152: write 11 x 1 byte "GET /\\r\\n\\t\\"\\\\\\xE9"
                  127.0.0.1:49152 -> 127.0.0.1:49153: read 11 x 1 byte
                  127.0.0.1:49153 -> 127.0.0.1:49152: write 24 bytes "a transfer of many bytes"
                  127.0.0.1:49153 -> 127.0.0.1:49152: write 25 bytes "a transfer of many bytes..."
                """.stripTrailing());
    }

    @Test
    void tellWhatResetAConnection() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().write(ByteBuffer.allocate(11_819));
        pair.server().close();

        assertThat(events())
                .endsWith(
                        "127.0.0.1:49152 -> 127.0.0.1:49153: close at EventsTest.java:* with 11819 bytes unread: RST");
    }

    @Test
    void tellTheLineOfEachCloseIfLeaksAreChecked() throws Exception {
        try (Network checked = Network.create(NetworkConfig.builder()
                .clocks(VirtualClock::manual)
                .checks(true)
                .build())) {
            ConnectionPair pair = checked.pair();
            pair.client().close();
            pair.server().reset();

            assertThat(events(checked)).isEqualTo("""
                      at 0 s
                        127.0.0.1:49153 -> 127.0.0.1:49152: close at EventsTest.java:*
                        127.0.0.1:49152 -> 127.0.0.1:49153: reset at EventsTest.java:*""");
        }
    }

    @Test
    void tellWhyAConnectionWasClosed() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(5432);
        Connection crashed = network.connect("10.0.0.5:5432");
        listener.accept();
        Connection interrupted = network.pair().client();
        Background<Integer> reading = Background.call(() -> interrupted.read(ByteBuffer.allocate(1)));
        reading.awaitParked();
        reading.interrupt();
        reading.failure();
        db.crash();
        catchThrowable(() -> network.connect("10.0.0.9:1"));
        network.shutdown();

        assertThat(crashed.isClosed()).isTrue();
        assertThat(events())
                .contains("127.0.0.1:49154 -> 127.0.0.1:49153: close by an interrupt\n")
                .contains("10.0.0.5:5432 (db) -> 127.0.0.1:49152: close by the crash of its host\n")
                .contains("127.0.0.1:49155 -> 10.0.0.9:1: close because its connect failed\n")
                .contains("127.0.0.1:49152 -> 10.0.0.5:5432 (db): close by the end of the network\n");
    }

    @Test
    void tellTheLineOfTheCloseOfAListenerAndADatagramEndpoint() throws Exception {
        try (Network checked = Network.create(NetworkConfig.builder()
                .clocks(VirtualClock::manual)
                .checks(true)
                .build())) {
            checked.listen("10.0.0.5:80").close();
            checked.bindDatagram("10.0.0.5:53").close();
            checked.listen("unix:/run/app.sock").close();
            NetworkSockets.serverSocketFactory(checked).createServerSocket(81).close();
            NetworkSockets.datagramSocket(checked, new InetSocketAddress("10.0.0.5", 54))
                    .close();

            assertThat(events(checked)).isEqualTo("""
                      at 0 s
                        10.0.0.5:80: listen
                        10.0.0.5:80: close at EventsTest.java:*
                        10.0.0.5:53: bind
                        10.0.0.5:53: close at EventsTest.java:*
                        unix:/run/app.sock: listen
                        unix:/run/app.sock: close at EventsTest.java:*
                        *:81: listen
                        *:81: close at EventsTest.java:*
                        10.0.0.5:54: bind
                        10.0.0.5:54: close at EventsTest.java:*""");
        }
    }

    @Test
    void tellWhyAListenerOrADatagramEndpointWasClosed() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        db.listen(5432);
        db.bindDatagram("10.0.0.5:53");
        db.crash();
        Host silent = network.host("silent", "10.0.0.6");
        silent.listen(5432);
        silent.bindDatagram("10.0.0.6:53");
        silent.crashSilently();
        Listener listener = network.listen("10.0.0.7:80");
        interrupt(Background.call(listener::accept));
        DatagramEndpoint endpoint = network.bindDatagram("10.0.0.7:53");
        interrupt(Background.call(() -> endpoint.receive(ByteBuffer.allocate(1))));
        network.listen("10.0.0.8:80").close();
        network.listen("10.0.0.9:80");
        network.bindDatagram("10.0.0.9:53");
        network.shutdown();

        assertThat(events().lines().filter(line -> line.contains(": close")).map(String::strip))
                .containsExactly(
                        "10.0.0.5:5432 (db): close by the crash of its host",
                        "10.0.0.5:53 (db): close by the crash of its host",
                        "10.0.0.6:5432 (silent): close by the crash of its host",
                        "10.0.0.6:53 (silent): close by the crash of its host",
                        "10.0.0.7:80: close by an interrupt",
                        "10.0.0.7:53: close by an interrupt",
                        "10.0.0.8:80: close",
                        "10.0.0.9:80: close by the end of the network",
                        "10.0.0.9:53: close by the end of the network");
    }

    private static void interrupt(Background<?> waiting) throws Exception {
        waiting.awaitParked();
        waiting.interrupt();
        waiting.failure();
    }

    @Test
    void theCloseOfAListenerComesBeforeTheResetsOfItsQueue() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        network.connect("10.0.0.5:80");
        listener.close();

        assertThat(events()).isEqualTo("""
                at 0 s
                  10.0.0.5:80: listen
                  127.0.0.1:49152 -> 10.0.0.5:80: connect
                  10.0.0.5:80: close
                  10.0.0.5:80 -> 127.0.0.1:49152: reset by the close of its listener""");
    }

    @Test
    void tellTheFateOfADatagram() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        network.host("dns", "10.0.0.53");
        DatagramEndpoint client = app.bindDatagram("10.0.0.2:37");
        DatagramEndpoint full = network.bindDatagram("10.0.0.9:53").receiveBufferSize(1);
        send(client, "10.0.0.1:37");
        send(client, "10.0.0.9:53");
        send(client, "10.0.0.9:53");
        network.partition("app", "dns");
        send(client, "10.0.0.53:53");
        network.link("app", "dns").impair(Impairment.builder().loss(1).build());
        network.repair();
        send(client, "10.0.0.53:53");
        client.faults().send(Fault.drop());
        send(client, "10.0.0.9:53");

        assertThat(full.isReadable()).isTrue();
        assertThat(events()).isEqualTo("""
                at 0 s
                  10.0.0.2:37 (app): bind
                  10.0.0.9:53: bind
                  10.0.0.2:37 (app): send 8 bytes to 10.0.0.1:37 "question": no endpoint, dropped
                  10.0.0.2:37 (app): send 8 bytes to 10.0.0.9:53 "question"
                  10.0.0.2:37 (app): send 8 bytes to 10.0.0.9:53 "question": the receive buffer is full, dropped
                  10.0.0.2:37 (app): send 8 bytes to 10.0.0.53:53 "question": the link is cut, dropped
                  10.0.0.2:37 (app): send 8 bytes to 10.0.0.53:53 "question": lost on the link
                  10.0.0.2:37 (app): send 8 bytes to 10.0.0.9:53 "question": dropped by a fault""");
    }

    private static void send(DatagramEndpoint client, String target) throws Exception {
        client.send(ByteBuffer.wrap("question".getBytes()), target);
    }

    @Test
    void aReadComesBeforeTheWriteThatItFreed() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Network racing = Network.create()) {
                ConnectionPair pair = racing.pair();
                pair.server().receiveBufferSize(1);
                Background<Integer> writing =
                        Background.call(() -> pair.client().write(ByteBuffer.wrap("abcd".getBytes())));
                for (int read = 0; read < 4; read++) {
                    pair.server().read(ByteBuffer.allocate(1));
                }
                writing.result();

                assertThat(events(racing).lines().map(line -> line.replaceAll(".*: ", "")))
                        .containsExactly(
                                "write 1 byte \"a\"",
                                "read 1 byte",
                                "write 1 byte \"b\"",
                                "read 1 byte",
                                "write 1 byte \"c\"",
                                "read 1 byte",
                                "write 1 byte \"d\"",
                                "read 1 byte");
            }
        }
    }

    @Test
    void aCauseComesBeforeItsEffect() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Network racing = Network.create()) {
                Listener listener = racing.listen("10.0.0.5:80");
                Background<String> server = Background.call(() -> {
                    Connection accepted = listener.accept();
                    String read = Text.read(accepted);
                    accepted.close();
                    return read;
                });
                Connection client = racing.connect("10.0.0.5:80");
                Text.write(client, "x");
                server.result();
                Text.read(client);

                assertThat(events(racing).lines().map(line -> line.replaceAll(".*: ", "")))
                        .filteredOn(event -> !event.equals("accept"))
                        .containsExactly("listen", "connect", "write 1 byte \"x\"", "read 1 byte", "close");
            }
        }
    }
}

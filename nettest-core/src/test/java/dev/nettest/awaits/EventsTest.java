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
import dev.nettest.TraceEvent;
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

    /** The diagram at the end of a failure, without the numbers of lines. */
    private static String events(Network network) {
        String report = network.failure("look").getMessage();
        return report.substring(report.indexOf("trace:") + "trace:\n".length())
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
                               app                  db
                            10.0.0.2             10.0.0.5
                       0 s =    | == app -> db: delay 20ms ==
                           =    | == db -> app: delay 20ms ==
                                |                    | listen :5432
                            #1  |---- SYN :5432 .....|
                                : 40 ms later        :
                     40 ms  #1  |<---- SYN, ACK .....|
                                : 10 ms later        :
                     50 ms  #1  |-- 4 bytes "ping" ..|
                                : 10 ms later        :
                     60 ms  #1  |....... ACK ------->|
                                : 10 ms later        :
                     70 ms  #1  |..... 4 bytes ----->|
                                : 980 ms later       :
                    1.05 s  #1  |                    | accept
                            #1  |                    | read 4 bytes""");
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
                         localhost                                  localhost:49152
                    0 s  #1  |-- 11 x 1 byte "GET /\\r\\n\\t\\"\\\\\\xE9", read ->|
                         #1  |---- 24 bytes "a transfer of many bytes" --->|
                         #1  |-- 25 bytes "a transfer of many bytes..." -->|""");
    }

    @Test
    void tellWhatResetAConnection() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().write(ByteBuffer.allocate(11_819));
        pair.server().close();

        assertThat(events()).endsWith("!#1  |<- RST, close at EventsTest.java:* with 11819 bytes unread --|");
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
                         localhost                            localhost:49152
                    0 s  #1  |-- FIN, close at EventsTest.java:* ->|
                        !#1  |<- RST, close at EventsTest.java:* --|""");
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
                .contains("#2  |------------- FIN, close by an interrupt ------------->|")
                .contains("#1  |<- FIN, close by the crash of its host --|")
                .contains("#3  | close because its connect failed")
                .contains("#1  | close by the end of the network");
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
                          10.0.0.5      localhost
                    0 s       | listen :80  |
                              | close at EventsTest.java:*
                         udp  | bind :53    |
                         udp  | close at EventsTest.java:*
                              |             | listen unix:/run/app.sock
                              |             | close at EventsTest.java:*
                              |             | listen :81
                              |             | close at EventsTest.java:*
                         udp  | bind :54    |
                         udp  | close at EventsTest.java:*""");
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

        assertThat(network.trace().events(TraceEvent.Closed.class))
                .extracting(closed -> closed.socket().localHost() + " " + closed.reason())
                .containsExactly(
                        "db by the crash of its host",
                        "db by the crash of its host",
                        "silent by the crash of its host",
                        "silent by the crash of its host",
                        "10.0.0.7 by an interrupt",
                        "10.0.0.7 by an interrupt",
                        "10.0.0.8 ",
                        "10.0.0.9 by the end of the network",
                        "10.0.0.9 by the end of the network");
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
                         localhost                                     10.0.0.5
                    0 s      |                                             | listen :80
                         #1  |------------------ SYN :80 ----------------->|
                             |                                             | close
                        !#1  |<- RST, close by the close of its listener --|""");
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
                             app                                        10.0.0.1      10.0.0.9         dns
                          10.0.0.2                                                                  10.0.0.53
                    0 s  udp  | bind :37                                    |             |             |
                         udp  |                                             |             | bind :53    |
                        ~udp  |-- 8 bytes "question", no endpoint, dropped x|             |             |
                         udp  |------------------- 8 bytes "question" ------------------->|             |
                        ~udp  |---x                                         |             |             | 8 bytes "question", the receive buffer is full, dropped
                        =     | == app <-> dns: partitioned ==              |             |             |
                        ~udp  |-- 8 bytes "question", the link is cut, dropped x          |             |
                        =     | == app -> dns: loss 100% ==                 |             |             |
                        =     | == dns -> app: loss 100% ==                 |             |             |
                        =     | == app <-> dns: repaired ==                 |             |             |
                        ~udp  |-- 8 bytes "question", lost on the link x    |             |             |
                        !udp  | fault: send drop(), declared at EventsTest.java:*       |             |
                        ~udp  |-- 8 bytes "question", dropped by a fault x  |             |             |""");
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

                assertThat(events(racing)).isEqualTo("""
                     localhost           localhost:49152
                     #1  |-- 1 byte "a", read ->|
                     #1  |-- 1 byte "b", read ->|
                     #1  |-- 1 byte "c", read ->|
                     #1  |-- 1 byte "d", read ->|""".indent(1).stripTrailing());
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

                assertThat(racing.trace().events().stream().map(Object::getClass))
                        .filteredOn(type -> type != TraceEvent.Accepted.class)
                        .containsExactly(
                                TraceEvent.Listening.class,
                                TraceEvent.Connecting.class,
                                TraceEvent.Queued.class,
                                TraceEvent.Written.class,
                                TraceEvent.BytesRead.class,
                                TraceEvent.Closed.class,
                                TraceEvent.EndOfStreamRead.class);
            }
        }
    }
}

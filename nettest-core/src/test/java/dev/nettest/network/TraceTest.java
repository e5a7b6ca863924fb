package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceLevel;
import dev.nettest.TraceSocket;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The events that a trace has, and their values. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SAME_THREAD)
class TraceTest {
    private static final Duration LATENCY = Duration.ofMillis(20);

    private final Network network = Network.create(NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .trace(TraceLevel.ALL)
            .build());

    @BeforeEach
    void register() {
        network.participate();
    }

    @AfterEach
    void close() {
        network.close();
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    private static <E extends TraceEvent> E only(Trace trace, Class<E> type) {
        List<E> found = trace.events(type);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static List<String> kinds(Trace trace) {
        return trace.events().stream()
                .map(event -> event.getClass().getSimpleName())
                .toList();
    }

    @Test
    void aConversationWithoutLinks() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        Connection client = network.connect("10.0.0.5:80");
        Connection server = listener.accept();
        Text.write(client, "ping");
        Text.read(server);
        client.shutdownOutput();
        server.read(ByteBuffer.allocate(1));
        server.close();
        client.close();

        Trace trace = network.trace();
        assertThat(kinds(trace))
                .containsExactly(
                        "Listening",
                        "Connecting",
                        "Queued",
                        "Accepted",
                        "Written",
                        "BytesRead",
                        "HalfClosed",
                        "EndOfStreamRead",
                        "Closed",
                        "Closed");
        assertThat(trace.events())
                .extracting(TraceEvent::number)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        TraceEvent.Written written = only(trace, TraceEvent.Written.class);
        assertThat(written.payload().text()).isEqualTo("ping");
        assertThat(written.bytes()).isEqualTo(4);
        assertThat(written.count()).isEqualTo(1);
        assertThat(written.socket())
                .isEqualTo(new TraceSocket(
                        TraceSocket.Kind.CONNECTION,
                        0,
                        client.localAddress(),
                        "localhost",
                        new InetSocketAddress("10.0.0.5", 80),
                        "10.0.0.5"));
        assertThat(only(trace, TraceEvent.BytesRead.class).socket().connection())
                .isEqualTo(written.socket().connection());
        assertThat(only(trace, TraceEvent.HalfClosed.class).output()).isTrue();
        assertThat(trace.events(TraceEvent.Closed.class))
                .extracting(TraceEvent.Closed::fin, TraceEvent.Closed::reset)
                .containsExactly(tuple(true, false), tuple(true, false));
        assertThat(trace.virtualTime()).isTrue();
        assertThat(trace.omitted()).isZero();
    }

    @Test
    void segmentsThatTakeTime() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        network.link(app, db).latency(LATENCY);
        Listener listener = db.listen(5432);
        Connection client = app.connect("db:5432");
        Connection server = listener.accept();
        Text.write(client, "ping");
        Text.read(server);
        client.shutdownOutput();
        server.awaitEndOfStream();
        server.reset();
        network.clock().sleep(ms(100));

        Trace trace = network.trace();
        TraceEvent.Connected connected = only(trace, TraceEvent.Connected.class);
        assertThat(connected.time()).isEqualTo(ms(40));
        assertThat(only(trace, TraceEvent.Queued.class).time()).isEqualTo(ms(60));
        assertThat(trace.events(TraceEvent.InFlight.class))
                .extracting(flight -> flight.bytes() + " " + flight.fin() + " " + flight.reset() + " "
                        + flight.time().toMillis() + " " + flight.arrival().toMillis())
                .containsExactly("4 false false 60 80", "0 true false 80 100", "0 false true 100 120");
        assertThat(trace.events(TraceEvent.Delivered.class))
                .extracting(delivered -> delivered.socket().localHost() + " " + delivered.bytes() + " "
                        + delivered.fin() + " " + delivered.reset() + " "
                        + delivered.time().toMillis())
                .containsExactly("db 4 false false 80", "db 0 true false 100", "app 0 false true 120");
        assertThat(trace.events(TraceEvent.ClockMoved.class))
                .extracting(TraceEvent.ClockMoved::from)
                .startsWith(Duration.ZERO, ms(40));
        assertThat(trace.time()).isEqualTo(ms(200));
    }

    @Test
    void aSegmentThatIsLostIsRetransmitted() throws Exception {
        network.link("*", "*")
                .impair(Impairment.builder().latency(LATENCY).loss(0.5).build());
        Listener listener = network.listen("10.0.0.5:80");
        Connection client = network.connect("10.0.0.5:80");
        Connection server = listener.accept();
        for (int i = 0; i < 20; i++) {
            Text.write(client, "ping");
            Text.read(server);
        }

        List<TraceEvent.Retransmitted> lost = network.trace().events(TraceEvent.Retransmitted.class);
        assertThat(lost).isNotEmpty();
        for (TraceEvent.Retransmitted each : lost) {
            assertThat(each.bytes()).isEqualTo(4);
            // TCP_RTO_MIN of Linux and the round trip, doubled for each further loss
            assertThat(each.departure().minus(each.time()).toMillis() % 240).isZero();
            assertThat(each.departure()).isGreaterThan(each.time());
        }
    }

    @Test
    void segmentsBehindAPartitionHaveNoArrival() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().partitionOneWay();
        Text.write(pair.client(), "ping");

        assertThat(only(network.trace(), TraceEvent.InFlight.class).arrival()).isNull();

        pair.client().repair();
        Text.read(pair.server());
        assertThat(network.trace().events(TraceEvent.BytesRead.class)).hasSize(1);
    }

    @Test
    void datagrams() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host dns = network.host("dns", "10.0.0.53");
        network.link(app, dns)
                .impair(Impairment.builder().latency(LATENCY).mtu(100).build());
        DatagramEndpoint client = app.bindDatagram("10.0.0.2:1000");
        DatagramEndpoint server = dns.bindDatagram("10.0.0.53:53");
        client.send(ByteBuffer.allocate(200), "10.0.0.53:53");
        server.receive(ByteBuffer.allocate(200));
        client.send(ByteBuffer.allocate(3), "10.0.0.53:54");
        network.awaitIdle();

        Trace trace = network.trace();
        assertThat(kinds(trace))
                .filteredOn(kind -> kind.startsWith("Datagram") || kind.equals("Bound"))
                .containsExactly(
                        "Bound",
                        "Bound",
                        "DatagramSent",
                        "DatagramFragmented",
                        "DatagramDelivered",
                        "DatagramReceived",
                        "DatagramSent",
                        "DatagramDropped");
        assertThat(only(trace, TraceEvent.DatagramFragmented.class).fragments()).isEqualTo(3);
        TraceEvent.DatagramDelivered delivered = only(trace, TraceEvent.DatagramDelivered.class);
        assertThat(delivered.time()).isEqualTo(LATENCY);
        assertThat(delivered.sender()).isEqualTo(new InetSocketAddress("10.0.0.2", 1000));
        assertThat(delivered.socket().localHost()).isEqualTo("dns");
        TraceEvent.DatagramDropped dropped = only(trace, TraceEvent.DatagramDropped.class);
        assertThat(dropped.reason()).isEqualTo("no endpoint, dropped");
        assertThat(dropped.targetHost()).isEqualTo("dns");
        assertThat(dropped.time()).isEqualTo(ms(40));
    }

    @Test
    void faultsAndWhatTheyDo() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().faults().read(Fault.reset().once());
        assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);

        Trace trace = network.trace();
        TraceEvent.FaultFired fired = only(trace, TraceEvent.FaultFired.class);
        assertThat(fired.operation()).isEqualTo(Operation.Kind.READ);
        assertThat(fired.fault()).isEqualTo("reset().once()");
        assertThat(fired.scope()).startsWith("connection 127.0.0.1:");
        assertThat(fired.declaredAt()).startsWith("TraceTest.java:");
        assertThat(fired.socket().local()).isEqualTo(pair.client().localAddress());
        TraceEvent.Failed failed = only(trace, TraceEvent.Failed.class);
        assertThat(failed.operation()).isEqualTo(Operation.Kind.READ);
        assertThat(failed.error()).isEqualTo("Connection reset");
        assertThat(failed.number()).isGreaterThan(fired.number());
    }

    @Test
    void waitsAndTheirTimeouts() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().readTimeout(ms(30));
        assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1))).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> pair.client().awaitReadable(ms(10))).isInstanceOf(AssertionError.class);
        network.executor().submit(() -> {
            network.clock().sleep(ms(5));
            Text.write(pair.server(), "late");
            return null;
        });
        Text.read(pair.client().readTimeout(ms(30)));

        Trace trace = network.trace();
        assertThat(trace.events(TraceEvent.WaitTimedOut.class))
                .extracting(late -> late.operation() + " " + late.limit().toMillis())
                .containsExactly("read 30", "await readable 10");
        String thread = Thread.currentThread().getName();
        assertThat(trace.events(TraceEvent.WaitBegan.class))
                .extracting(TraceEvent.WaitBegan::thread)
                .containsExactly(thread, thread);
        TraceEvent.WaitEnded ended = only(trace, TraceEvent.WaitEnded.class);
        assertThat(ended.operation()).isEqualTo(Operation.Kind.READ);
        assertThat(ended.time()).isEqualTo(ms(45));
    }

    @Test
    void aConnectThatFails() {
        assertThatThrownBy(() -> network.connect("10.0.0.5:81")).hasMessage("Connection refused");

        TraceEvent.Failed failed = only(network.trace(), TraceEvent.Failed.class);
        assertThat(failed.operation()).isEqualTo(Operation.Kind.CONNECT);
        assertThat(failed.error()).isEqualTo("Connection refused");
    }

    @Test
    void changesOfLinksAndHosts() {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        network.partition("app", "db");
        network.repair("app", "db");
        network.link(app, db).forward().hold();
        network.link(app, db).forward().release();
        network.link(app, db).hold();
        network.release();
        db.pause();
        db.pause();
        db.resume();
        db.crash();
        db.restart();

        Trace trace = network.trace();
        assertThat(trace.events(TraceEvent.LinkChanged.class))
                .extracting(change -> change.link() + ": " + change.change())
                .containsExactly(
                        "app <-> db: partitioned",
                        "app <-> db: repaired",
                        "app -> db: held",
                        "app -> db: released",
                        "app <-> db: held",
                        "all links: released");
        assertThat(trace.events(TraceEvent.HostChanged.class))
                .extracting(change -> change.host() + ": " + change.state())
                .containsExactly("db: paused", "db: up", "db: crashed", "db: up");
    }

    @Test
    void aCallThatChangesNoLinkIsNoEvent() {
        network.host("app", "10.0.0.2");
        network.host("db", "10.0.0.5");
        network.repair();
        network.release();
        network.link("app", "db").repair().release();
        network.link("app", "db").forward().repair().release();

        assertThat(network.trace().events(TraceEvent.LinkChanged.class)).isEmpty();
    }

    @Test
    void queriesByConnectionAddressAndHost() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(5432);
        Connection first = network.connect("db:5432");
        Connection second = network.connect("db:5432");
        listener.accept();
        Text.write(first, "a");
        Text.write(second, "b");
        db.crash();

        Trace trace = network.trace();
        assertThat(trace.of(first).events(TraceEvent.Written.class))
                .singleElement()
                .matches(written -> written.payload().text().equals("a"));
        assertThat(trace.of(first).events(TraceEvent.Queued.class)).hasSize(1);
        assertThat(trace.of(listener.localAddress()).events(TraceEvent.Listening.class))
                .hasSize(1);
        assertThat(trace.of(listener.localAddress()).events(TraceEvent.Written.class))
                .isEmpty();
        assertThat(trace.ofHost("db").events(TraceEvent.HostChanged.class)).hasSize(1);
        assertThat(trace.ofHost("db").events(TraceEvent.Connecting.class)).isEmpty();
    }

    @Test
    void itStaysAfterTheClose() throws Exception {
        network.pair();
        network.listen("10.0.0.5:80");
        network.close();

        assertThat(network.trace().events(TraceEvent.Closed.class))
                .extracting(TraceEvent.Closed::reason)
                .contains("by the end of the network");
    }
}

package dev.nettest.trace;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceSocket;
import dev.nettest.trace.Packet.Endpoint;
import java.math.BigDecimal;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The packets of a trace, in order of their times. */
final class Capture {

    private final Trace trace;
    private final CapturedHosts hosts;
    private final List<Packet> packets = new ArrayList<>();

    /** By the number of the connection. */
    private final Map<Long, TcpConversation> conversations = new HashMap<>();

    private final UdpTraffic datagrams;

    private Capture(Trace trace) {
        this.trace = trace;
        this.hosts = new CapturedHosts(trace);
        this.datagrams = new UdpTraffic(hosts, packets);
    }

    static Capture of(Trace trace) {
        Capture capture = new Capture(trace);
        capture.build();
        return capture;
    }

    CapturedHosts hosts() {
        return hosts;
    }

    List<Packet> packets() {
        return packets;
    }

    /** The properties of the trace as text. */
    String comment() {
        String clock = trace.virtualTime() ? "virtual time" : "time of the system";
        String gaps = trace.omitted() == 0 ? "" : ", " + trace.omitted() + " events are missing";
        return "seed " + trace.seed() + ", " + clock + gaps;
    }

    private void build() {
        addConversations();
        for (TraceEvent event : trace.events()) {
            if (event instanceof TraceEvent.OfSocket of) {
                TcpConversation conversation = conversations.get(of.socket().connection());
                if (conversation != null) {
                    conversation.add(of);
                } else if (of.socket().kind() == TraceSocket.Kind.DATAGRAM) {
                    datagrams.add(of);
                }
            }
        }
        conversations.values().forEach(conversation -> conversation.end(nanos(trace.time())));
        packets.sort(Comparator.comparingLong(Packet::nanos));
        packets.forEach(packet -> hosts.use(packet.source().host()));
    }

    /** The last event of a connection has its addresses for sure. */
    private void addConversations() {
        Map<Long, TraceSocket> sockets = new HashMap<>();
        for (TraceEvent event : trace.events()) {
            if (event instanceof TraceEvent.OfSocket of && of.socket().kind() == TraceSocket.Kind.CONNECTION) {
                sockets.put(of.socket().connection(), of.socket());
            }
        }
        sockets.forEach((connection, socket) -> {
            Endpoint client = endpoint(socket.isDialling() ? socket.local() : socket.remote());
            Endpoint server = endpoint(socket.isDialling() ? socket.remote() : socket.local());
            if (client != null && server != null && !client.equals(server)) {
                long isn = (trace.seed() ^ connection) * 0x9E37_79B9_7F4A_7C15L; // the factor of SplittableRandom
                conversations.put(
                        connection,
                        new TcpConversation(
                                new TcpEnd(client, (int) (isn >>> 32), packets),
                                new TcpEnd(server, (int) isn, packets),
                                packets,
                                trace.omitted() > 0));
            }
        });
    }

    private @Nullable Endpoint endpoint(@Nullable SocketAddress address) {
        return hosts.endpoint(address);
    }

    static long nanos(Duration time) {
        return time.toSeconds() > Long.MAX_VALUE / 1_000_000_000 - 1 ? Long.MAX_VALUE : time.toNanos();
    }

    /** A time or a duration for a reader. */
    static String seconds(Duration time) {
        return new BigDecimal(time.toSeconds())
                        .add(BigDecimal.valueOf(time.toNanosPart(), 9))
                        .stripTrailingZeros()
                        .toPlainString()
                + " s";
    }

    /** The text of an event that is no packet; null if it says nothing about one. */
    static @Nullable String note(TraceEvent.OfSocket event) {
        String text = null;
        if (event instanceof TraceEvent.FaultFired fired) {
            text = fault(fired);
        } else if (event instanceof TraceEvent.Failed failed) {
            text = failed.operation() + " failed: " + failed.error();
        } else if (event instanceof TraceEvent.WaitTimedOut wait) {
            text = wait.operation() + " timed out after " + seconds(wait.limit());
        } else if (event instanceof TraceEvent.DatagramDropped dropped) {
            text = dropped.reason();
        } else if (event instanceof TraceEvent.Closed closed && !closed.reason().isEmpty()) {
            text = "closed: " + closed.reason();
        }
        return text == null ? null : event.socket().localHost() + " at " + seconds(event.time()) + ": " + text;
    }

    private static String fault(TraceEvent.FaultFired fired) {
        String line = fired.declaredAt().isEmpty() ? "" : ", at " + fired.declaredAt();
        String times = fired.count() == 1 ? "" : ", " + fired.count() + " times";
        return "fault on " + fired.operation() + ": " + fired.fault() + " on " + fired.scope() + line + times;
    }
}

package dev.nettest.internal.net;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceSocket;
import dev.nettest.internal.event.Event;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.event.EventRecorder;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.net.DatagramIo.Fragments;
import dev.nettest.internal.net.DatagramLoss.Lost;
import dev.nettest.internal.net.SegmentRecorder.Flags;
import dev.nettest.internal.net.SegmentRecorder.Flight;
import dev.nettest.internal.net.SegmentRecorder.LostSegment;
import dev.nettest.internal.sync.Timers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the {@link Trace} of a network from its recorded events. */
final class TraceReader {

    private final NetworkImpl network;
    private final boolean virtual;
    private final Map<AbstractAwaitable, TraceSocket> sockets = new HashMap<>();
    private final List<TraceEvent> events = new ArrayList<>();
    private Duration time = Duration.ZERO;

    private TraceReader(NetworkImpl network) {
        this.network = network;
        this.virtual = network.clock().isVirtual();
    }

    static Trace read(NetworkImpl network) {
        TraceReader reader = new TraceReader(network);
        EventRecorder recorder = network.events();
        for (Event event : recorder.events()) {
            reader.add(event);
        }
        Duration now = reader.virtual ? Duration.ofNanos(network.clock().nanoTime()) : reader.time;
        return new Trace(reader.events, recorder.omitted(), reader.virtual, now, network.seed());
    }

    private void add(Event event) {
        if (event.time() != Event.UNTIMED) {
            Duration next = Duration.ofNanos(event.time());
            boolean later = next.compareTo(time) > 0; // two threads may have read the clock in another order
            if (virtual && !events.isEmpty() && later) {
                events.add(new TraceEvent.ClockMoved(event.number(), next, time));
            }
            if (later || events.isEmpty()) {
                time = next;
            }
        }
        events.add(
                event.subject() instanceof AbstractAwaitable socket
                        ? ofSocket(event, socket(socket))
                        : ofNetwork(event));
    }

    private TraceEvent ofNetwork(Event event) {
        String name = event.subject().eventName();
        String change = detail(event, String.class);
        return event.kind() == EventKind.HOST
                ? new TraceEvent.HostChanged(event.number(), time, name, change)
                : new TraceEvent.LinkChanged(event.number(), time, name, change);
    }

    private TraceEvent ofSocket(Event event, TraceSocket socket) {
        long number = event.number();
        long bytes = event.value();
        return switch (event.kind()) {
            case LISTEN -> new TraceEvent.Listening(number, time, socket);
            case BIND -> new TraceEvent.Bound(number, time, socket);
            case CONNECT -> new TraceEvent.Connecting(number, time, socket);
            case QUEUE -> new TraceEvent.Queued(number, time, socket);
            case CONNECTED -> new TraceEvent.Connected(number, time, socket);
            case ACCEPT -> new TraceEvent.Accepted(number, time, socket);
            case WRITE -> new TraceEvent.Written(number, time, socket, bytes, event.count(), event.payload());
            case READ -> new TraceEvent.BytesRead(number, time, socket, bytes, event.count());
            case END_OF_STREAM -> new TraceEvent.EndOfStreamRead(number, time, socket);
            case IN_FLIGHT -> inFlight(event, socket);
            case DELIVER -> delivered(event, socket);
            case RETRANSMIT -> {
                LostSegment lost = detail(event, LostSegment.class);
                Duration departure = time.plusNanos(lost.delay());
                yield new TraceEvent.Retransmitted(number, time, socket, bytes, lost.offset(), departure);
            }
            case SHUTDOWN_INPUT -> new TraceEvent.HalfClosed(number, time, socket, false);
            case SHUTDOWN_OUTPUT -> new TraceEvent.HalfClosed(number, time, socket, true);
            case CLOSE, RESET -> closed(event, socket);
            default -> ofDatagrams(event, socket);
        };
    }

    private TraceEvent ofDatagrams(Event event, TraceSocket socket) {
        long number = event.number();
        long bytes = event.value();
        return switch (event.kind()) {
            case SEND -> {
                SocketAddress target = detail(event, SocketAddress.class);
                yield new TraceEvent.DatagramSent(
                        number, time, socket, target, hostName(null, target), bytes, event.count(), event.payload());
            }
            case DROP -> {
                Lost lost = detail(event, Lost.class);
                yield new TraceEvent.DatagramDropped(
                        number,
                        time,
                        socket,
                        lost.target(),
                        hostName(null, lost.target()),
                        bytes,
                        event.count(),
                        lost.toString());
            }
            case FRAGMENT -> {
                Fragments fragments = detail(event, Fragments.class);
                yield new TraceEvent.DatagramFragmented(
                        number, time, socket, fragments.target(), bytes, fragments.count());
            }
            case DATAGRAM_DELIVER -> {
                SocketAddress sender = detail(event, SocketAddress.class);
                yield new TraceEvent.DatagramDelivered(number, time, socket, sender, bytes, event.count());
            }
            case RECEIVE -> new TraceEvent.DatagramReceived(number, time, socket, bytes, event.count());
            default -> ofTrouble(event, socket);
        };
    }

    private TraceEvent ofTrouble(Event event, TraceSocket socket) {
        long number = event.number();
        return switch (event.kind()) {
            case FAULT -> {
                InstalledFault fault = detail(event, InstalledFault.class);
                yield new TraceEvent.FaultFired(
                        number,
                        time,
                        socket,
                        fault.kind(),
                        fault.spec().toString(),
                        fault.registry().scope().toString(),
                        fault.place(),
                        event.count());
            }
            case FAIL -> {
                FailedOperation failed = detail(event, FailedOperation.class);
                yield new TraceEvent.Failed(number, time, socket, failed.operation(), failed.error());
            }
            case WAIT -> {
                WaitingOperation waiting = detail(event, WaitingOperation.class);
                yield new TraceEvent.WaitBegan(number, time, socket, waiting.operation(), waiting.thread());
            }
            case WAIT_END -> {
                WaitingOperation waiting = detail(event, WaitingOperation.class);
                yield new TraceEvent.WaitEnded(number, time, socket, waiting.operation(), waiting.thread());
            }
            case TIMEOUT ->
                new TraceEvent.WaitTimedOut(
                        number, time, socket, String.valueOf(event.detail()), Duration.ofNanos(event.value()));
            default -> throw new AssertionError("an event of a socket: " + event);
        };
    }

    private TraceEvent inFlight(Event event, TraceSocket socket) {
        Flight flight = detail(event, Flight.class);
        Flags flags = flight.flags();
        Duration arrival = flight.delay() == Timers.NEVER ? null : time.plusNanos(flight.delay());
        return new TraceEvent.InFlight(
                event.number(),
                time,
                socket,
                event.value(),
                flags != null && flags.hasFin(),
                flags != null && flags.hasReset(),
                arrival);
    }

    private TraceEvent delivered(Event event, TraceSocket socket) {
        Flags flags = (Flags) event.detail();
        return new TraceEvent.Delivered(
                event.number(),
                time,
                socket,
                event.value(),
                flags != null && flags.hasFin(),
                flags != null && flags.hasReset(),
                event.count());
    }

    private TraceEvent closed(Event event, TraceSocket socket) {
        String reason = event.detail() instanceof CloseDetail detail ? detail.reason() : "";
        return new TraceEvent.Closed(
                event.number(),
                time,
                socket,
                (event.value() & Teardown.SENDS_FIN) != 0,
                (event.value() & Teardown.SENDS_RST) != 0,
                reason);
    }

    private static <T> T detail(Event event, Class<T> type) {
        return type.cast(Objects.requireNonNull(event.detail(), "detail"));
    }

    // ---- sockets

    private TraceSocket socket(AbstractAwaitable socket) {
        return sockets.computeIfAbsent(socket, this::describe);
    }

    private TraceSocket describe(AbstractAwaitable socket) {
        if (socket instanceof ConnectionImpl connection) {
            return new TraceSocket(
                    TraceSocket.Kind.CONNECTION,
                    connection.id(),
                    connection.localAddress(),
                    hostName(connection.host(), connection.localAddress()),
                    connection.remoteAddress(),
                    hostName(connection.peer().host(), connection.remoteAddress()));
        }
        if (socket instanceof ListenerImpl listener) {
            return unconnected(TraceSocket.Kind.LISTENER, listener, listener.localAddress(), listener.host());
        }
        DatagramEndpointImpl endpoint = (DatagramEndpointImpl) socket;
        return unconnected(TraceSocket.Kind.DATAGRAM, endpoint, endpoint.localAddress(), endpoint.host());
    }

    private TraceSocket unconnected(
            TraceSocket.Kind kind, AbstractAwaitable socket, SocketAddress address, HostImpl host) {
        return new TraceSocket(kind, socket.eventId(), address, hostName(host, address), null, null);
    }

    /** The name of a host; the address if that is on the default host and no loopback address. */
    private String hostName(@Nullable HostImpl known, SocketAddress address) {
        InetAddress inet = address instanceof InetSocketAddress socket ? socket.getAddress() : null;
        HostImpl host = known == null && inet != null ? network.hostTable().ownerOf(inet) : known;
        if (host != null && !host.isDefault()) {
            return host.name();
        }
        return inet == null || inet.isLoopbackAddress() || inet.isAnyLocalAddress()
                ? network.localhost().name()
                : inet.getHostAddress();
    }
}

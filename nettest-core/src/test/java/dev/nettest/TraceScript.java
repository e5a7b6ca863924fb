package dev.nettest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Builds a trace event by event. */
public final class TraceScript {

    public static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.5", 80);

    private final List<TraceEvent> events = new ArrayList<>();
    private Duration time = Duration.ZERO;

    public static TraceSocket listener() {
        return new TraceSocket(TraceSocket.Kind.LISTENER, -81, SERVER, "db", null, null);
    }

    /** The dialling end of a connection to {@link #SERVER}. */
    public static TraceSocket client(int connection, int port) {
        return new TraceSocket(
                TraceSocket.Kind.CONNECTION,
                2L * connection,
                new InetSocketAddress("10.0.0.2", port),
                "app",
                SERVER,
                "db");
    }

    /** The other end of {@link #client}. */
    public static TraceSocket server(int connection, int port) {
        return new TraceSocket(
                TraceSocket.Kind.CONNECTION,
                2L * connection + 1,
                SERVER,
                "db",
                new InetSocketAddress("10.0.0.2", port),
                "app");
    }

    public static TraceSocket datagrams(String host, int port) {
        SocketAddress local = new InetSocketAddress(host, port);
        return new TraceSocket(TraceSocket.Kind.DATAGRAM, -100_000 - port, local, host, null, null);
    }

    public TraceScript at(long millis) {
        time = Duration.ofMillis(millis);
        return this;
    }

    /** Adds the event that {@code event} makes of a number and the time. */
    public TraceScript add(BiFunction<Long, Duration, TraceEvent> event) {
        events.add(event.apply((long) events.size(), time));
        return this;
    }

    /** A client connects and is accepted. */
    public TraceScript connect(int connection, int port) {
        TraceSocket client = client(connection, port);
        TraceSocket server = server(connection, port);
        return add((number, at) -> new TraceEvent.Connecting(number, at, client))
                .add((number, at) -> new TraceEvent.Queued(number, at, server))
                .add((number, at) -> new TraceEvent.Connected(number, at, client))
                .add((number, at) -> new TraceEvent.Accepted(number, at, server));
    }

    public TraceScript write(TraceSocket socket, String... writes) {
        for (String text : writes) {
            write(socket, text.length(), 1, text);
        }
        return this;
    }

    public TraceScript write(TraceSocket socket, long bytes, long count, String known) {
        TracePayload payload = new TracePayload(known.getBytes(US_ASCII), bytes * count);
        return add((number, at) -> new TraceEvent.Written(number, at, socket, bytes, count, payload));
    }

    public TraceScript read(TraceSocket socket, long bytes, long count) {
        return add((number, at) -> new TraceEvent.BytesRead(number, at, socket, bytes, count));
    }

    public TraceScript send(TraceSocket socket, SocketAddress target, String text, long count) {
        TracePayload payload = new TracePayload(text.repeat((int) count).getBytes(US_ASCII), text.length() * count);
        return add((number, at) ->
                new TraceEvent.DatagramSent(number, at, socket, target, "db", text.length(), count, payload));
    }

    public TraceScript fault(TraceSocket socket, Operation.Kind operation, String fault) {
        return add((number, at) ->
                new TraceEvent.FaultFired(number, at, socket, operation, fault, "network", "Test.java:7", 1));
    }

    public TraceScript close(TraceSocket socket, boolean reset) {
        return add((number, at) -> new TraceEvent.Closed(number, at, socket, !reset, reset, ""));
    }

    public Trace trace() {
        return trace(0);
    }

    public Trace trace(long omitted) {
        return new Trace(events, omitted, true, time, 1);
    }
}

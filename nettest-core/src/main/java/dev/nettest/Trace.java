package dev.nettest;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The history of a network: its events in order, up to the moment of {@link Network#trace()}. Immutable.
 *
 * <pre>{@code
 * Trace trace = network.trace();
 * assertThat(trace.events(TraceEvent.Retransmitted.class)).isEmpty();
 * }</pre>
 *
 * @param events in the order of their numbers
 * @param omitted the number of events that are missing because the record was full
 * @param virtualTime true if the network's clock is virtual, so that times are exact
 * @param time the time of a virtual clock when it was made; on the system clock, that of the last event
 * @param seed the network's seed
 */
public record Trace(List<TraceEvent> events, long omitted, boolean virtualTime, Duration time, long seed) {

    /** Copies {@code events}. */
    public Trace {
        events = List.copyOf(Objects.requireNonNull(events, "events"));
        Objects.requireNonNull(time, "time");
    }

    /** The events of one kind. */
    public <E extends TraceEvent> List<E> events(Class<E> type) {
        Objects.requireNonNull(type, "type");
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The events for which {@code condition} holds, with the other properties of this trace. */
    public Trace filter(Predicate<? super TraceEvent> condition) {
        Objects.requireNonNull(condition, "condition");
        return new Trace(events.stream().filter(condition).toList(), omitted, virtualTime, time, seed);
    }

    /** The events of both ends of the connection with the addresses of {@code connection}. */
    public Trace of(Connection connection) {
        Objects.requireNonNull(connection, "connection");
        SocketAddress local = connection.localAddress();
        SocketAddress remote = connection.remoteAddress();
        return filter(event -> event instanceof TraceEvent.OfSocket of
                && (isBetween(of.socket(), local, remote) || isBetween(of.socket(), remote, local)));
    }

    /** The events of sockets with this address. */
    public Trace of(SocketAddress local) {
        Objects.requireNonNull(local, "local");
        return filter(event ->
                event instanceof TraceEvent.OfSocket of && of.socket().local().equals(local));
    }

    /** The events of sockets on the host of this name, and the changes of this host. */
    public Trace ofHost(String host) {
        Objects.requireNonNull(host, "host");
        return filter(event -> event instanceof TraceEvent.OfSocket of
                ? of.socket().localHost().equals(host)
                : event instanceof TraceEvent.HostChanged changed
                        && changed.host().equals(host));
    }

    private static boolean isBetween(TraceSocket socket, SocketAddress local, SocketAddress remote) {
        return socket.local().equals(local) && remote.equals(socket.remote());
    }
}

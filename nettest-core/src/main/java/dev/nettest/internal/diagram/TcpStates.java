package dev.nettest.internal.diagram;

import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceEvent.InFlight;
import dev.nettest.TraceSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The states of both ends of each connection, derived from the events of a trace. FIN-WAIT and the end of LAST-ACK are
 * like those of {@link dev.nettest.Snapshot.Row}: ACKs have no events.
 */
public final class TcpStates {

    /** A state of RFC 9293; {@link #RESET} is an end that received an RST and is not closed yet. */
    public enum State {
        NONE(""),
        LISTEN("LISTEN"),
        SYN_SENT("SYN-SENT"),
        SYN_RECEIVED("SYN-RECEIVED"),
        ESTABLISHED("ESTABLISHED"),
        FIN_WAIT("FIN-WAIT"),
        CLOSE_WAIT("CLOSE-WAIT"),
        LAST_ACK("LAST-ACK"),
        RESET("RESET"),
        CLOSED("CLOSED");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** The states after an event. A listener has only an accepting end. */
    public record Ends(State dialling, State accepting) {
        static final Ends NONE = new Ends(State.NONE, State.NONE);

        private State of(boolean dialling) {
            return dialling ? this.dialling : accepting;
        }

        private Ends with(boolean dialling, State state) {
            return dialling ? new Ends(state, accepting) : new Ends(this.dialling, state);
        }
    }

    private final IdentityHashMap<TraceEvent, Ends> after = new IdentityHashMap<>();
    private final Map<Long, Ends> connections = new HashMap<>();
    private final Set<SocketAddress> listening = new HashSet<>();
    private final Set<Long> closed = new HashSet<>();
    private final Set<Long> slow;
    private final Set<Long> slowFins;
    private final Set<Long> slowResets;

    public TcpStates(Trace trace) {
        slow = sockets(trace, flight -> true);
        slowFins = sockets(trace, InFlight::fin);
        slowResets = sockets(trace, InFlight::reset);
        for (TraceEvent event : trace.events()) {
            if (event instanceof TraceEvent.OfSocket of) {
                after.put(event, apply(of));
            }
        }
    }

    /** The states after {@code event}, which is one of the trace. */
    public Ends after(TraceEvent event) {
        return after.getOrDefault(event, Ends.NONE);
    }

    private static Set<Long> sockets(Trace trace, Predicate<InFlight> condition) {
        return trace.events(InFlight.class).stream()
                .filter(condition)
                .map(event -> event.socket().id())
                .collect(Collectors.toSet());
    }

    private Ends apply(TraceEvent.OfSocket event) {
        TraceSocket socket = event.socket();
        switch (socket.kind()) {
            case CONNECTION -> {
                // A connection whose handshake is not in the trace was established before it.
                Ends before =
                        connections.getOrDefault(socket.connection(), new Ends(State.ESTABLISHED, State.ESTABLISHED));
                Ends now = next(before, event, socket);
                connections.put(socket.connection(), now);
                return now;
            }
            case LISTENER -> {
                if (event instanceof TraceEvent.Closed) {
                    listening.remove(socket.local());
                    return new Ends(State.NONE, State.CLOSED);
                }
                listening.add(socket.local());
                return new Ends(State.NONE, State.LISTEN);
            }
            case DATAGRAM -> {
                return Ends.NONE;
            }
        }
        throw new AssertionError(socket.kind());
    }

    private Ends next(Ends before, TraceEvent.OfSocket event, TraceSocket socket) {
        boolean dialling = socket.isDialling();
        if (event instanceof TraceEvent.Connecting) {
            return new Ends(State.SYN_SENT, isListening(socket.remote()) ? State.LISTEN : State.NONE);
        }
        if (event instanceof TraceEvent.Connected) {
            // The SYN-ACK has arrived. The ACK completes the handshake of the accepting end.
            return new Ends(
                    State.ESTABLISHED,
                    before.accepting.compareTo(State.SYN_RECEIVED) < 0 ? State.SYN_RECEIVED : before.accepting);
        }
        if (event instanceof TraceEvent.Queued || event instanceof TraceEvent.Accepted) {
            // Without delay the dialling end has no event of its own.
            Ends dialled = before.dialling == State.SYN_SENT ? before.with(true, State.ESTABLISHED) : before;
            boolean opens = before.accepting.compareTo(State.ESTABLISHED) < 0;
            return opens ? dialled.with(false, State.ESTABLISHED) : dialled;
        }
        if (event instanceof TraceEvent.Failed failed && failed.operation() == Operation.Kind.CONNECT) {
            return new Ends(State.CLOSED, State.NONE);
        }
        if (event instanceof TraceEvent.Written) {
            // A closed socket answers bytes with an RST, which has no event.
            boolean answered = closed.contains(socket.id() ^ 1) && !slow.contains(socket.id());
            return answered ? receiveReset(before, dialling) : before;
        }
        if (event instanceof TraceEvent.Delivered delivered) {
            return delivered.reset()
                    ? receiveReset(before, dialling)
                    : delivered.fin() ? receiveFin(before, dialling) : before;
        }
        if (event instanceof TraceEvent.HalfClosed half) {
            return half.output() ? sendFin(before, socket) : before;
        }
        return event instanceof TraceEvent.Closed closed ? close(before, closed) : before;
    }

    private Ends close(Ends before, TraceEvent.Closed event) {
        TraceSocket socket = event.socket();
        boolean dialling = socket.isDialling();
        closed.add(socket.id());
        if (event.reset()) {
            Ends sent = before.with(dialling, State.CLOSED);
            return slowResets.contains(socket.id()) ? sent : receiveReset(sent, !dialling);
        }
        if (event.fin()) {
            return sendFin(before, socket);
        }
        State state = before.of(dialling);
        boolean ends = state == State.FIN_WAIT || state == State.LAST_ACK;
        return ends && event.reason().isEmpty() ? before : before.with(dialling, State.CLOSED);
    }

    private Ends sendFin(Ends before, TraceSocket socket) {
        boolean dialling = socket.isDialling();
        State state = switch (before.of(dialling)) {
            case ESTABLISHED, SYN_RECEIVED -> State.FIN_WAIT;
            case CLOSE_WAIT -> State.LAST_ACK;
            default -> before.of(dialling);
        };
        Ends sent = before.with(dialling, state);
        return slowFins.contains(socket.id()) ? sent : receiveFin(sent, !dialling);
    }

    /** A FIN arrived at one end. */
    private static Ends receiveFin(Ends before, boolean dialling) {
        Ends received = switch (before.of(dialling)) {
            case ESTABLISHED, SYN_RECEIVED -> before.with(dialling, State.CLOSE_WAIT);
            case FIN_WAIT -> before.with(dialling, State.CLOSED);
            default -> before;
        };
        return received.of(!dialling) == State.LAST_ACK ? received.with(!dialling, State.CLOSED) : received;
    }

    /** An RST arrived at one end. */
    private static Ends receiveReset(Ends before, boolean dialling) {
        return before.of(dialling) == State.CLOSED ? before : before.with(dialling, State.RESET);
    }

    private boolean isListening(@Nullable SocketAddress address) {
        return listening.contains(address)
                || (address instanceof InetSocketAddress inet
                        && listening.stream().anyMatch(other -> isWildcard(other, inet.getPort())));
    }

    private static boolean isWildcard(SocketAddress address, int port) {
        return address instanceof InetSocketAddress inet
                && inet.getPort() == port
                && inet.getAddress() != null
                && inet.getAddress().isAnyLocalAddress();
    }
}

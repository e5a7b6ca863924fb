package dev.nettest.trace;

import dev.nettest.Operation;
import dev.nettest.TraceEvent;
import dev.nettest.TraceEvent.OfSocket;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Makes the packets of one TCP connection from its events. */
final class TcpConversation {

    private enum Phase {
        /** It existed before its first event. */
        OPEN,
        SYN_SENT,
        ESTABLISHED,
        FAILED
    }

    private record Retransmission(long departure, TcpEnd sender, long offset, long bytes) {}

    private final TcpEnd client;
    private final TcpEnd server;
    private final List<Packet> packets;

    /** True if events are missing, so that bytes may arrive that were not sent. */
    private final boolean hasGaps;

    private final PriorityQueue<Retransmission> retransmissions =
            new PriorityQueue<>(Comparator.comparingLong(Retransmission::departure));
    private Phase phase = Phase.OPEN;
    private long now;
    private long synSent;

    /** The last packet of this connection. */
    private @Nullable Packet last;

    TcpConversation(TcpEnd client, TcpEnd server, List<Packet> packets, boolean hasGaps) {
        this.client = client;
        this.server = server;
        this.packets = packets;
        this.hasGaps = hasGaps;
    }

    void add(OfSocket event) {
        int before = packets.size();
        TcpEnd end = event.socket().isDialling() ? client : server;
        TcpEnd peer = end == client ? server : client;
        settle(event, end, peer);
        advance(Capture.nanos(event.time()));
        add(event, end, peer);
        noticeLast(before);
        String note = Capture.note(event);
        if (note != null) {
            note(event, end, note);
        }
    }

    /** The trace ends at {@code nanos}. */
    void end(long nanos) {
        int before = packets.size();
        client.settle(now, server, false);
        server.settle(now, client, false);
        advance(nanos);
        noticeLast(before);
        flushNotes(client);
        flushNotes(server);
    }

    /**
     * A FIN takes no time unless a flight is the next of the events that change the state of the streams. A flight
     * belongs to the write behind it.
     */
    private void settle(OfSocket event, TcpEnd end, TcpEnd peer) {
        boolean written = event instanceof TraceEvent.Written;
        if (written
                || event instanceof TraceEvent.BytesRead
                || event instanceof TraceEvent.EndOfStreamRead
                || event instanceof TraceEvent.Delivered
                || event instanceof TraceEvent.HalfClosed
                || event instanceof TraceEvent.Closed) {
            end.settle(now, peer, written);
            peer.settle(now, end, false);
        }
    }

    private void noticeLast(int before) {
        if (packets.size() > before) {
            last = packets.get(packets.size() - 1);
        }
    }

    /** Moves to {@code nanos}, and sends the segments again that leave until then. */
    private void advance(long nanos) {
        Retransmission next = retransmissions.peek();
        while (next != null && next.departure() <= nanos) {
            retransmissions.remove();
            now = Math.max(now, next.departure());
            TcpEnd sender = next.sender();
            sender.resend(now, sender == client ? server : client, next.offset(), next.bytes());
            next = retransmissions.peek();
        }
        now = Math.max(now, nanos);
    }

    // ---- events

    private void add(OfSocket event, TcpEnd end, TcpEnd peer) {
        if (event instanceof TraceEvent.InFlight flight) {
            flight(flight, end, peer);
        } else if (event instanceof TraceEvent.Retransmitted lost) {
            long departure = Capture.nanos(lost.departure());
            retransmissions.add(new Retransmission(departure, end, lost.offset(), lost.bytes()));
        } else if (event instanceof TraceEvent.Written written) {
            handshake();
            end.write(now, peer, written.payload());
        } else if (event instanceof TraceEvent.Delivered delivered) {
            delivered(delivered, end, peer);
        } else if (event instanceof TraceEvent.BytesRead read) {
            end.read(now, peer, read.bytes() * read.count(), hasGaps);
        } else if (event instanceof TraceEvent.HalfClosed half) {
            if (half.output()) {
                handshake();
                end.finish(now, peer);
            }
        } else if (event instanceof TraceEvent.Closed closed) {
            closed(closed, end, peer);
        } else if (isReset(event)) {
            peer.reset(now, end);
        } else {
            open(event);
        }
    }

    /** True for a fault that aborts both ends. Its end sees an RST of the peer. */
    private static boolean isReset(OfSocket event) {
        return event instanceof TraceEvent.FaultFired fired
                && (fired.operation() == Operation.Kind.READ || fired.operation() == Operation.Kind.WRITE)
                && fired.fault().startsWith("reset(");
    }

    private void flight(TraceEvent.InFlight flight, TcpEnd end, TcpEnd peer) {
        end.takesTime(flight.bytes(), flight.fin());
        if (flight.reset()) {
            end.reset(now, peer);
        }
    }

    private void delivered(TraceEvent.Delivered delivered, TcpEnd end, TcpEnd peer) {
        end.arrive(now, peer, delivered.bytes() * delivered.count(), delivered.fin(), hasGaps);
        if (delivered.reset()) {
            peer.reset(now, end);
        }
    }

    private void closed(TraceEvent.Closed closed, TcpEnd end, TcpEnd peer) {
        if (phase == Phase.FAILED || (phase == Phase.SYN_SENT && !closed.fin() && !closed.reset())) {
            return;
        }
        handshake();
        if (closed.fin()) {
            end.finish(now, peer);
        }
        if (closed.reset()) {
            end.reset(now, peer);
        }
        end.close();
    }

    private void open(OfSocket event) {
        if (event instanceof TraceEvent.Connecting && phase == Phase.OPEN) {
            phase = Phase.SYN_SENT;
            synSent = now;
            client.hears(false);
            server.hears(false);
            client.sendSyn(now, server);
        } else if (event instanceof TraceEvent.Queued || event instanceof TraceEvent.Connected) {
            handshake();
        } else if (event instanceof TraceEvent.Failed failed && failed.operation() == Operation.Kind.CONNECT) {
            if (phase == Phase.SYN_SENT && failed.error().contains("refused")) {
                server.hears(true);
                server.reset(midway(), client);
            }
            phase = phase == Phase.SYN_SENT ? Phase.FAILED : phase;
        }
    }

    /** Completes the handshake, if the SYN was sent. */
    private void handshake() {
        if (phase == Phase.SYN_SENT) {
            phase = Phase.ESTABLISHED;
            server.hears(true);
            server.sendSyn(midway(), client);
            client.hears(true);
            client.sendAck(now, server);
        }
    }

    /** The answer to the SYN has left halfway between the SYN and its own arrival. */
    private long midway() {
        return synSent + (now - synSent) / 2;
    }

    // ---- notes

    /** Something that an end does is noted at the packet that it sends next; all else at the last packet. */
    private void note(OfSocket event, TcpEnd end, String note) {
        boolean sends = event instanceof TraceEvent.FaultFired fired
                && fired.operation() != Operation.Kind.READ
                && fired.operation() != Operation.Kind.ACCEPT
                && !isReset(event);
        if (last == null || (sends && phase != Phase.FAILED)) {
            end.noteNext(note);
            return;
        }
        flushNotes(end);
        last.comment(note);
    }

    private void flushNotes(TcpEnd end) {
        if (last != null) {
            end.takeNotes().forEach(last::comment);
        }
    }
}

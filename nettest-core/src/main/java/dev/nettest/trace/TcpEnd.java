package dev.nettest.trace;

import dev.nettest.TracePayload;
import dev.nettest.trace.Packet.Endpoint;
import dev.nettest.trace.Packet.Slice;
import dev.nettest.trace.Packet.Tcp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One end of a TCP connection in a capture: its sequence numbers, and what it has received. */
final class TcpEnd {

    /** The payload of a segment: 1,500 bytes of an Ethernet frame less the headers of IPv4 and TCP (RFC 6691). */
    private static final int MSS = 1460;

    /** The bytes behind the known ones of a write that still become segments. More would only repeat empty ones. */
    private static final int LONGEST_UNKNOWN = 1 << 20;

    private final Endpoint self;
    private final int initial;
    private final List<Packet> packets;

    /** The segments with bytes, by the offset of the first one. */
    private final TreeMap<Long, Packet> segments = new TreeMap<>();

    /** Notes for the next packet of this end. */
    private final List<String> notes = new ArrayList<>(0);

    private long sent;
    private long received;
    private long read;

    /** The bytes of the next write that take time. */
    private long slow;

    /** True if the FIN that was sent arrives at once, unless the next event says that it takes time. */
    private boolean finArrives;

    /** True if the sequence numbers of the peer are known. */
    private boolean hears = true;

    private boolean finSent;
    private boolean finReceived;
    private boolean resetSent;
    private boolean closed;

    TcpEnd(Endpoint self, int initial, List<Packet> packets) {
        this.self = self;
        this.initial = initial;
        this.packets = packets;
    }

    void hears(boolean peer) {
        hears = peer;
    }

    /** Adds a note to the next packet of this end. */
    void noteNext(String note) {
        notes.add(note);
    }

    /** Takes the notes for which there was no packet yet. */
    List<String> takeNotes() {
        List<String> taken = List.copyOf(notes);
        notes.clear();
        return taken;
    }

    // ---- sending

    void sendSyn(long nanos, TcpEnd peer) {
        send(nanos, peer, Tcp.SYN, -1, Slice.EMPTY);
    }

    void sendAck(long nanos, TcpEnd peer) {
        send(nanos, peer, 0, end(), Slice.EMPTY);
    }

    /** The segments that are reported next, or the FIN that was, take time. */
    void takesTime(long bytes, boolean fin) {
        slow += bytes;
        finArrives &= !fin;
    }

    /** Sends {@code payload} in segments. Bytes that take no time arrive, and are acknowledged. */
    void write(long nanos, TcpEnd peer, TracePayload payload) {
        long late = Math.min(slow, payload.length());
        slow = 0;
        Slice all = new Slice(payload.bytes(), 0, (int) Math.min(payload.length(), Integer.MAX_VALUE));
        int longest = (int) Math.min(all.length(), (long) all.available() + LONGEST_UNKNOWN);
        for (int at = 0; at < longest; at += MSS) {
            int count = Math.min(MSS, longest - at);
            int flags = at + count == longest ? Tcp.PSH : 0;
            segments.put(sent, send(nanos, peer, flags, sent, all.slice(at, count)));
            sent += count;
        }
        sent += payload.length() - longest;
        peer.receive(nanos, this, payload.length() - late, false);
    }

    /** Sends a FIN, once. */
    void finish(long nanos, TcpEnd peer) {
        if (!finSent && !resetSent) {
            send(nanos, peer, Tcp.FIN, sent, Slice.EMPTY);
            finSent = true;
            finArrives = true;
        }
    }

    /** Sends an RST, once. */
    void reset(long nanos, TcpEnd peer) {
        if (!resetSent) {
            send(nanos, peer, Tcp.RST, end(), Slice.EMPTY);
            resetSent = true;
        }
    }

    /** Sends once more the segments with the {@code count} bytes from {@code offset}; without bytes the FIN. */
    void resend(long nanos, TcpEnd peer, long offset, long count) {
        if (resetSent || isSilent()) {
            return;
        }
        if (count == 0 && finSent && !peer.finReceived) {
            send(nanos, peer, Tcp.FIN, sent, Slice.EMPTY);
        }
        long missing = Math.max(offset, peer.received); // the rest has arrived over another route
        Long first = segments.floorKey(missing);
        long start = first == null ? missing : first;
        for (Map.Entry<Long, Packet> entry :
                segments.subMap(start, Math.max(start, offset + count)).entrySet()) {
            Slice payload = entry.getValue().payload();
            long from = Math.max(missing, entry.getKey());
            long to = Math.min(offset + count, entry.getKey() + payload.length());
            if (from < to) {
                Slice part = payload.slice((int) (from - entry.getKey()), (int) (to - from));
                send(nanos, peer, Tcp.PSH, from, part);
            }
        }
    }

    private Packet send(long nanos, TcpEnd peer, int flags, long offset, Slice payload) {
        int acknowledgment = peer.initial + 1 + (int) received + (finReceived ? 1 : 0);
        Tcp tcp = new Tcp(initial + 1 + (int) offset, acknowledgment, flags | (hears ? Tcp.ACK : 0));
        Packet packet = new Packet(nanos, self, peer.self, tcp, payload);
        takeNotes().forEach(packet::comment);
        packets.add(packet);
        return packet;
    }

    /** The offset behind all that was sent. */
    private long end() {
        return sent + (finSent ? 1 : 0);
    }

    // ---- receiving

    /**
     * The FIN has arrived at {@code peer} if it takes no time.
     *
     * @param writes true if a write comes next, to which the bytes that take time belong
     */
    void settle(long nanos, TcpEnd peer, boolean writes) {
        slow = writes ? slow : 0;
        if (finArrives) {
            finArrives = false;
            peer.receive(nanos, this, 0, true);
        }
    }

    /**
     * Bytes, and perhaps a FIN, of {@code peer} arrive after a time in flight.
     *
     * @param hasGaps true if they may have been sent without an event
     */
    void arrive(long nanos, TcpEnd peer, long bytes, boolean fin, boolean hasGaps) {
        if (hasGaps) {
            peer.sent = Math.max(peer.sent, received + bytes);
        }
        if (fin) {
            peer.finish(nanos, this);
            peer.finArrives = false;
        }
        receive(nanos, peer, Math.min(bytes, peer.sent - received), fin && !finReceived);
    }

    /** The owner reads bytes, so that they have arrived. */
    void read(long nanos, TcpEnd peer, long bytes, boolean hasGaps) {
        read += bytes;
        arrive(nanos, peer, Math.max(0, read - received), false, hasGaps);
    }

    /** Answers with an ACK; with an RST if the owner has closed it. */
    private void receive(long nanos, TcpEnd peer, long bytes, boolean fin) {
        received += bytes;
        finReceived |= fin;
        if ((bytes == 0 && !fin) || resetSent || isSilent()) {
            return;
        }
        if (closed && bytes > 0) {
            reset(nanos, peer);
        } else {
            sendAck(nanos, peer);
        }
    }

    /** The owner has closed it. */
    void close() {
        closed = true;
    }

    /** True if it has ended without a FIN or an RST, and sends nothing any more. */
    private boolean isSilent() {
        return closed && !finSent && !resetSent;
    }
}

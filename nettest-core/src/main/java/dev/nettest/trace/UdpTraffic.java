package dev.nettest.trace;

import dev.nettest.Operation;
import dev.nettest.TraceEvent;
import dev.nettest.trace.Packet.Endpoint;
import dev.nettest.trace.Packet.Slice;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the packets of datagrams from their events. */
final class UdpTraffic {

    /** Datagrams that look the same to the events of their fate. */
    private record Flow(int source, int target, long bytes) {}

    private final CapturedHosts hosts;
    private final List<Packet> packets;

    /** The datagrams that were neither dropped nor delivered yet. */
    private final Map<Flow, ArrayDeque<Packet>> inFlight = new HashMap<>();

    /** The last packet to or from each socket, by its id. */
    private final Map<Long, Packet> last = new HashMap<>();

    /** The notes for the next packet of each socket, by its id. */
    private final Map<Long, List<String>> notes = new HashMap<>();

    UdpTraffic(CapturedHosts hosts, List<Packet> packets) {
        this.hosts = hosts;
        this.packets = packets;
    }

    void add(TraceEvent.OfSocket event) {
        if (event instanceof TraceEvent.DatagramSent sent) {
            send(sent);
        } else if (event instanceof TraceEvent.DatagramFragmented fragmented) {
            fragment(fragmented);
        } else if (event instanceof TraceEvent.DatagramDropped dropped) {
            drop(dropped);
        } else if (event instanceof TraceEvent.DatagramDelivered delivered) {
            deliver(delivered);
        } else {
            note(event);
        }
    }

    private void send(TraceEvent.DatagramSent sent) {
        Endpoint target = hosts.endpoint(sent.target());
        Endpoint source = target == null ? null : hosts.sender(sent.socket(), target);
        if (source == null || target == null) {
            return;
        }
        byte[] bytes = sent.payload().bytes();
        int length = (int) sent.bytes();
        for (long i = 0; i < sent.count(); i++) {
            Slice payload = new Slice(bytes, (int) Math.min(i * length, bytes.length), length);
            Packet packet = new Packet(Capture.nanos(sent.time()), source, target, null, payload);
            List<String> pending = notes.remove(sent.socket().id());
            if (pending != null) {
                pending.forEach(packet::comment);
            }
            packets.add(packet);
            last.put(sent.socket().id(), packet);
            waiting(new Flow(source.port(), target.port(), length)).addLast(packet);
        }
    }

    private void fragment(TraceEvent.DatagramFragmented fragmented) {
        Iterator<Packet> newest = waiting(flow(fragmented.socket().local(), fragmented.target(), fragmented.bytes()))
                .descendingIterator();
        while (newest.hasNext()) {
            Packet packet = newest.next();
            if (packet.fragments() == 1) {
                packet.fragments(fragmented.fragments());
                return;
            }
        }
    }

    private void drop(TraceEvent.DatagramDropped dropped) {
        ArrayDeque<Packet> waiting = waiting(flow(dropped.socket().local(), dropped.target(), dropped.bytes()));
        String note = Capture.note(dropped);
        for (long i = 0; i < dropped.count() && !waiting.isEmpty() && note != null; i++) {
            waiting.removeLast().comment(note);
        }
    }

    private void deliver(TraceEvent.DatagramDelivered delivered) {
        ArrayDeque<Packet> waiting =
                waiting(flow(delivered.sender(), delivered.socket().local(), delivered.bytes()));
        for (long i = 0; i < delivered.count() && !waiting.isEmpty(); i++) {
            last.put(delivered.socket().id(), waiting.removeFirst());
        }
    }

    private ArrayDeque<Packet> waiting(Flow flow) {
        return inFlight.computeIfAbsent(flow, none -> new ArrayDeque<>());
    }

    private static Flow flow(SocketAddress source, SocketAddress target, long bytes) {
        return new Flow(port(source), port(target), bytes);
    }

    private static int port(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
    }

    // ---- notes

    /** A fault on a send is noted at the next packet; all else at the last packet. */
    private void note(TraceEvent.OfSocket event) {
        String note = Capture.note(event);
        if (note == null) {
            return;
        }
        long id = event.socket().id();
        @Nullable Packet packet = last.get(id);
        boolean sends = event instanceof TraceEvent.FaultFired fired && fired.operation() == Operation.Kind.SEND;
        if (sends || packet == null) {
            notes.computeIfAbsent(id, none -> new ArrayList<>(1)).add(note);
        } else {
            packet.comment(note);
        }
    }
}

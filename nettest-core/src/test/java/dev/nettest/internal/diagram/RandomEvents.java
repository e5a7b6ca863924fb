package dev.nettest.internal.diagram;

import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Traces of events in an order that no network would have. */
final class RandomEvents {
    private static final List<String> HOSTS = List.of("app", "web", "10.0.0.9", "a.host.with.a.long.name.example");

    private final SplittableRandom random;
    private Duration time = Duration.ZERO;

    RandomEvents(SplittableRandom random) {
        this.random = random;
    }

    Trace trace() {
        List<TraceEvent> events = new ArrayList<>();
        int size = random.nextInt(40);
        for (int i = 0; i < size; i++) {
            if (random.nextInt(3) == 0) {
                time = time.plusMillis(random.nextInt(1, 5000));
            }
            events.add(event(i));
        }
        return new Trace(events, random.nextInt(2), random.nextBoolean(), time, 1);
    }

    private SocketAddress address(String host) {
        return random.nextInt(10) == 0
                ? UnixDomainSocketAddress.of("/run/" + host)
                : InetSocketAddress.createUnresolved(host, random.nextInt(1, 4));
    }

    private String host() {
        return HOSTS.get(random.nextInt(HOSTS.size()));
    }

    private TraceSocket socket() {
        String local = host();
        String remote = host();
        return switch (random.nextInt(4)) {
            case 0 -> new TraceSocket(TraceSocket.Kind.LISTENER, -1, address(local), local, null, null);
            case 1 -> new TraceSocket(TraceSocket.Kind.DATAGRAM, -2, address(local), local, null, null);
            default ->
                new TraceSocket(
                        TraceSocket.Kind.CONNECTION, random.nextInt(6), address(local), local, address(remote), remote);
        };
    }

    private TraceSocket connection() {
        while (true) {
            TraceSocket socket = socket();
            if (socket.kind() == TraceSocket.Kind.CONNECTION) {
                return socket;
            }
        }
    }

    private TraceEvent event(long number) {
        TraceSocket socket = connection();
        int bytes = random.nextInt(4);
        TracePayload payload = new TracePayload(new byte[bytes], random.nextInt(bytes, 200));
        return switch (random.nextInt(14)) {
            case 0 -> new TraceEvent.Connecting(number, time, socket);
            case 1 -> new TraceEvent.Queued(number, time, socket);
            case 2 -> new TraceEvent.Connected(number, time, socket);
            case 3 -> new TraceEvent.Written(number, time, socket, payload.length(), 1, payload);
            case 4 -> new TraceEvent.BytesRead(number, time, socket, bytes, 1 + bytes);
            case 5 -> new TraceEvent.EndOfStreamRead(number, time, socket);
            case 6 ->
                new TraceEvent.InFlight(
                        number, time, socket, bytes, random.nextBoolean(), random.nextBoolean(), arrival());
            case 7 ->
                new TraceEvent.Delivered(
                        number, time, socket, bytes, random.nextBoolean(), random.nextBoolean(), 1 + bytes);
            case 8 -> new TraceEvent.Retransmitted(number, time, socket, bytes, 0, time.plusMillis(200));
            case 9 -> new TraceEvent.HalfClosed(number, time, socket, random.nextBoolean());
            case 10 ->
                new TraceEvent.Closed(number, time, socket(), random.nextBoolean(), random.nextBoolean(), "by a test");
            case 11 -> trouble(number);
            case 12 -> datagram(number, payload);
            default -> new TraceEvent.HostChanged(number, time, host(), "paused");
        };
    }

    private Duration arrival() {
        return random.nextBoolean() ? null : time.plusMillis(20);
    }

    private TraceEvent trouble(long number) {
        Operation.Kind kind = Operation.Kind.values()[random.nextInt(Operation.Kind.values().length)];
        return switch (random.nextInt(6)) {
            case 0 -> new TraceEvent.FaultFired(number, time, socket(), kind, "stall()", "network", "", 2);
            case 1 -> new TraceEvent.Failed(number, time, socket(), kind, "Connection reset");
            case 2 -> new TraceEvent.WaitBegan(number, time, socket(), kind, "main");
            case 3 -> new TraceEvent.WaitEnded(number, time, socket(), kind, "main");
            case 4 -> new TraceEvent.WaitTimedOut(number, time, socket(), "read", Duration.ofSeconds(1));
            default -> new TraceEvent.LinkChanged(number, time, "app <-> web", "held");
        };
    }

    private TraceEvent datagram(long number, TracePayload payload) {
        String local = host();
        String target = host();
        TraceSocket socket = new TraceSocket(TraceSocket.Kind.DATAGRAM, -2, address(local), local, null, null);
        long bytes = payload.length();
        return switch (random.nextInt(6)) {
            case 0 -> new TraceEvent.Bound(number, time, socket);
            case 1 -> new TraceEvent.DatagramSent(number, time, socket, address(target), target, bytes, 1, payload);
            case 2 -> new TraceEvent.DatagramDropped(number, time, socket, address(target), target, bytes, 1, "lost");
            case 3 -> new TraceEvent.DatagramFragmented(number, time, socket, address(target), bytes, 3);
            case 4 -> new TraceEvent.DatagramDelivered(number, time, socket, address(target), bytes, 1);
            default -> new TraceEvent.DatagramReceived(number, time, socket, bytes, 1);
        };
    }
}

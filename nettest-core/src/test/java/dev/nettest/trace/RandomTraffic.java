package dev.nettest.trace;

import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** The trace of random connections, in the order of events that a network has. */
final class RandomTraffic {

    private static final int MSS = 1460;
    private static final long MILLI = 1_000_000;

    /** An event and its time, for the merge of all connections. */
    private record Timed(long at, int order, TraceEvent event) {}

    private record Action(long at, int order, Runnable run) {}

    private final SplittableRandom random;
    private final long seed;
    private final List<Timed> events = new ArrayList<>();
    private final List<Talk> talks = new ArrayList<>();

    RandomTraffic(long seed, int connections) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < connections; i++) {
            Talk talk = new Talk(i, random.split());
            talk.run();
            talks.add(talk);
        }
    }

    List<Talk> talks() {
        return talks;
    }

    Trace trace() {
        events.sort(Comparator.comparingLong(Timed::at).thenComparingInt(Timed::order));
        long last = events.isEmpty() ? 0 : events.get(events.size() - 1).at();
        return new Trace(events.stream().map(Timed::event).toList(), 0, true, Duration.ofNanos(last), seed);
    }

    static InetSocketAddress address(boolean ipv6, int host, int port) {
        byte[] bytes = new byte[ipv6 ? 16 : 4];
        bytes[0] = (byte) (ipv6 ? 0xfd : 10);
        bytes[bytes.length - 1] = (byte) host;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** One connection. */
    final class Talk {

        private final SplittableRandom dice;
        private final InetSocketAddress clientAddress;
        private final InetSocketAddress serverAddress;
        private final Side client;
        private final Side server;
        private final double loss;
        private final PriorityQueue<Action> actions =
                new PriorityQueue<>(Comparator.comparingLong(Action::at).thenComparingInt(Action::order));
        private long now;
        private boolean lossy;

        Talk(int number, SplittableRandom dice) {
            this.dice = dice;
            boolean ipv6 = dice.nextInt(4) == 0;
            int from = 1 + dice.nextInt(4);
            int to = 5 + dice.nextInt(4);
            this.clientAddress = address(ipv6, from, 20_000 + number);
            this.serverAddress = address(ipv6, to, 15_000 + dice.nextInt(20));
            this.loss = dice.nextInt(4) == 0 ? 0.2 : 0;
            long latency = dice.nextInt(3) == 0 ? 0 : dice.nextLong(50 * MILLI);
            String clientHost = "client" + from;
            String serverHost = "server" + to;
            this.client = new Side(
                    new TraceSocket(
                            TraceSocket.Kind.CONNECTION,
                            2L * number,
                            clientAddress,
                            clientHost,
                            serverAddress,
                            serverHost),
                    loss > 0 ? Math.max(1, latency) : latency);
            this.server = new Side(
                    new TraceSocket(
                            TraceSocket.Kind.CONNECTION,
                            2L * number + 1,
                            serverAddress,
                            serverHost,
                            clientAddress,
                            clientHost),
                    loss > 0 ? Math.max(1, latency) : dice.nextBoolean() ? latency : 0);
            client.peer = server;
            server.peer = client;
            this.now = dice.nextLong(1_000 * MILLI);
        }

        int clientPort() {
            return clientAddress.getPort();
        }

        byte[] sentByClient() {
            return client.stream.toByteArray();
        }

        byte[] sentByServer() {
            return server.stream.toByteArray();
        }

        boolean isLossy() {
            return lossy;
        }

        private void at(long time, Runnable run) {
            actions.add(new Action(time, actions.size() + events.size(), run));
        }

        private void emit(TraceEvent event) {
            events.add(new Timed(now, events.size(), event));
        }

        private long number() {
            return events.size();
        }

        private Duration time() {
            return Duration.ofNanos(now);
        }

        private void run() {
            emit(new TraceEvent.Connecting(number(), time(), client.socket));
            now += client.latency + server.latency;
            if (dice.nextInt(20) == 0) {
                emit(new TraceEvent.Failed(
                        number(),
                        time(),
                        client.socket,
                        Operation.Kind.CONNECT,
                        "ConnectException: Connection refused"));
                return;
            }
            if (client.latency == 0) {
                emit(new TraceEvent.Queued(number(), time(), server.socket));
            }
            emit(new TraceEvent.Connected(number(), time(), client.socket));
            long connected = now;
            if (client.latency > 0) {
                at(now + client.latency, () -> emit(new TraceEvent.Queued(number(), time(), server.socket)));
            }
            long start = connected + client.latency;
            at(connected, () -> client.act(1 + dice.nextInt(5)));
            at(start, () -> server.act(1 + dice.nextInt(5)));
            while (!actions.isEmpty()) {
                Action next = actions.remove();
                now = next.at();
                next.run().run();
            }
        }

        /** One end. */
        private final class Side {

            private final TraceSocket socket;
            private final long latency;
            private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
            private Side peer = this;
            private long lastArrival;
            private long unread;
            private boolean finished;
            private boolean reset;

            /** True if the peer has sent an RST that has arrived. */
            private boolean gone;

            Side(TraceSocket socket, long latency) {
                this.socket = socket;
                this.latency = latency;
            }

            /** Writes or reads, and goes on later. */
            void act(int left) {
                if (gone || reset || finished) {
                    return;
                }
                if (left == 0) {
                    finish();
                    return;
                }
                if (lastArrival > now) {
                    at(lastArrival + 1, () -> act(left)); // tshark guesses from times if a segment is a retransmission
                    return;
                }
                switch (dice.nextInt(8)) {
                    case 0 -> write(dice.nextInt(20_000));
                    case 1, 2, 3 -> write(1 + dice.nextInt(100));
                    case 4 -> write(0);
                    default -> read();
                }
                at(now + dice.nextLong(20 * MILLI), () -> act(left - 1));
            }

            /** tshark takes a segment of one byte that is sent again for a keep-alive. */
            private void write(int bytes) {
                send(bytes % MSS == 1 ? bytes + 1 : bytes);
            }

            private void send(int count) {
                byte[] bytes = new byte[count];
                for (int i = 0; i < count; i++) {
                    bytes[i] = (byte) dice.nextInt();
                }
                long offset = stream.size();
                stream.writeBytes(bytes);
                if (count == 0) {
                    return;
                }
                if (latency == 0) {
                    peer.unread += count;
                } else {
                    transmit(offset, count, false);
                }
                emit(new TraceEvent.Written(number(), time(), socket, count, 1, new TracePayload(bytes, count)));
            }

            private void transmit(long offset, int count, boolean fin) {
                int left = count;
                do {
                    int segment = Math.min(MSS, left);
                    long departure = now;
                    long timeout = 200 * MILLI + client.latency + server.latency;
                    boolean lost = false;
                    while (dice.nextDouble() < loss) {
                        departure += timeout;
                        timeout *= 2;
                        lost = true;
                    }
                    if (lost) {
                        lossy = true;
                        emit(new TraceEvent.Retransmitted(
                                number(), time(), socket, segment, offset + count - left, Duration.ofNanos(departure)));
                    }
                    lastArrival = Math.max(lastArrival, departure + latency);
                    left -= segment;
                    boolean finHere = fin && left == 0;
                    at(lastArrival, () -> peer.deliver(segment, finHere, false));
                } while (left > 0);
                emit(new TraceEvent.InFlight(
                        number(), time(), socket, count, fin, false, Duration.ofNanos(lastArrival)));
            }

            private void deliver(int count, boolean fin, boolean rst) {
                if (reset || gone) {
                    return;
                }
                unread += count;
                gone |= rst;
                emit(new TraceEvent.Delivered(number(), time(), socket, count, fin, rst, 1));
                if (rst) {
                    emit(new TraceEvent.Closed(number(), time(), socket, false, false, ""));
                }
            }

            private void read() {
                if (unread > 0) {
                    long count = 1 + dice.nextLong(unread);
                    unread -= count;
                    emit(new TraceEvent.BytesRead(number(), time(), socket, count, 1));
                }
            }

            private void finish() {
                boolean abort = dice.nextInt(5) == 0;
                finished = !abort;
                reset = abort;
                if (!abort && dice.nextBoolean()) {
                    emit(new TraceEvent.HalfClosed(number(), time(), socket, true));
                } else {
                    emit(new TraceEvent.Closed(number(), time(), socket, !abort, abort, ""));
                }
                if (latency == 0) {
                    peer.gone |= abort;
                } else if (abort) {
                    lastArrival = Math.max(lastArrival, now + latency);
                    emit(new TraceEvent.InFlight(
                            number(), time(), socket, 0, false, true, Duration.ofNanos(lastArrival)));
                    at(lastArrival, () -> peer.deliver(0, false, true));
                } else {
                    transmit(stream.size(), 0, true);
                }
            }
        }
    }
}

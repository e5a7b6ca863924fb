package dev.nettest.contract;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** A random sequence of operations on three datagram sockets, and the outcome of each. */
record DatagramScript(List<Step> steps) {
    private static final int SOCKETS = 3;
    private static final String NAMES = "ABC";
    private static final int[] SIZES = {0, 1, 5, 12, 15, 18, 20, 150, 200, 300, 500, 700, 1000, 1500, 2000, 65_508};
    private static final int[] PACKET_LENGTHS = {0, 1, 4, 20, 70_000};
    private static final int[] BUFFERS = {-1, 0, 1, 1152, 2304, 5000, 100_000};
    private static final int[] CLASSES = {-1, 0, 8, 255, 256};
    private static final String TIMED_OUT = "java.net.SocketTimeoutException: Receive timed out";

    enum Verb {
        SEND,
        SEND_TO_PEER,
        SEND_TO_ZERO,
        RECEIVE,
        RECEIVE_AGAIN,
        RECEIVE_SHARED,
        CONNECT,
        DISCONNECT,
        BIND,
        CLOSE,
        LOOK,
        SET_RECEIVE_BUFFER,
        GET_RECEIVE_BUFFER,
        SET_TRAFFIC_CLASS,
        SET_TIMEOUT,
        BROADCAST,
        REUSE
    }

    private static final Verb[] WEIGHTED_VERBS = {
        Verb.SEND,
        Verb.SEND,
        Verb.SEND,
        Verb.SEND,
        Verb.SEND,
        Verb.SEND_TO_PEER,
        Verb.SEND_TO_PEER,
        Verb.SEND_TO_PEER,
        Verb.SEND_TO_PEER,
        Verb.SEND_TO_PEER,
        Verb.SEND_TO_PEER,
        Verb.SEND_TO_PEER,
        Verb.RECEIVE,
        Verb.RECEIVE,
        Verb.RECEIVE,
        Verb.RECEIVE,
        Verb.RECEIVE,
        Verb.RECEIVE,
        Verb.RECEIVE_AGAIN,
        Verb.RECEIVE_AGAIN,
        Verb.RECEIVE_AGAIN,
        Verb.RECEIVE_SHARED,
        Verb.RECEIVE_SHARED,
        Verb.CONNECT,
        Verb.CONNECT,
        Verb.CONNECT,
        Verb.DISCONNECT,
        Verb.BIND,
        Verb.CLOSE,
        Verb.LOOK,
        Verb.SET_RECEIVE_BUFFER,
        Verb.GET_RECEIVE_BUFFER,
        Verb.SET_TRAFFIC_CLASS,
        Verb.SET_TIMEOUT,
        Verb.BROADCAST,
        Verb.REUSE,
        Verb.SEND_TO_ZERO
    };

    /** One operation of socket {@code actor}, usually with socket {@code target}. */
    record Step(Verb verb, int actor, int target, int number) {
        @Override
        public String toString() {
            return NAMES.charAt(actor) + "." + verb.name().toLowerCase(java.util.Locale.ROOT) + "("
                    + NAMES.charAt(target) + ", " + number + ")";
        }
    }

    /** Creates a socket bound to the address, or an unbound one if that is null. */
    @FunctionalInterface
    interface Binder {
        DatagramSocket socket(SocketAddress address) throws IOException;
    }

    static DatagramScript random(long seed, int most) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        boolean[] mayReceive = new boolean[SOCKETS];
        int[] peers = {-1, -1, -1};
        for (int length = 3 + random.nextInt(most); steps.size() < length; ) {
            Verb verb = WEIGHTED_VERBS[random.nextInt(WEIGHTED_VERBS.length)];
            Step step = new Step(verb, random.nextInt(SOCKETS), random.nextInt(SOCKETS), random.nextInt(1 << 16));
            boolean receives = verb == Verb.RECEIVE || verb == Verb.RECEIVE_AGAIN || verb == Verb.RECEIVE_SHARED;
            boolean idle =
                    (receives && !mayReceive[step.actor]) || (verb == Verb.SEND_TO_PEER && peers[step.actor] < 0);
            if (idle && random.nextInt(32) > 0) {
                continue; // it would probably just wait for its timeout, or report that there is no peer
            }
            predict(step, mayReceive, peers);
            steps.add(step);
        }
        return new DatagramScript(steps);
    }

    /** Predicts roughly which sockets have a datagram to receive after the step. */
    private static void predict(Step step, boolean[] mayReceive, int[] peers) {
        switch (step.verb) {
            case SEND -> mayReceive[step.target] |= peers[step.target] < 0 || peers[step.target] == step.actor;
            case SEND_TO_PEER -> {
                if (peers[step.actor] >= 0) {
                    mayReceive[peers[step.actor]] = true;
                }
            }
            case CONNECT -> {
                peers[step.actor] = step.target;
                mayReceive[step.actor] = false;
            }
            case DISCONNECT -> peers[step.actor] = -1;
            case RECEIVE, RECEIVE_AGAIN, RECEIVE_SHARED, CLOSE -> mayReceive[step.actor] = false;
            default -> {
                // no effect on receives
            }
        }
    }

    /** The outcomes. A receive waits as long as needed if {@code expected} says that a datagram arrives. */
    List<String> run(Binder binder, List<String> expected) throws IOException {
        Run run = new Run(binder);
        List<String> outcomes = new ArrayList<>();
        try {
            run.open(steps);
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                boolean arrives = i < expected.size() && !expected.get(i).equals(TIMED_OUT);
                outcomes.add(Outcome.of(() -> run.perform(step, arrives)));
            }
        } finally {
            run.close();
        }
        return outcomes;
    }

    DatagramScript without(int index) {
        List<Step> fewer = new ArrayList<>(steps);
        fewer.remove(index);
        return new DatagramScript(fewer);
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
    }

    /** The sockets of one run. */
    private static final class Run {
        private final Binder binder;
        private final DatagramSocket[] sockets = new DatagramSocket[SOCKETS];
        private final int[] ports = new int[SOCKETS];
        private final DatagramPacket[] packets = new DatagramPacket[SOCKETS];

        /** All sockets receive into this packet in turn. */
        private final DatagramPacket shared = new DatagramPacket(new byte[30], 2, 25);

        Run(Binder binder) {
            this.binder = binder;
        }

        /** Binds each socket to localhost, to every address, or not at all, as the first step's number selects. */
        void open(List<Step> steps) throws IOException {
            int number = steps.isEmpty() ? 0 : steps.get(0).number();
            for (int i = 0; i < SOCKETS; i++) {
                int kind = (number >> (3 * i)) & 7;
                sockets[i] =
                        binder.socket(kind == 0 ? null : new InetSocketAddress(kind < 3 ? "0.0.0.0" : "127.0.0.1", 0));
                packets[i] = new DatagramPacket(new byte[20], 4, 12);
            }
        }

        void close() {
            for (DatagramSocket socket : sockets) {
                if (socket != null) {
                    socket.close();
                }
            }
        }

        /** The present address of a socket, or its last one. */
        private InetSocketAddress address(int index) {
            int port = sockets[index].getLocalPort();
            if (port > 0) {
                ports[index] = port;
            }
            return new InetSocketAddress("127.0.0.1", ports[index]);
        }

        private String name(SocketAddress address) {
            if (!(address instanceof InetSocketAddress inet)) {
                return String.valueOf(address);
            }
            for (int i = 0; i < SOCKETS; i++) {
                if (address(i).getPort() == inet.getPort() && inet.getPort() != 0) {
                    return inet.getAddress().getHostAddress() + ":" + NAMES.charAt(i);
                }
            }
            return inet.getAddress().getHostAddress() + ":" + (inet.getPort() == 0 ? "0" : "?");
        }

        Object perform(Step step, boolean arrives) throws IOException {
            DatagramSocket socket = sockets[step.actor];
            int number = step.number;
            address(step.actor);
            switch (step.verb) {
                case SEND -> {
                    DatagramPacket packet = packet(step.target, number);
                    packet.setSocketAddress(address(step.target));
                    socket.send(packet);
                    return "sent";
                }
                case SEND_TO_PEER -> {
                    DatagramPacket packet = packet(step.target, number);
                    socket.send(packet);
                    return "sent to " + name(packet.getSocketAddress());
                }
                case SEND_TO_ZERO -> {
                    DatagramPacket packet = packet(step.target, number);
                    packet.setSocketAddress(new InetSocketAddress("127.0.0.1", 0));
                    socket.send(packet);
                    return "sent";
                }
                case RECEIVE -> {
                    int length = pick(PACKET_LENGTHS, number);
                    return received(socket, new DatagramPacket(new byte[length], length), arrives);
                }
                case RECEIVE_AGAIN -> {
                    return received(socket, packets[step.actor], arrives);
                }
                case RECEIVE_SHARED -> {
                    return received(socket, shared, arrives);
                }
                case CONNECT -> {
                    if ((number & 1) == 0) {
                        socket.connect(address(step.target));
                    } else {
                        socket.connect(
                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                                address(step.target).getPort());
                    }
                    return "connected";
                }
                case DISCONNECT -> {
                    socket.disconnect();
                    return "disconnected";
                }
                case BIND -> {
                    socket.bind(new InetSocketAddress("127.0.0.1", 0));
                    return "bound";
                }
                case CLOSE -> {
                    socket.close();
                    return "closed";
                }
                case LOOK -> {
                    return look(socket);
                }
                default -> {
                    return setOrGet(step, socket);
                }
            }
        }

        private static Object setOrGet(Step step, DatagramSocket socket) throws IOException {
            int number = step.number;
            switch (step.verb) {
                case SET_RECEIVE_BUFFER -> {
                    if ((number & 256) == 0) {
                        socket.setReceiveBufferSize(pick(BUFFERS, number));
                    } else {
                        socket.setOption(StandardSocketOptions.SO_RCVBUF, pick(BUFFERS, number));
                    }
                    return "set";
                }
                case GET_RECEIVE_BUFFER -> {
                    return (number & 1) == 0
                            ? socket.getReceiveBufferSize()
                            : socket.getOption(StandardSocketOptions.SO_RCVBUF);
                }
                case SET_TRAFFIC_CLASS -> {
                    socket.setTrafficClass(pick(CLASSES, number));
                    return socket.getTrafficClass();
                }
                case SET_TIMEOUT -> {
                    socket.setSoTimeout(number % 3 - 1);
                    return socket.getSoTimeout();
                }
                case BROADCAST -> {
                    socket.setBroadcast(false);
                    if ((number & 1) == 0) {
                        socket.connect(new InetSocketAddress("127.255.255.255", 9));
                    } else {
                        socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress("127.255.255.255", 9)));
                    }
                    return socket.getBroadcast();
                }
                default -> {
                    socket.setReuseAddress((number & 1) == 0);
                    return socket.getReuseAddress() + " " + socket.getOption(StandardSocketOptions.SO_BROADCAST);
                }
            }
        }

        private static DatagramPacket packet(int target, int number) {
            byte[] bytes = new byte[pick(SIZES, number)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ('a' + (number + i) % 26);
            }
            return new DatagramPacket(bytes, bytes.length);
        }

        private String received(DatagramSocket socket, DatagramPacket packet, boolean arrives) throws IOException {
            if (!socket.isClosed()) {
                socket.setSoTimeout(arrives ? 5000 : 1);
            }
            socket.receive(packet);
            String text = new String(
                    packet.getData(), packet.getOffset(), Math.min(8, packet.getLength()), StandardCharsets.ISO_8859_1);
            return packet.getLength() + " " + text + " from " + name(packet.getSocketAddress());
        }

        private String look(DatagramSocket socket) {
            return socket.isBound() + " " + socket.isConnected() + " " + socket.isClosed() + " "
                    + name(socket.getLocalSocketAddress()) + " " + socket.getLocalAddress() + " "
                    + name(socket.getRemoteSocketAddress()) + " " + socket.getInetAddress() + " "
                    + (socket.getPort() > 0) + " " + (socket.getLocalPort() > 0) + " "
                    + Outcome.of(socket::getSoTimeout).startsWith("java");
        }

        private static int pick(int[] values, int number) {
            return values[(number >> 4) % values.length];
        }
    }
}

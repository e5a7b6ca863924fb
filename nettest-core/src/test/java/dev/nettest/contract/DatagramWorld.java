package dev.nettest.contract;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Datagram sockets for a {@link ThreadedScript}: {@code d} and {@code e} are bound to localhost, {@code u} is not. */
final class DatagramWorld implements ThreadedWorld {
    private static final List<String> ALL = List.of("d", "e", "u");
    private static final List<String> UNBOUND = List.of("u");
    private static final Pattern PORT = Pattern.compile("\\b\\d{5}\\b");
    private static final int[] LENGTHS = {0, 1, 5, 25};
    private static final int MILLIS = 3;

    private final SocketArm sockets;
    private final Map<String, DatagramSocket> actors = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private final List<ThreadedVerb> verbs = new ArrayList<>();

    /** All sockets receive into it, one after the other: a receive keeps its monitor. */
    private final DatagramPacket shared = new DatagramPacket(new byte[20], 2, 15);

    DatagramWorld(ThreadedArm arm) throws IOException {
        this(arm.sockets(), arm.isVirtual());
    }

    /** Uses the sockets of {@code sockets}, which {@code sockets} closes. */
    DatagramWorld(SocketArm sockets, boolean isVirtual) throws IOException {
        this.sockets = sockets;
        actors.put("d", sockets.datagramSocket(StreamBackend.loopback(0)));
        actors.put("e", sockets.datagramSocket(StreamBackend.loopback(0)));
        actors.put("u", sockets.datagramSocket(null));
        addReceives(isVirtual);
        addSends();
        addPeers();
        addSettings();
    }

    @Override
    public List<ThreadedVerb> verbs() {
        return verbs;
    }

    // ---- verbs

    private void addReceives(boolean isVirtual) {
        verbs.add(ThreadedVerb.of("receive", ALL, 30, (me, n) -> receive(me, new DatagramPacket(new byte[9], 9), 0)));
        verbs.add(ThreadedVerb.of(
                "receiveTimed", ALL, 12, (me, n) -> receive(me, new DatagramPacket(new byte[9], 9), MILLIS)));
        if (!isVirtual) { // the JDK does not tell soundly if a virtual thread waits for a monitor
            verbs.add(ThreadedVerb.of("receiveShared", ALL, 8, new int[] {0, MILLIS}, this::receiveShared));
            verbs.add(ThreadedVerb.of("lengthOfShared", UNBOUND, 4, (me, n) -> shared.getLength()));
        }
    }

    private Object receive(String actor, DatagramPacket packet, int millis) throws IOException {
        DatagramSocket socket = actors.get(actor);
        socket.setSoTimeout(millis);
        socket.receive(packet);
        return packet.getLength() + " from " + packet.getSocketAddress();
    }

    /** Does not look at the packet, whose monitor another thread may have got meanwhile. */
    private Object receiveShared(String actor, int millis) throws IOException {
        DatagramSocket socket = actors.get(actor);
        socket.setSoTimeout(millis);
        socket.receive(shared);
        return null;
    }

    private void addSends() {
        for (String target : ALL) {
            verbs.add(ThreadedVerb.of("sendTo-" + target, ALL, 9, LENGTHS, (me, n) -> {
                actors.get(me).send(new DatagramPacket(new byte[n], n, address(target)));
                return null;
            }));
        }
        verbs.add(ThreadedVerb.of("sendToPeer", ALL, 12, LENGTHS, (me, n) -> {
            actors.get(me).send(new DatagramPacket(new byte[n], n));
            return null;
        }));
    }

    private void addPeers() {
        for (String target : ALL) {
            verbs.add(ThreadedVerb.of("connectTo-" + target, ALL, 5, (me, n) -> {
                actors.get(me).connect(address(target));
                return null;
            }));
        }
        verbs.add(ThreadedVerb.of("connectToPortZero", ALL, 1, (me, n) -> {
            actors.get(me).connect(StreamBackend.loopback(0));
            return null;
        }));
        verbs.add(ThreadedVerb.of("disconnect", ALL, 8, (me, n) -> {
            actors.get(me).disconnect();
            return null;
        }));
        verbs.add(ThreadedVerb.of("bind", ALL, 5, (me, n) -> {
            actors.get(me).bind(StreamBackend.loopback(0));
            return null;
        }));
        verbs.add(ThreadedVerb.of("close", ALL, 4, (me, n) -> {
            actors.get(me).close();
            return null;
        }));
        verbs.add(ThreadedVerb.of("new", UNBOUND, 3, (me, n) -> {
            actors.put(me, sockets.datagramSocket(null));
            return null;
        }));
    }

    private void addSettings() {
        verbs.add(ThreadedVerb.of("state", ALL, 10, (me, n) -> state(actors.get(me))));
        verbs.add(ThreadedVerb.of("setSoTimeout", ALL, 4, new int[] {0, MILLIS}, (me, n) -> {
            actors.get(me).setSoTimeout(n);
            return actors.get(me).getSoTimeout();
        }));
        verbs.add(ThreadedVerb.of("options", ALL, 4, (me, n) -> {
            DatagramSocket socket = actors.get(me);
            socket.setTrafficClass(8);
            socket.setReuseAddress(true);
            return socket.getTrafficClass() + " " + socket.getReuseAddress() + " " + socket.getBroadcast();
        }));
        verbs.add(ThreadedVerb.of("join", ALL, 2, (me, n) -> {
            actors.get(me).joinGroup(new InetSocketAddress("239.1.2.3", 0), null);
            return null;
        }));
    }

    private static String state(DatagramSocket socket) {
        return socket.isBound() + " " + socket.isConnected() + " " + socket.isClosed() + " "
                + socket.getLocalSocketAddress() + " " + socket.getRemoteSocketAddress() + " "
                + socket.getLocalAddress();
    }

    /** The present address of a socket on localhost, or its last one. */
    private SocketAddress address(String actor) {
        remember(actor);
        return StreamBackend.loopback(ports.getOrDefault(actor, 0));
    }

    private synchronized void remember(String actor) {
        int port = actors.get(actor).getLocalPort();
        if (port > 0) {
            ports.put(actor, port);
            names.putIfAbsent(port, actor + (names.containsValue(actor) ? " anew" : ""));
        }
    }

    // ---- the model

    @Override
    public boolean isDeterministic(ThreadedStep step, List<ThreadedCall> unfinished) {
        return switch (step.verb().name()) {
            case "new" ->
                unfinished.stream().noneMatch(call -> call.step().actor().equals(step.actor()));
            // a monitor goes to any of the threads that wait for it
            case "receiveShared", "lengthOfShared" ->
                unfinished.stream()
                                .filter(call -> call.step().verb().name().endsWith("Shared"))
                                .count()
                        < 2;
            default -> true;
        };
    }

    @Override
    public void begins(ThreadedStep step) {
        ALL.forEach(this::remember);
    }

    @Override
    public void ended(ThreadedCall call) {
        ALL.forEach(this::remember);
    }

    /** Loopback delivers a datagram before its send returns; a receiver that has to finish is waited for. */
    @Override
    public boolean isSettled(Collection<ThreadedCall> calls) {
        return true;
    }

    @Override
    public String named(String outcome) {
        ALL.forEach(this::remember);
        return PORT.matcher(outcome)
                .replaceAll(found -> names.getOrDefault(Integer.valueOf(found.group()), found.group()));
    }

    @Override
    public List<String> actors(List<ThreadedCall> unfinished) {
        return ALL;
    }

    @Override
    public void closeActor(String actor) {
        actors.get(actor).close();
    }

    @Override
    public void close() {
        // the arm closes all sockets
    }
}

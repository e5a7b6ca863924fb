package dev.nettest.contract;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * Where a script of socket calls runs: two sockets {@code a} and {@code b}, two server sockets {@code s} and {@code t}, and what those
 * accept, {@code p} and {@code q}. Made by factories, of the JDK or of a network, and called by what {@code java.net} has. Ports are
 * told by names, in the order in which they appear.
 */
final class SocketWorld implements AutoCloseable {
    static final String NOBODY = "nobody";
    static final List<String> DIALLERS = List.of("a", "b");
    static final List<String> ACCEPTED = List.of("p", "q");
    static final List<String> SERVERS = List.of("s", "t");

    private static final Pattern PORT = Pattern.compile("\\b\\d{5}\\b");
    private static final String[] TARGETS = {"s", "t", "a", "b"};
    private static final int TARGET_COUNT = 10;
    private static final int CONNECT_MILLIS = 5000;

    private final Network network;
    private final SocketFactory socketFactory;
    private final ServerSocketFactory serverFactory;
    private final Map<String, Socket> sockets = new HashMap<>();
    private final Map<String, ServerSocket> servers = new HashMap<>();
    private final Map<String, InputStream> inputs = new HashMap<>();
    private final Map<String, OutputStream> outputs = new HashMap<>();
    private final Map<String, Integer> written = new HashMap<>();
    private final Map<Integer, Integer> pending = new HashMap<>();
    private final Map<Integer, String> ports = new HashMap<>();
    private final List<Closeable> opened = new ArrayList<>();

    private SocketWorld(Network network, SocketFactory socketFactory, ServerSocketFactory serverFactory) {
        this.network = network;
        this.socketFactory = socketFactory;
        this.serverFactory = serverFactory;
    }

    static SocketWorld onLoopback() {
        return new SocketWorld(null, SocketFactory.getDefault(), ServerSocketFactory.getDefault());
    }

    static SocketWorld inMemory() {
        Network network = Network.create();
        return new SocketWorld(
                network, NetworkSockets.socketFactory(network), NetworkSockets.serverSocketFactory(network));
    }

    // ---- who is there

    /** Null where nobody has been accepted. */
    Socket socket(String actor) throws IOException {
        Socket known = sockets.get(actor);
        if (known == null && DIALLERS.contains(actor)) {
            known = keep(actor, socketFactory.createSocket());
        }
        return known;
    }

    ServerSocket server(String actor) throws IOException {
        ServerSocket known = servers.get(actor);
        return known == null ? keep(actor, serverFactory.createServerSocket()) : known;
    }

    private Socket keep(String actor, Socket socket) throws IOException {
        opened.add(socket);
        sockets.put(actor, socket);
        inputs.remove(actor);
        outputs.remove(actor);
        if (socket.isConnected()) {
            socket.setTcpNoDelay(true); // so that a kernel sends what is written at once
        }
        return socket;
    }

    private ServerSocket keep(String actor, ServerSocket server) {
        opened.add(server);
        servers.put(actor, server);
        return server;
    }

    Object renew(String actor) throws IOException {
        return DIALLERS.contains(actor) ? state(keep(actor, socketFactory.createSocket())) : NOBODY;
    }

    Object renewServer(String actor) throws IOException {
        return state(keep(actor, serverFactory.createServerSocket()));
    }

    // ---- foresight, in memory only; it looks at who is there and makes nobody

    /** Whether a step can be expected to wait for its timeout. */
    boolean waits(SocketStep step) {
        if (SERVERS.contains(step.actor())) {
            ServerSocket server = servers.get(step.actor());
            return step.verb().name().equals("accept")
                    && server != null
                    && server.isBound()
                    && !server.isClosed()
                    && pending(server.getLocalPort()) == 0;
        }
        Socket socket = sockets.get(step.actor());
        if (socket == null || !socket.isConnected() || socket.isClosed() || socket.isInputShutdown()) {
            return false;
        }
        Connection connection = NetworkSockets.connection(socket);
        boolean ends = connection.peer().isClosed() || connection.toString().matches(".*(CLOSE_WAIT|LAST_ACK|RESET).*");
        return switch (step.verb().name()) {
            case "read", "readOne", "readPart" -> !connection.isReadable();
            case "readN", "skip" -> !ends && connection.available() < step.number();
            case "readAll", "transferTo" -> !ends;
            default -> false;
        };
    }

    /** Whether it is one that waits for ever, or depends on what else the machine does. */
    boolean isFair(SocketStep step, boolean reuseTouched) {
        String verb = step.verb().name();
        Socket me = sockets.get(step.actor());
        if (me == null && ACCEPTED.contains(step.actor())) {
            return false;
        }
        ServerSocket server = servers.get(step.actor());
        switch (verb) {
            case "connect", "dial" -> {
                int port = portOf(target(step.number()));
                return port > 0 && pending(port) < 2 && (me == null || me.getLocalPort() != port);
            }
            case "bindTo" -> {
                String target = target(step.number());
                return !reuseTouched && !target.equals(step.actor()) && isTaken(target);
            }
            default -> {
                // a listening socket hands its options on when a handshake is done, and not in the accept
                return server == null || !verb.startsWith("set") || pending(server.getLocalPort()) == 0;
            }
        }
    }

    /** Whether {@code target} has 127.0.0.1 at its port; whether an address is free that nobody here has, the whole machine decides. */
    private boolean isTaken(String target) {
        ServerSocket server = servers.get(target);
        if (server != null) {
            return server.isBound() && !server.isClosed() && covers(server.getInetAddress());
        }
        Socket bound = sockets.get(target);
        return bound != null
                && bound.isBound()
                && !bound.isConnected()
                && !bound.isClosed()
                && covers(bound.getLocalAddress());
    }

    private static boolean covers(InetAddress bound) {
        return bound.isAnyLocalAddress() || bound.equals(SocketVerbs.loopback(0).getAddress());
    }

    private int portOf(String actor) {
        if (servers.containsKey(actor)) {
            return servers.get(actor).getLocalPort();
        }
        return sockets.containsKey(actor) ? sockets.get(actor).getLocalPort() : -1;
    }

    private static String target(int number) {
        return TARGETS[number % TARGET_COUNT % TARGETS.length];
    }

    static boolean touchesReuse(SocketStep step) {
        return step.verb().name().toLowerCase().contains("reuse");
    }

    private int pending(int port) {
        return pending.getOrDefault(port, 0);
    }

    private int targetPort(int number) throws IOException {
        String target = target(number);
        return SERVERS.contains(target)
                ? server(target).getLocalPort()
                : socket(target).getLocalPort();
    }

    /** The address of a server that has one, so that it is found; else 127.0.0.1. */
    private InetAddress targetAddress(int number) throws IOException {
        String target = target(number);
        InetAddress bound = SERVERS.contains(target) ? server(target).getInetAddress() : null;
        return bound == null || bound.isAnyLocalAddress()
                ? SocketVerbs.loopback(0).getAddress()
                : bound;
    }

    // ---- bytes

    InputStream input(String actor) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return InputStream.nullInputStream();
        }
        InputStream known = inputs.get(actor);
        if (known == null) {
            known = socket.getInputStream();
            inputs.put(actor, known);
        }
        limit(socket);
        return known;
    }

    OutputStream output(String actor) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return OutputStream.nullOutputStream();
        }
        OutputStream known = outputs.get(actor);
        if (known == null) {
            known = socket.getOutputStream();
            outputs.put(actor, known);
        }
        return known;
    }

    private static void limit(Socket socket) throws IOException {
        try {
            if (socket.isConnected() && socket.getSoTimeout() == 0) {
                socket.setSoTimeout(1);
            }
        } catch (SocketException closed) {
            // and so it cannot wait
        }
    }

    /** Gets the streams, for uses of them that come after the socket gives none any more. */
    Object streams(String actor, int unused) throws IOException {
        input(actor);
        output(actor);
        return null;
    }

    Object read(String actor, int most) throws IOException {
        byte[] target = new byte[most];
        int count = input(actor).read(target);
        return count < 0 ? "eof" : text(target, count);
    }

    Object readPart(String actor, int length) throws IOException {
        byte[] target = new byte[10];
        int count = input(actor).read(target, 1, length);
        return count + " " + text(target, target.length);
    }

    Object readN(String actor, int count) throws IOException {
        byte[] read = input(actor).readNBytes(count);
        return text(read, read.length);
    }

    Object readAll(String actor, int unused) throws IOException {
        byte[] read = input(actor).readAllBytes();
        return text(read, read.length);
    }

    Object transferTo(String actor, int unused) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        long count = input(actor).transferTo(target);
        return count + " " + text(target.toByteArray(), target.size());
    }

    Object write(String actor, int count) throws IOException {
        output(actor).write(letters(actor, count));
        return null;
    }

    Object writeOne(String actor, int unused) throws IOException {
        output(actor).write(letters(actor, 1)[0]);
        return null;
    }

    Object writePart(String actor, int length) throws IOException {
        output(actor).write(letters(actor, 10), 1, length);
        return null;
    }

    Object flush(String actor, int unused) throws IOException {
        output(actor).flush();
        return null;
    }

    private byte[] letters(String actor, int count) {
        int first = written.merge(actor, count, Integer::sum) - count;
        byte[] letters = new byte[count];
        for (int i = 0; i < count; i++) {
            letters[i] = (byte) ('A' + (first + i) % 26);
        }
        return letters;
    }

    private static String text(byte[] bytes, int count) {
        String text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        return count <= 20 ? "'" + text + "'" : count + " bytes " + Integer.toHexString(text.hashCode());
    }

    // ---- ends

    Object closeInput(String actor, int unused) throws IOException {
        input(actor).close();
        return null;
    }

    Object closeOutput(String actor, int unused) throws IOException {
        output(actor).close();
        return null;
    }

    // ---- life

    Object bindSocket(String actor, int how) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return NOBODY;
        }
        socket.bind(bindable(how));
        return socket.getLocalSocketAddress();
    }

    Object bindServer(String actor, int how) throws IOException {
        ServerSocket server = server(actor);
        if (how == 1) {
            server.bind(bindable(0), 1);
        } else {
            server.bind(bindable(how), how - 3);
        }
        return server.getLocalSocketAddress();
    }

    private static InetAddress named(String name, InetAddress address) throws IOException {
        return InetAddress.getByAddress(name, address.getAddress());
    }

    private static SocketAddress bindable(int how) throws IOException {
        return switch (how) {
            case 0, 1 -> SocketVerbs.loopback(0);
            case 2 -> new InetSocketAddress(0);
            case 3 -> null;
            case 5 -> StreamBackend.address(TcpTable.isDualStack() ? "::1" : "127.0.0.1", 0);
            case 6 ->
                new InetSocketAddress(named("localhost", SocketVerbs.loopback(0).getAddress()), 0);
            default -> InetSocketAddress.createUnresolved("no.such.host", 5);
        };
    }

    Object bindSocketTo(String actor, int target) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return NOBODY;
        }
        socket.bind(SocketVerbs.loopback(targetPort(target)));
        return null;
    }

    Object bindServerTo(String actor, int target) throws IOException {
        server(actor).bind(SocketVerbs.loopback(targetPort(target)));
        return null;
    }

    Object connect(String actor, int target) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return NOBODY;
        }
        InetSocketAddress remote = new InetSocketAddress(targetAddress(target), targetPort(target));
        if (target < TARGET_COUNT) {
            socket.connect(remote);
        } else {
            socket.connect(remote, CONNECT_MILLIS);
        }
        connected(remote.getPort());
        keep(actor, socket);
        return null;
    }

    private void connected(int port) {
        pending.merge(port, 1, Integer::sum);
    }

    Object connectBadly(String actor, int how) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return NOBODY;
        }
        switch (how) {
            case 0 -> socket.connect(null);
            case 1 -> socket.connect(SocketVerbs.loopback(1), -1);
            case 2 -> socket.connect(InetSocketAddress.createUnresolved("no.such.host.invalid", 1));
            case 3 ->
                socket.connect(new SocketAddress() {
                    private static final long serialVersionUID = 1;
                });
            default -> socket.connect(SocketVerbs.loopback(0));
        }
        return null;
    }

    Object dial(String actor, int how) throws IOException {
        if (!DIALLERS.contains(actor)) {
            return NOBODY;
        }
        int port = targetPort(how);
        InetAddress host = targetAddress(how);
        Socket dialled = switch (how) {
            case 0 -> socketFactory.createSocket("localhost", port);
            case 1 -> socketFactory.createSocket(host, port);
            case 2 -> socketFactory.createSocket(host, port, host, 0);
            case 3 -> socketFactory.createSocket("127.0.0.1", port, null, 0);
            case 4 -> socketFactory.createSocket("localhost", -1);
            case 5 -> socketFactory.createSocket(host, 65_536);
            case 6 -> socketFactory.createSocket((String) null, port);
            case 7 -> socketFactory.createSocket((InetAddress) null, port);
            case 8 -> socketFactory.createSocket("localhost", port, null, -1);
            default -> socketFactory.createSocket(host, port, null, 65_536);
        };
        connected(port);
        keep(actor, dialled);
        return state(dialled);
    }

    Object serve(String actor, int how) throws IOException {
        InetAddress host = SocketVerbs.loopback(0).getAddress();
        ServerSocket server = keep(
                actor,
                switch (how) {
                    case 0 -> serverFactory.createServerSocket(0);
                    case 1 -> serverFactory.createServerSocket(0, 5);
                    case 2 -> serverFactory.createServerSocket(0, 0, host);
                    case 3 -> serverFactory.createServerSocket(0, -1, null);
                    case 4 -> serverFactory.createServerSocket(-1);
                    default -> serverFactory.createServerSocket(65_536, 5);
                });
        return state(server);
    }

    Object accept(String actor, int unused) throws IOException {
        ServerSocket server = server(actor);
        if (server.isBound() && !server.isClosed() && server.getSoTimeout() == 0) {
            server.setSoTimeout(1);
        }
        Socket accepted = server.accept();
        pending.merge(server.getLocalPort(), -1, Integer::sum);
        String name = sockets.containsKey("p") ? "q" : "p";
        keep(name, accepted);
        return name + " " + state(accepted);
    }

    // ---- what there is to see

    static String state(Socket socket) {
        String flags = (socket.isBound() ? "bound " : "")
                + (socket.isConnected() ? "connected " : "")
                + (socket.isClosed() ? "closed " : "")
                + (socket.isInputShutdown() ? "input-shut " : "")
                + (socket.isOutputShutdown() ? "output-shut " : "");
        return flags + socket + " from " + socket.getLocalAddress() + " " + socket.getLocalPort() + " = "
                + socket.getLocalSocketAddress() + " to " + socket.getInetAddress() + " " + socket.getPort() + " = "
                + socket.getRemoteSocketAddress() + " channel " + socket.getChannel();
    }

    static String state(ServerSocket server) {
        String flags = (server.isBound() ? "bound " : "") + (server.isClosed() ? "closed " : "");
        return flags + server + " at " + server.getInetAddress() + " " + server.getLocalPort() + " = "
                + server.getLocalSocketAddress() + " channel " + server.getChannel();
    }

    /** All there is to see at the end of a script. */
    String picture() {
        StringBuilder picture = new StringBuilder();
        for (List<String> actors : List.of(DIALLERS, ACCEPTED)) {
            for (String actor : actors) {
                Socket socket = sockets.get(actor);
                if (socket != null) {
                    picture.append("\n").append(actor).append(": ").append(state(socket));
                }
            }
        }
        for (String actor : SERVERS) {
            ServerSocket server = servers.get(actor);
            if (server != null) {
                picture.append("\n").append(actor).append(": ").append(state(server));
            }
        }
        return named(picture.toString());
    }

    /** The same with ports by name. */
    String named(String outcome) {
        DIALLERS.forEach(actor -> learn(sockets.get(actor)));
        ACCEPTED.forEach(actor -> learn(sockets.get(actor)));
        SERVERS.forEach(actor -> {
            ServerSocket server = servers.get(actor);
            if (server != null) {
                learn(server.getLocalPort());
            }
        });
        return PORT.matcher(outcome)
                .replaceAll(found -> ports.getOrDefault(Integer.valueOf(found.group()), found.group()));
    }

    private void learn(Socket socket) {
        if (socket != null) {
            learn(socket.getLocalPort());
        }
    }

    private void learn(int port) {
        if (port > 0) {
            ports.putIfAbsent(port, "port" + (ports.size() + 1));
        }
    }

    /** Returns when all that was sent has arrived; the kernel says so. In memory that is always so. */
    void settle() {
        if (network == null) {
            Spin.until(() -> TcpTable.read().isSettled(ports.keySet()), () -> "what was sent arrives: " + picture());
        }
    }

    /** Leaves the kernel with resets, so that few connections linger in its table. */
    @Override
    public void close() throws IOException {
        if (network != null) {
            network.shutdown();
            return;
        }
        for (Closeable resource : opened) {
            if (resource instanceof Socket socket && socket.isConnected() && !socket.isClosed()) {
                try {
                    socket.setSoLinger(true, 0);
                } catch (SocketException closed) {
                    // inside, where a connect failed
                }
            }
            resource.close();
        }
    }
}

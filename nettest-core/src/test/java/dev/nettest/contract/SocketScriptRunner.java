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
 * Runs a script of socket calls: on two sockets {@code a} and {@code b}, two server sockets {@code s} and {@code t},
 * and the accepted sockets {@code p} and {@code q}. The factories of the JDK or of a network create them; only {@code
 * java.net} methods are called. Outcomes name ports in the order in which they appear.
 */
final class SocketScriptRunner implements AutoCloseable {
    static final String ABSENT = "absent";
    static final List<String> CONNECTORS = List.of("a", "b");
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

    private SocketScriptRunner(Network network, SocketFactory socketFactory, ServerSocketFactory serverFactory) {
        this.network = network;
        this.socketFactory = socketFactory;
        this.serverFactory = serverFactory;
    }

    static SocketScriptRunner onLoopback() {
        return new SocketScriptRunner(null, SocketFactory.getDefault(), ServerSocketFactory.getDefault());
    }

    static SocketScriptRunner inMemory() {
        Network network = Network.create();
        return new SocketScriptRunner(
                network, NetworkSockets.socketFactory(network), NetworkSockets.serverSocketFactory(network));
    }

    // ---- actors

    /** Null for an accepted socket that does not exist yet. */
    Socket socket(String actor) throws IOException {
        Socket known = sockets.get(actor);
        if (known == null && CONNECTORS.contains(actor)) {
            known = register(actor, socketFactory.createSocket());
        }
        return known;
    }

    ServerSocket server(String actor) throws IOException {
        ServerSocket known = servers.get(actor);
        return known == null ? register(actor, serverFactory.createServerSocket()) : known;
    }

    private Socket register(String actor, Socket socket) throws IOException {
        opened.add(socket);
        sockets.put(actor, socket);
        inputs.remove(actor);
        outputs.remove(actor);
        if (socket.isConnected()) {
            socket.setTcpNoDelay(true); // so that a kernel sends each write at once
        }
        return socket;
    }

    private ServerSocket register(String actor, ServerSocket server) {
        opened.add(server);
        servers.put(actor, server);
        return server;
    }

    Object replace(String actor) throws IOException {
        return CONNECTORS.contains(actor) ? state(register(actor, socketFactory.createSocket())) : ABSENT;
    }

    Object replaceServer(String actor) throws IOException {
        return state(register(actor, serverFactory.createServerSocket()));
    }

    // ---- prediction, in memory only; it creates no actor

    /** True if a step will probably wait for its timeout. */
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
        boolean atEnd =
                connection.peer().isClosed() || connection.toString().matches(".*(CLOSE_WAIT|LAST_ACK|RESET).*");
        return switch (step.verb().name()) {
            case "read", "readOne", "readPart" -> !connection.isReadable();
            case "readN", "skip" -> !atEnd && connection.available() < step.number();
            case "readAll", "transferTo" -> !atEnd;
            default -> false;
        };
    }

    /** False for a step that waits forever, or depends on other processes of the machine. */
    boolean isDeterministic(SocketStep step, boolean reuseTouched) {
        String verb = step.verb().name();
        Socket me = sockets.get(step.actor());
        if (me == null && ACCEPTED.contains(step.actor())) {
            return false;
        }
        ServerSocket server = servers.get(step.actor());
        switch (verb) {
            case "connect", "create" -> {
                int port = portOf(target(step.number()));
                return port > 0 && pending(port) < 2;
            }
            case "bindTo" -> {
                String target = target(step.number());
                return !reuseTouched && !target.equals(step.actor()) && isTaken(target);
            }
            default -> {
                // an accepted socket inherits the options at its handshake, not at the accept
                return server == null || !verb.startsWith("set") || pending(server.getLocalPort()) == 0;
            }
        }
    }

    /** True if {@code target} occupies 127.0.0.1 at its port. A port unused here may be in use by another process. */
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

    /** The address that a server is bound to, if it has one; else 127.0.0.1. */
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
            // a closed socket does not wait
        }
    }

    /** Gets the streams, so that later steps can use them even if the socket refuses to return them. */
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
        return letters(written.merge(actor, count, Integer::sum) - count, count);
    }

    /** Letters of the alphabet, so that a lost or repeated byte shows. */
    static byte[] letters(int first, int count) {
        byte[] letters = new byte[count];
        for (int i = 0; i < count; i++) {
            letters[i] = (byte) ('A' + (first + i) % 26);
        }
        return letters;
    }

    /** The bytes in quotes, or the hash of many. */
    static String text(byte[] bytes, int count) {
        String text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        return count <= 20 ? "'" + text + "'" : count + " bytes " + Integer.toHexString(text.hashCode());
    }

    // ---- closing streams

    Object closeInput(String actor, int unused) throws IOException {
        input(actor).close();
        return null;
    }

    Object closeOutput(String actor, int unused) throws IOException {
        output(actor).close();
        return null;
    }

    // ---- binding, connecting, accepting

    Object bindSocket(String actor, int how) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return ABSENT;
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

    /** An address to bind, or one that cannot be bound. */
    static SocketAddress bindable(int how) throws IOException {
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
            return ABSENT;
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
            return ABSENT;
        }
        InetSocketAddress remote = new InetSocketAddress(targetAddress(target), targetPort(target));
        if (target < TARGET_COUNT) {
            socket.connect(remote);
        } else {
            socket.connect(remote, CONNECT_MILLIS);
        }
        connected(remote.getPort());
        register(actor, socket);
        return null;
    }

    private void connected(int port) {
        pending.merge(port, 1, Integer::sum);
    }

    Object connectBadly(String actor, int how) throws IOException {
        Socket socket = socket(actor);
        if (socket == null) {
            return ABSENT;
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

    Object create(String actor, int how) throws IOException {
        if (!CONNECTORS.contains(actor)) {
            return ABSENT;
        }
        int port = targetPort(how);
        InetAddress host = targetAddress(how);
        Socket created = switch (how) {
            case 0 -> socketFactory.createSocket("localhost", port);
            case 1 -> socketFactory.createSocket(host, port);
            case 2 -> socketFactory.createSocket(host, port, host, 0);
            case 3 -> socketFactory.createSocket("127.0.0.1", port, null, 0);
            case 4 -> socketFactory.createSocket("localhost", -1);
            case 5 -> socketFactory.createSocket(host, 65_536);
            case 6 -> socketFactory.createSocket((String) null, port);
            case 7 -> socketFactory.createSocket((InetAddress) null, port);
            case 8 -> socketFactory.createSocket("localhost", port, null, -1);
            case 10 -> socketFactory.createSocket("", port);
            case 11 -> socketFactory.createSocket("127.1", port);
            case 12 -> socketFactory.createSocket("2130706433", port);
            default -> socketFactory.createSocket(host, port, null, 65_536);
        };
        connected(port);
        register(actor, created);
        return state(created);
    }

    Object serve(String actor, int how) throws IOException {
        InetAddress host = SocketVerbs.loopback(0).getAddress();
        ServerSocket server = register(
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
        register(name, accepted);
        return name + " " + state(accepted);
    }

    // ---- state

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

    /** The state of all actors at the end of a script. */
    String finalState() {
        StringBuilder finalState = new StringBuilder();
        for (List<String> actors : List.of(CONNECTORS, ACCEPTED)) {
            for (String actor : actors) {
                Socket socket = sockets.get(actor);
                if (socket != null) {
                    finalState.append("\n").append(actor).append(": ").append(state(socket));
                }
            }
        }
        for (String actor : SERVERS) {
            ServerSocket server = servers.get(actor);
            if (server != null) {
                finalState.append("\n").append(actor).append(": ").append(state(server));
            }
        }
        return named(finalState.toString());
    }

    /** {@code outcome} with names in place of port numbers. */
    String named(String outcome) {
        CONNECTORS.forEach(actor -> nameUnknown(sockets.get(actor)));
        ACCEPTED.forEach(actor -> nameUnknown(sockets.get(actor)));
        SERVERS.forEach(actor -> {
            ServerSocket server = servers.get(actor);
            if (server != null) {
                nameUnknown(server.getLocalPort());
            }
        });
        return PORT.matcher(outcome)
                .replaceAll(found -> ports.getOrDefault(Integer.valueOf(found.group()), found.group()));
    }

    private void nameUnknown(Socket socket) {
        if (socket != null) {
            nameUnknown(socket.getLocalPort());
        }
    }

    private void nameUnknown(int port) {
        if (port > 0) {
            ports.putIfAbsent(port, "port" + (ports.size() + 1));
        }
    }

    /** Returns when the kernel has delivered everything that was sent. In memory that needs no wait. */
    void settle() {
        if (network == null) {
            PollingWait.until(
                    () -> TcpTable.read().isSettled(ports.keySet()), () -> "delivery of all bytes: " + finalState());
        }
    }

    /** Closes with resets, so that few connections linger in the kernel's table. */
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
                    // a failed connect closed it internally
                }
            }
            resource.close();
        }
    }
}

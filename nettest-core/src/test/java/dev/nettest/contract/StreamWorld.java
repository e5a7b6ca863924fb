package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stream sockets for a {@link ThreadedScript}: {@code a} and {@code p} are connected, {@code c} is not, {@code s} is a
 * server. Connects to a further server wait, because its backlog is full.
 */
class StreamWorld implements ThreadedWorld {
    static final int RECEIVE_BUFFER = 65_536;

    private static final List<String> ENDS = List.of("a", "p");
    private static final List<String> SOCKETS = List.of("a", "p", "c");
    private static final List<String> SERVER = List.of("s");
    private static final List<String> CONNECTOR = List.of("c");

    /** The verbs that send a segment. */
    private static final Set<String> SENDING =
            Set.of("write", "writeBig", "drain", "urgent", "shutdownOutput", "close", "reset", "connect", "connectNew");

    /** More than a kernel takes with these buffers. */
    private static final byte[] BIG = new byte[1 << 20];

    /** More than all small writes of a script. */
    private static final int ALWAYS_FITS = 1000;

    private static final int MOST_PENDING = 10;

    /** The timeout of a connect that times out. */
    private static final int FULL_MILLIS = 50;

    /** The timeout of a connect that need not wait: the JDK checks it before the connect, on a busy machine late. */
    private static final int CONNECT_MILLIS = 20_000;

    private static final int MILLIS = 3;

    private final SocketArm sockets;
    private final ServerSocket server;
    private final Map<String, Socket> actors = new HashMap<>();
    private final List<ThreadedVerb> verbs = new ArrayList<>();
    private final boolean onLoopback;

    /** Made when a script first needs it. */
    private ServerSocket full;

    // ---- the model

    /** Bytes that were written for an end and not read yet. */
    private final Map<String, Long> unread = new HashMap<>(Map.of("a", 0L, "p", 0L));

    /** Ends that got a part of a large write that failed: how much differs from system to system. */
    private final List<String> uncertain = new ArrayList<>();

    private int pending;

    /** True if something may be in flight since the last look at the kernel's table, which takes milliseconds. */
    private volatile boolean mayBeInFlight;

    StreamWorld(ThreadedArm arm) throws IOException {
        this(arm.sockets());
    }

    /** Uses the sockets of {@code sockets}, which {@code sockets} closes. */
    StreamWorld(SocketArm sockets) throws IOException {
        this.sockets = sockets;
        this.server = sockets.server();
        server.setReceiveBufferSize(RECEIVE_BUFFER);
        server.bind(StreamBackend.loopback(0));
        Socket client = sockets.socket();
        client.setReceiveBufferSize(RECEIVE_BUFFER);
        client.setSendBufferSize(RECEIVE_BUFFER);
        client.connect(server.getLocalSocketAddress());
        Socket accepted = sockets.acceptedBy(server);
        accepted.setSendBufferSize(RECEIVE_BUFFER);
        for (Socket socket : List.of(client, accepted)) {
            socket.setTcpNoDelay(true); // so that a kernel sends each write at once
            socket.setOOBInline(true);
        }
        actors.put("a", client);
        actors.put("p", accepted);
        actors.put("c", sockets.socket());
        this.onLoopback = sockets.isReal();
        addBytes();
        addEnds();
        addConnects();
        addServer();
        addSettings();
    }

    final Socket socket(String actor) {
        return actors.get(actor);
    }

    final ServerSocket server() {
        return server;
    }

    @Override
    public List<ThreadedVerb> verbs() {
        return verbs;
    }

    // ---- verbs

    private void addBytes() {
        int[] counts = {1, 2, 5};
        verbs.add(ThreadedVerb.of("read", ENDS, 30, counts, (me, n) -> read(me, n, 0)));
        verbs.add(ThreadedVerb.of("readTimed", ENDS, 10, counts, (me, n) -> read(me, n, MILLIS)));
        verbs.add(ThreadedVerb.of("write", ENDS, 20, new int[] {0, 1, 3, 10}, (me, n) -> write(me, new byte[n])));
        verbs.add(ThreadedVerb.of("writeBig", ENDS, 5, (me, n) -> write(me, BIG)));
        verbs.add(ThreadedVerb.of("drain", ENDS, 10, this::drain));
        verbs.add(ThreadedVerb.of("urgent", ENDS, 3, (me, n) -> {
            actors.get(me).sendUrgentData('u');
            return null;
        }));
        verbs.add(ThreadedVerb.of(
                "available", ENDS, 3, (me, n) -> actors.get(me).getInputStream().available()));
    }

    /** @param millis the timeout, 0 for none */
    Object read(String actor, int count, int millis) throws IOException {
        Socket socket = actors.get(actor);
        socket.setSoTimeout(millis);
        return socket.getInputStream().read(new byte[count]);
    }

    /** Anything but ok and null means that some bytes are not written. */
    Object write(String actor, byte[] bytes) throws IOException {
        actors.get(actor).getOutputStream().write(bytes);
        return null;
    }

    Object drain(String actor, int count) throws IOException {
        Socket socket = actors.get(actor);
        socket.setSoTimeout(0); // an earlier timeout could pass while the writer of the rest is not scheduled
        return socket.getInputStream().readNBytes(count).length;
    }

    private void addEnds() {
        verbs.add(ThreadedVerb.of("shutdownInput", SOCKETS, 3, (me, n) -> {
            shutdownInput(me);
            return null;
        }));
        verbs.add(ThreadedVerb.of("shutdownOutput", SOCKETS, 3, (me, n) -> {
            shutdownOutput(me);
            return null;
        }));
        verbs.add(ThreadedVerb.of("close", SOCKETS, 3, (me, n) -> {
            actors.get(me).close();
            return null;
        }));
        verbs.add(ThreadedVerb.of("reset", ENDS, 2, (me, n) -> {
            actors.get(me).setSoLinger(true, 0);
            actors.get(me).close();
            return null;
        }));
        verbs.add(ThreadedVerb.of("state", SOCKETS, 6, (me, n) -> state(actors.get(me))));
    }

    void shutdownInput(String actor) throws IOException {
        actors.get(actor).shutdownInput();
    }

    void shutdownOutput(String actor) throws IOException {
        actors.get(actor).shutdownOutput();
    }

    private void addConnects() {
        int[] whenFull = {0, 0, 0, 0, FULL_MILLIS};
        int[] timeouts = {0, 0, 0, 0, CONNECT_MILLIS};
        verbs.add(ThreadedVerb.of("connectFull", CONNECTOR, 12, whenFull, (me, n) -> connect(me, full, n)));
        verbs.add(ThreadedVerb.of("connect", CONNECTOR, 6, timeouts, (me, n) -> connect(me, server, n)));
        verbs.add(ThreadedVerb.of("bind", CONNECTOR, 3, (me, n) -> {
            actors.get(me).bind(StreamBackend.loopback(0));
            return null;
        }));
        verbs.add(ThreadedVerb.of("streams", CONNECTOR, 2, (me, n) -> {
            actors.get(me).getInputStream();
            actors.get(me).getOutputStream();
            return null;
        }));
        verbs.add(ThreadedVerb.of("urgentOfUnconnected", CONNECTOR, 1, (me, n) -> {
            actors.get(me).sendUrgentData('u');
            return null;
        }));
        verbs.add(ThreadedVerb.of("new", CONNECTOR, 5, (me, n) -> {
            actors.put(me, sockets.socket());
            return null;
        }));
    }

    private Object connect(String actor, ServerSocket target, int millis) throws IOException {
        try {
            connect(actor, new InetSocketAddress(target.getInetAddress(), target.getLocalPort()), millis);
            return null;
        } catch (java.net.SocketTimeoutException e) {
            return "timed out"; // without a text if the time passed before the connect began
        }
    }

    void connect(String actor, InetSocketAddress target, int millis) throws IOException {
        actors.get(actor).connect(target, millis);
    }

    private void addServer() {
        verbs.add(ThreadedVerb.of("accept", SERVER, 12, (me, n) -> accept(0)));
        verbs.add(ThreadedVerb.of("acceptTimed", SERVER, 6, (me, n) -> accept(MILLIS)));
        verbs.add(ThreadedVerb.of("connectNew", SERVER, 12, (me, n) -> {
            sockets.connectedTo(server);
            return null;
        }));
        verbs.add(ThreadedVerb.of("close", SERVER, 2, (me, n) -> {
            server.close();
            return null;
        }));
        verbs.add(ThreadedVerb.of("bind", SERVER, 1, (me, n) -> {
            server.bind(StreamBackend.loopback(0));
            return null;
        }));
        verbs.add(ThreadedVerb.of("state", SERVER, 3, (me, n) -> server.isBound() + " " + server.isClosed()));
        verbs.add(ThreadedVerb.of("setSoTimeout", SERVER, 2, new int[] {0, MILLIS}, (me, n) -> {
            server.setSoTimeout(n);
            return server.getSoTimeout();
        }));
    }

    Object accept(int millis) throws IOException {
        server.setSoTimeout(millis);
        sockets.acceptedBy(server);
        return "accepted";
    }

    private void addSettings() {
        verbs.add(ThreadedVerb.of("setSoTimeout", SOCKETS, 4, new int[] {0, MILLIS}, (me, n) -> {
            actors.get(me).setSoTimeout(n);
            return actors.get(me).getSoTimeout();
        }));
        verbs.add(ThreadedVerb.of("options", SOCKETS, 4, (me, n) -> {
            Socket socket = actors.get(me);
            socket.setKeepAlive(true);
            socket.setTrafficClass(8);
            return socket.getKeepAlive() + " " + socket.getReuseAddress() + " " + socket.getTrafficClass();
        }));
    }

    private static String state(Socket socket) {
        return (socket.isBound() ? "bound " : "")
                + (socket.isConnected() ? "connected " : "")
                + (socket.isClosed() ? "closed " : "")
                + (socket.isInputShutdown() ? "input-shut " : "")
                + (socket.isOutputShutdown() ? "output-shut " : "")
                + socket.getInetAddress()
                + (socket.getLocalPort() > 0);
    }

    // ---- the model

    private static String other(String end) {
        return end.equals("a") ? "p" : "a";
    }

    private boolean isOpen(String end) {
        return !actors.get(end).isClosed();
    }

    private static boolean isBusy(String actor, List<ThreadedCall> unfinished, String... verbs) {
        return unfinished.stream()
                .anyMatch(call -> call.step().actor().equals(actor)
                        && List.of(verbs).contains(call.step().verb().name()));
    }

    @Override
    public boolean isDeterministic(ThreadedStep step, List<ThreadedCall> unfinished) {
        String me = step.actor();
        return switch (step.verb().name()) {
            case "read", "readTimed" -> !uncertain.contains(me);
            case "write", "urgent" -> !uncertain.contains(me) || isOpen(other(me));
            case "available" -> !uncertain.contains(me) && unread.get(me) < ALWAYS_FITS;
            case "drain" ->
                !uncertain.contains(me)
                        && unread.get(me) > 0
                        && isOpen(me)
                        && isOpen(other(me))
                        && !actors.get(me).isInputShutdown()
                        && !isBusy(me, unfinished, "read", "readTimed", "drain");
            case "writeBig" ->
                isOpen(me)
                        && isOpen(other(me))
                        && !actors.get(other(me)).isInputShutdown()
                        && uncertain.isEmpty()
                        && unread.values().stream().allMatch(bytes -> bytes < ALWAYS_FITS);
            case "close", "reset" -> !ENDS.contains(me) || !mayMeetTheResetTwice(other(me), unfinished);
            case ThreadedScript.INTERRUPT ->
                ENDS.contains(me) ? !mayMeetTheResetTwice(other(me), unfinished) : !hasConnectBehind(me, unfinished);
            case "connectNew", "connect" -> pending < MOST_PENDING;
            case "new" ->
                unfinished.stream().noneMatch(call -> call.step().actor().equals(me));
            default -> true;
        };
    }

    /** True if a read and a write of {@code end} are blocked: only one of them would take the pending error. */
    private static boolean mayMeetTheResetTwice(String end, List<ThreadedCall> unfinished) {
        return isBusy(end, unfinished, "read", "readTimed", "drain")
                && isBusy(end, unfinished, "write", "writeBig", "urgent");
    }

    /**
     * True if a connect waits behind another one. The JDK frees the connect lock before it closes the socket of an
     * interrupted connect, so the second one finds either a connect in progress or a closed socket.
     */
    private static boolean hasConnectBehind(String actor, List<ThreadedCall> unfinished) {
        return unfinished.stream()
                        .filter(call -> call.step().actor().equals(actor)
                                && call.step().verb().name().startsWith("connect"))
                        .count()
                > 1;
    }

    @Override
    public int number(ThreadedStep step) {
        return step.verb().name().equals("drain") ? unread.get(step.actor()).intValue() : step.number();
    }

    private static int written(ThreadedStep step) {
        return switch (step.verb().name()) {
            case "write" -> step.number();
            case "writeBig" -> BIG.length;
            case "urgent" -> 1;
            default -> 0;
        };
    }

    @Override
    public void begins(ThreadedStep step) throws IOException {
        if (full == null && step.verb().name().equals("connectFull")) {
            full = sockets.fullServer();
        }
        mayBeInFlight |= SENDING.contains(step.verb().name());
        if (written(step) > 0) {
            unread.merge(other(step.actor()), (long) written(step), Long::sum);
        }
    }

    @Override
    public void ended(ThreadedCall call) {
        ThreadedStep step = call.step();
        boolean failed = !call.outcome().equals("ok");
        if (written(step) > 0 && failed) {
            unread.merge(other(step.actor()), (long) -written(step), Long::sum);
            if (step.verb().name().equals("writeBig")) {
                uncertain.add(other(step.actor()));
            }
        }
        switch (step.verb().name()) {
            case "read", "readTimed", "drain" -> {
                if (call.outcome().matches("\\d+")) {
                    unread.merge(step.actor(), -Long.parseLong(call.outcome()), Long::sum);
                }
            }
            default -> pending += queued(call);
        }
    }

    /** How many more connections wait at the server. */
    private static int queued(ThreadedCall call) {
        return switch (call.step().verb().name()) {
            case "connectNew", "connect" -> "ok".equals(call.outcome()) ? 1 : 0;
            case "accept", "acceptTimed" -> "accepted".equals(call.outcome()) ? -1 : 0;
            default -> 0;
        };
    }

    @Override
    public boolean isSettled(Collection<ThreadedCall> calls) {
        if (!onLoopback || !mayBeInFlight) {
            return true;
        }
        TcpTable table = TcpTable.read();
        boolean hasRoom = unread.values().stream().allMatch(bytes -> bytes < ALWAYS_FITS) && uncertain.isEmpty();
        Socket client = actors.get("a");
        Socket accepted = actors.get("p");
        boolean delivered = !hasRoom || table.isSettled(Set.of(client.getLocalPort(), accepted.getLocalPort()));
        int queued = pending + calls.stream().mapToInt(StreamWorld::queued).sum();
        boolean isSettled = delivered && (server.isClosed() || table.queued(server.getLocalPort()) == queued);
        mayBeInFlight = !isSettled;
        return isSettled;
    }

    @Override
    public String named(String outcome) {
        return outcome;
    }

    @Override
    public List<String> actors(List<ThreadedCall> unfinished) {
        return mayMeetTheResetTwice("p", unfinished) ? List.of("p", "a", "c", "s") : List.of("a", "p", "c", "s");
    }

    @Override
    public void closeActor(String actor) throws IOException {
        if (actor.equals("s")) {
            server.close();
            return;
        }
        Socket socket = actors.get(actor);
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException closed) {
            // it is closed already
        }
        socket.close();
    }

    @Override
    public void close() throws IOException {
        // the arm closes all sockets
    }
}

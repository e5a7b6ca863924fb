package dev.nettest.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Two connecting channels {@code a} and {@code b}, two server channels {@code s} and {@code t}, and the accepted
 * channels {@code p} and {@code q}. They are opened without blocking, but a step can change that.
 *
 * <p>The outcome of these steps depends on the time or on the machine, so they are {@linkplain #SKIPPED skipped} or do
 * not exist: a connect to a full backlog, to a closed port, or to the channel's own address; more unread bytes than a
 * window, and the sizes of a full buffer; reading {@code TCP_QUICKACK} and untouched buffer sizes of a connection; a
 * bind to a port that is free; a call in blocking mode that would wait.
 */
final class StreamChannelWorld extends ChannelWorld {
    static final List<String> CONNECTORS = List.of("a", "a", "b");
    static final List<String> ACCEPTED = List.of("p", "q");
    static final List<String> STREAMS = List.of("a", "a", "a", "a", "p", "p", "p", "p", "b", "q");
    static final List<String> SERVERS = List.of("s", "s", "s", "t");
    static final List<String> ALL = List.of("a", "a", "a", "p", "p", "p", "s", "b", "q", "t");

    private static final String[] TARGETS = {"s", "t", "refusing", "a", "b"};

    /** A window takes at least as many bytes. */
    private static final int MOST_WRITTEN = 30_000;

    /** A backlog of 1 takes as many connections. */
    private static final int MOST_PENDING = 2;

    private final Map<String, Integer> written = new HashMap<>();
    private final Map<Integer, Integer> pending = new HashMap<>();

    /** Bound, but not listening. */
    private final SocketChannel refusing;

    StreamChannelWorld(SocketArm arm) throws IOException {
        super(arm);
        refusing = name("refusing", provider().openSocketChannel());
        refusing.bind(StreamBackend.loopback(0));
    }

    static final class Kind implements ChannelScript.Kind<StreamChannelWorld> {
        private static final List<String> CONNECTING = List.of(
                "s.bind 0",
                "a.connect 0",
                "s.accept 0",
                "a.finishConnect",
                "a.registerAll",
                "p.registerAll",
                "s.registerAll",
                "x.selectNow");

        @Override
        public StreamChannelWorld world(SocketArm arm) throws IOException {
            return new StreamChannelWorld(arm);
        }

        @Override
        public List<ChannelVerb<StreamChannelWorld>> verbs() {
            return StreamChannelVerbs.ALL;
        }

        /** Most scripts open with a connection, the others with unconnected channels. */
        @Override
        public List<String> opening(Random random) {
            return switch (random.nextInt(4)) {
                case 0 -> CONNECTING.subList(0, random.nextInt(3));
                case 1 -> CONNECTING.subList(0, 2 + random.nextInt(6));
                default -> CONNECTING;
            };
        }
    }

    // ---- actors

    /** Null for an accepted channel that does not exist yet. */
    SocketChannel stream(String actor) throws IOException {
        return !exists(actor) && CONNECTORS.contains(actor) ? open(actor, false) : (SocketChannel) channel(actor);
    }

    SocketChannel open(String actor, boolean blocking) throws IOException {
        return prepared(name(actor, provider().openSocketChannel()), blocking);
    }

    private static SocketChannel prepared(SocketChannel channel, boolean blocking) throws IOException {
        channel.configureBlocking(blocking);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // so that a kernel sends each write at once
        return channel;
    }

    ServerSocketChannel server(String actor) throws IOException {
        return exists(actor) ? (ServerSocketChannel) channel(actor) : openServer(actor, false);
    }

    ServerSocketChannel openServer(String actor, boolean blocking) throws IOException {
        ServerSocketChannel server = name(actor, provider().openServerSocketChannel());
        server.configureBlocking(blocking);
        return server;
    }

    // ---- targets

    private static String target(int number) {
        return TARGETS[number % TARGETS.length];
    }

    /**
     * The address that a target occupies, also while its close is not finished; null if it is free, if its backlog is
     * full, or if it is that of {@code me}.
     */
    InetSocketAddress occupied(String me, int number) throws IOException {
        String name = target(number);
        SelectableChannel target = channel(name);
        if (target == null || name.equals(me) || !target.isOpen()) {
            return null;
        }
        int port = localPort(target);
        if (port == 0 || pending(port) >= MOST_PENDING) {
            return null;
        }
        InetAddress bound = target instanceof ServerSocketChannel server
                ? ((InetSocketAddress) server.getLocalAddress()).getAddress()
                : null;
        return new InetSocketAddress(
                bound == null || bound.isAnyLocalAddress()
                        ? SocketVerbs.loopback(0).getAddress()
                        : bound,
                port);
    }

    /**
     * Like {@link #occupied}. Null for a connected stream too: its port may be free once the connection has ended, and
     * in use by another process a moment later.
     */
    InetSocketAddress taken(String me, int number) throws IOException {
        SelectableChannel target = channel(target(number));
        boolean mayEnd =
                target instanceof SocketChannel stream && (stream.isConnected() || stream.isConnectionPending());
        return mayEnd ? null : occupied(me, number);
    }

    private int pending(int port) {
        return pending.getOrDefault(port, 0);
    }

    /** Counts a connection in the queue of the target. */
    void connected(InetSocketAddress remote) {
        pending.merge(remote.getPort(), 1, Integer::sum);
    }

    // ---- accepting

    boolean hasPending(String actor) throws IOException {
        return pending(localPort(server(actor))) > 0;
    }

    /** True if an accept would wait. */
    boolean acceptWaits(ServerSocketChannel server) {
        return server.isBlocking() && localPort(server) > 0 && pending(localPort(server)) == 0;
    }

    Object accept(String actor, boolean blocking) throws IOException {
        ServerSocketChannel server = server(actor);
        if (acceptWaits(server)) {
            return SKIPPED;
        }
        SocketChannel accepted = server.accept();
        return accepted == null ? "none" : accepted(server, accepted, blocking);
    }

    Object accepted(ServerSocketChannel server, SocketChannel channel, boolean blocking) throws IOException {
        pending.merge(localPort(server), -1, Integer::sum);
        String actor = exists("p") ? "q" : "p";
        String state = look(channel);
        prepared(name(actor, channel), blocking);
        return actor + " " + state;
    }

    // ---- bytes

    /** A read of the stream; {@link #ABSENT} without a stream, and {@link #SKIPPED} if it would wait. */
    @FunctionalInterface
    interface Read {
        long into(SocketChannel stream) throws IOException;
    }

    /** Reads into {@code targets}. */
    Object read(String actor, Read read, ByteBuffer... targets) throws IOException {
        SocketChannel stream = stream(actor);
        if (stream == null || readWaits(stream)) {
            return stream == null ? ABSENT : SKIPPED;
        }
        long count = read.into(stream);
        StringBuilder text = new StringBuilder(String.valueOf(count));
        for (ByteBuffer target : targets) {
            target.flip();
            byte[] bytes = new byte[target.remaining()];
            target.get(bytes);
            text.append(' ').append(SocketScriptRunner.text(bytes, bytes.length));
        }
        return text;
    }

    static boolean readWaits(SocketChannel stream) throws IOException {
        Socket socket = stream.socket();
        return stream.isBlocking()
                && stream.isOpen()
                && stream.isConnected()
                && !socket.isInputShutdown()
                && socket.getInputStream().available() == 0;
    }

    /** The next bytes of the actor; fewer if a window may not take them. */
    ByteBuffer letters(String actor, int count) {
        String name = nameOf(channel(actor));
        int first = written.getOrDefault(name, 0);
        int most = Math.min(count, MOST_WRITTEN - first);
        written.put(name, first + most);
        return ByteBuffer.wrap(SocketScriptRunner.letters(first, most));
    }

    // ---- state

    @Override
    String look(SelectableChannel channel) throws IOException {
        if (channel instanceof SocketChannel stream) {
            return common(stream)
                    + (stream.isConnected() ? "connected " : "")
                    + (stream.isConnectionPending() ? "pending " : "")
                    + stream + " from " + Outcome.of(stream::getLocalAddress) + " to "
                    + Outcome.of(stream::getRemoteAddress);
        }
        ServerSocketChannel server = (ServerSocketChannel) channel;
        return common(server) + server + " at " + Outcome.of(server::getLocalAddress);
    }

    @Override
    void settle() {
        if (isReal()) {
            PollingWait.until(this::isSettled, () -> "delivery of all bytes: " + finalState());
        }
    }

    private boolean isSettled() {
        TcpTable table = TcpTable.read();
        return table.isSettled(knownPorts())
                && List.of("s", "t").stream().filter(this::exists).allMatch(actor -> {
                    int port = localPort(channel(actor));
                    return port == 0 || table.queued(port) == pending(port);
                });
    }
}

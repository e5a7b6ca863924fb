package dev.nettest.contract;

import static dev.nettest.contract.ChannelWorld.SKIPPED;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** The options of stream channels, and the methods of their {@code java.net} adaptors. */
final class StreamAdaptorVerbs {
    private static final int[] NONE = {0};
    private static final int[] MILLIS = {-1, 0, 1};

    static final List<ChannelVerb<StreamChannelWorld>> ALL = all();

    private StreamAdaptorVerbs() {}

    private static List<ChannelVerb<StreamChannelWorld>> all() {
        List<ChannelVerb<StreamChannelWorld>> verbs = new ArrayList<>();
        addOptions(verbs);
        addSockets(verbs);
        addServers(verbs);
        return List.copyOf(verbs);
    }

    /** A call on a stream. */
    @FunctionalInterface
    interface OnStream {
        Object run(SocketChannel stream, int number) throws Exception;
    }

    static ChannelVerb<StreamChannelWorld> onStream(String name, int weight, int[] numbers, OnStream call) {
        return ChannelVerb.of(name, StreamChannelWorld.STREAMS, weight, numbers, (world, me, n) -> {
            SocketChannel stream = world.stream(me);
            return stream == null ? ChannelWorld.ABSENT : call.run(stream, n);
        });
    }

    private static ChannelVerb<StreamChannelWorld> onServer(String name, int weight, int[] numbers, ServerCall call) {
        return ChannelVerb.of(
                name, StreamChannelWorld.SERVERS, weight, numbers, (world, me, n) -> call.run(world.server(me), n));
    }

    /** A call on a server channel. */
    @FunctionalInterface
    private interface ServerCall {
        Object run(ServerSocketChannel server, int number) throws Exception;
    }

    private static void addOptions(List<ChannelVerb<StreamChannelWorld>> verbs) {
        for (SocketOption<?> option : SocketVerbs.OPTIONS) {
            String name = option.name();
            verbs.add(onStream(
                    "set-" + name, 1, SocketVerbs.VALUES, (stream, n) -> ChannelOptions.setAndGet(stream, option, n)));
            verbs.add(onStream("get-" + name, 1, NONE, (stream, n) -> stream.getOption(option)));
            verbs.add(onServer("get-" + name, 1, NONE, (server, n) -> server.getOption(option)));
        }
        for (SocketOption<Integer> size : List.of(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_SNDBUF)) {
            verbs.add(onStream(
                    "set-" + size.name(),
                    1,
                    SocketVerbs.SIZES,
                    (stream, n) -> ChannelOptions.setAndRestore(stream, size, n)));
            verbs.add(onServer(
                    "set-" + size.name(),
                    1,
                    SocketVerbs.SIZES,
                    (server, n) -> ChannelOptions.setAndRestore(server, size, n)));
        }
        verbs.add(onStream("supportedOptions", 1, NONE, (stream, n) -> SocketVerbs.names(stream.supportedOptions())));
        verbs.add(onServer("supportedOptions", 1, NONE, (server, n) -> SocketVerbs.names(server.supportedOptions())));
        verbs.add(ChannelVerb.of("setOption", StreamChannelWorld.SERVERS, 2, SocketVerbs.VALUES, (world, me, n) -> {
            // an accepted channel inherits the options at its handshake, not at the accept
            return world.hasPending(me)
                    ? SKIPPED
                    : ChannelOptions.setAndGet(
                            world.server(me), SocketVerbs.OPTIONS.get((n & 31) % SocketVerbs.OPTIONS.size()), n);
        }));
    }

    private static void addSockets(List<ChannelVerb<StreamChannelWorld>> verbs) {
        verbs.add(onSocket(
                "socket",
                6,
                NONE,
                (socket, n) -> SocketScriptRunner.state(socket) + " "
                        + (socket.getChannel().socket() == socket)));
        verbs.add(onSocket("socketOptions", 2, NONE, (socket, n) -> SocketVerbs.options(socket)));
        verbs.add(onSocket("socketSetSoTimeout", 2, MILLIS, (socket, n) -> {
            socket.setSoTimeout(n);
            return socket.getSoTimeout();
        }));
        verbs.add(onSocket("socketBind", 1, NONE, (socket, n) -> {
            socket.bind(StreamBackend.loopback(0));
            return socket.getLocalSocketAddress();
        }));
        verbs.add(onSocket(
                "socketStreams",
                2,
                NONE,
                (socket, n) -> (socket.getInputStream() == null) + " " + (socket.getOutputStream() == null)));
        verbs.add(onSocket(
                "socketAvailable",
                3,
                NONE,
                (socket, n) -> socket.getInputStream().available()));
        verbs.add(onSocket("socketShutdownInput", 1, NONE, (socket, n) -> {
            socket.shutdownInput();
            return socket.isInputShutdown();
        }));
        verbs.add(onSocket("socketShutdownOutput", 1, NONE, (socket, n) -> {
            socket.shutdownOutput();
            return socket.isOutputShutdown();
        }));
        verbs.add(onSocket("socketClose", 1, NONE, (socket, n) -> {
            socket.close();
            return socket.isClosed();
        }));
        verbs.add(onStream(
                "socketRead",
                6,
                new int[] {0, 1, 7},
                (stream, n) -> StreamChannelWorld.readWaits(stream) ? SKIPPED : read(stream.socket(), n)));
        verbs.add(ChannelVerb.of("socketWrite", StreamChannelWorld.STREAMS, 6, new int[] {0, 1, 7}, (world, me, n) -> {
            SocketChannel stream = world.stream(me);
            if (stream == null) {
                return ChannelWorld.ABSENT;
            }
            stream.socket().getOutputStream().write(world.letters(me, n).array());
            return null;
        }));
        verbs.add(ChannelVerb.of(
                "socketConnect", StreamChannelWorld.CONNECTORS, 4, new int[] {0, 1, 2}, (world, me, n) -> {
                    InetSocketAddress target = world.occupied(me, n);
                    if (target == null) {
                        return SKIPPED;
                    }
                    world.stream(me).socket().connect(target);
                    world.connected(target);
                    return null;
                }));
    }

    private static Object read(Socket socket, int count) throws IOException {
        byte[] target = new byte[count];
        int read = socket.getInputStream().read(target);
        return read < 0 ? "eof" : SocketScriptRunner.text(target, read);
    }

    private static ChannelVerb<StreamChannelWorld> onSocket(
            String name, int weight, int[] numbers, SocketVerb.OnSocket call) {
        return onStream(name, weight, numbers, (stream, n) -> call.run(stream.socket(), n));
    }

    private static void addServers(List<ChannelVerb<StreamChannelWorld>> verbs) {
        verbs.add(onServer(
                "socket",
                3,
                NONE,
                (server, n) -> SocketScriptRunner.state(server.socket()) + " " + (server.socket() == server.socket())));
        verbs.add(onServer("socketSetSoTimeout", 1, MILLIS, (server, n) -> {
            server.socket().setSoTimeout(n);
            return server.socket().getSoTimeout();
        }));
        verbs.add(onServer("socketBind", 1, NONE, (server, n) -> {
            server.socket().bind(StreamBackend.loopback(0));
            return server.socket().getLocalSocketAddress();
        }));
        verbs.add(ChannelVerb.of("socketAccept", StreamChannelWorld.SERVERS, 4, (world, me) -> {
            ServerSocketChannel server = world.server(me);
            if (world.acceptWaits(server) && server.socket().getSoTimeout() == 0) {
                server.socket().setSoTimeout(1);
            }
            return world.accepted(server, server.socket().accept().getChannel(), false);
        }));
        verbs.add(onServer("socketClose", 1, NONE, (server, n) -> {
            server.socket().close();
            return server.socket().isClosed();
        }));
    }
}

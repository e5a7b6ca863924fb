package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;

/** All methods that the scripts of {@link SocketScriptsTest} call. */
final class SocketVerbs {
    private static final int[] NONE = {0};
    private static final int[] FLAG = {0, 1};
    private static final int[] COUNTS = {0, 1, 2, 3, 7, 100, 5000};

    /** Values outside the range of ephemeral ports. */
    static final int[] VALUES = {-2, -1, 0, 1, 2, 5, 127, 128, 255, 256, 4096, 20_000, 32_767, 65_535, 70_000, 212_992};

    /** Sizes that an untuned kernel allows; it cuts larger ones. */
    static final int[] SIZES = {-1, 0, 1, 1000, 4096, 20_000, 65_536, 100_000, 212_992};

    /** The size that is set after each tried size, so that later writes fit. */
    static final int ROOMY = 212_992;

    private static final int[] MILLIS = {-1, 0, 1, 2};

    /** Without {@code TCP_QUICKACK}, which a kernel changes by itself, and without buffer sizes. */
    static final List<SocketOption<?>> OPTIONS = List.of(
            StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT,
            StandardSocketOptions.TCP_NODELAY,
            StandardSocketOptions.IP_TOS,
            StandardSocketOptions.SO_BROADCAST,
            StandardSocketOptions.IP_MULTICAST_TTL,
            ExtendedSocketOptions.TCP_KEEPIDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL,
            ExtendedSocketOptions.TCP_KEEPCOUNT,
            ExtendedSocketOptions.SO_INCOMING_NAPI_ID);

    /** The methods that bind, connect and accept. */
    static final List<SocketVerb> LIFE = life();

    static final List<SocketVerb> OF_SOCKETS = ofSockets();
    static final List<SocketVerb> OF_SERVERS = ofServers();

    private SocketVerbs() {}

    static SocketVerb ofSocket(String name) {
        return OF_SOCKETS.stream()
                .filter(verb -> verb.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static SocketVerb ofServer(String name) {
        return OF_SERVERS.stream()
                .filter(verb -> verb.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<SocketVerb> ofSockets() {
        List<SocketVerb> verbs = new ArrayList<>();
        addBytes(verbs);
        addEnds(verbs);
        verbs.addAll(LIFE);
        addSocketOptions(verbs);
        return List.copyOf(verbs);
    }

    private static void addBytes(List<SocketVerb> verbs) {
        verbs.add(SocketVerb.of("read", 40, COUNTS, SocketScriptRunner::read));
        verbs.add(SocketVerb.of(
                "readOne", 10, NONE, (runner, me, n) -> runner.input(me).read()));
        verbs.add(SocketVerb.of("readPart", 4, new int[] {-1, 0, 2, 9, 10, 11}, SocketScriptRunner::readPart));
        verbs.add(SocketVerb.of("readN", 3, COUNTS, SocketScriptRunner::readN));
        verbs.add(SocketVerb.of("readAll", 3, NONE, SocketScriptRunner::readAll));
        verbs.add(SocketVerb.of("transferTo", 2, NONE, SocketScriptRunner::transferTo));
        verbs.add(SocketVerb.of(
                "skip", 4, COUNTS, (runner, me, n) -> runner.input(me).skip(n)));
        verbs.add(SocketVerb.of(
                "available", 14, NONE, (runner, me, n) -> runner.input(me).available()));
        verbs.add(SocketVerb.of("write", 40, COUNTS, SocketScriptRunner::write));
        verbs.add(SocketVerb.of("writeOne", 8, NONE, SocketScriptRunner::writeOne));
        verbs.add(SocketVerb.of("writePart", 3, new int[] {-1, 0, 2, 9, 10, 11}, SocketScriptRunner::writePart));
        verbs.add(SocketVerb.of("streams", 4, NONE, SocketScriptRunner::streams));
        verbs.add(SocketVerb.of("flush", 1, NONE, SocketScriptRunner::flush));
        verbs.add(SocketVerb.onSocket("sendUrgentData", 12, new int[] {'x', 'y', 0, 255, 256, -1}, (socket, n) -> {
            socket.sendUrgentData(n);
            return null;
        }));
        verbs.add(SocketVerb.onSocket("setOOBInline", 4, FLAG, (socket, n) -> {
            socket.setOOBInline(n == 1);
            return socket.getOOBInline();
        }));
    }

    private static void addEnds(List<SocketVerb> verbs) {
        verbs.add(SocketVerb.onSocket("shutdownInput", 6, NONE, (socket, n) -> {
            socket.shutdownInput();
            return null;
        }));
        verbs.add(SocketVerb.onSocket("shutdownOutput", 8, NONE, (socket, n) -> {
            socket.shutdownOutput();
            return null;
        }));
        verbs.add(SocketVerb.onSocket("close", 6, NONE, (socket, n) -> {
            socket.close();
            return null;
        }));
        verbs.add(SocketVerb.of("closeInput", 2, NONE, SocketScriptRunner::closeInput));
        verbs.add(SocketVerb.of("closeOutput", 2, NONE, SocketScriptRunner::closeOutput));
        verbs.add(SocketVerb.onSocket("reset", 4, NONE, (socket, n) -> {
            socket.setSoLinger(true, 0);
            socket.close();
            return null;
        }));
        verbs.add(SocketVerb.onSocket("linger", 3, new int[] {-1, 0, 1, 65_535, 70_000}, (socket, n) -> {
            socket.setSoLinger(true, n);
            return socket.getSoLinger();
        }));
        verbs.add(SocketVerb.onSocket("lingerOff", 1, NONE, (socket, n) -> {
            socket.setSoLinger(false, 5);
            return socket.getSoLinger();
        }));
        verbs.add(SocketVerb.onSocket(
                "getInputStream", 3, NONE, (socket, n) -> socket.getInputStream() == socket.getInputStream()));
        verbs.add(SocketVerb.onSocket(
                "getOutputStream", 3, NONE, (socket, n) -> socket.getOutputStream() == socket.getOutputStream()));
        verbs.add(SocketVerb.onSocket("state", 12, NONE, (socket, n) -> SocketScriptRunner.state(socket)));
    }

    private static List<SocketVerb> life() {
        List<SocketVerb> verbs = new ArrayList<>();
        verbs.add(SocketVerb.of("new", 2, NONE, (runner, me, n) -> runner.replace(me)));
        verbs.add(SocketVerb.of("bind", 3, new int[] {0, 2, 3, 4, 5, 6}, SocketScriptRunner::bindSocket));
        verbs.add(SocketVerb.of("bindTo", 2, new int[] {0, 1, 2, 3}, SocketScriptRunner::bindSocketTo));
        verbs.add(SocketVerb.of("connect", 10, new int[] {0, 1, 2, 3, 10, 11, 12, 13}, SocketScriptRunner::connect));
        verbs.add(SocketVerb.of("connectBadly", 2, new int[] {0, 1, 2, 3, 4}, SocketScriptRunner::connectBadly));
        verbs.add(SocketVerb.of(
                "create", 3, new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, SocketScriptRunner::create));
        return List.copyOf(verbs);
    }

    private static void addSocketOptions(List<SocketVerb> verbs) {
        verbs.add(SocketVerb.onSocket("setSoTimeout", 2, MILLIS, (socket, n) -> {
            socket.setSoTimeout(n);
            return socket.getSoTimeout();
        }));
        verbs.add(SocketVerb.onSocket("getSoTimeout", 1, NONE, (socket, n) -> socket.getSoTimeout()));
        verbs.add(SocketVerb.onSocket("setTcpNoDelay", 1, FLAG, (socket, n) -> {
            socket.setTcpNoDelay(n == 1);
            return socket.getTcpNoDelay();
        }));
        verbs.add(SocketVerb.onSocket("setKeepAlive", 1, FLAG, (socket, n) -> {
            socket.setKeepAlive(n == 1);
            return socket.getKeepAlive();
        }));
        verbs.add(SocketVerb.onSocket("setReuseAddress", 1, FLAG, (socket, n) -> {
            socket.setReuseAddress(n == 1);
            return socket.getReuseAddress();
        }));
        verbs.add(SocketVerb.onSocket("setTrafficClass", 1, VALUES, (socket, n) -> {
            socket.setTrafficClass(n);
            return socket.getTrafficClass();
        }));
        verbs.add(SocketVerb.onSocket("setReceiveBufferSize", 1, SIZES, (socket, n) -> {
            socket.setReceiveBufferSize(n);
            int size = socket.getReceiveBufferSize();
            socket.setReceiveBufferSize(ROOMY);
            return size;
        }));
        verbs.add(SocketVerb.onSocket("setSendBufferSize", 1, SIZES, (socket, n) -> {
            socket.setSendBufferSize(n);
            int size = socket.getSendBufferSize();
            socket.setSendBufferSize(ROOMY);
            return size;
        }));
        verbs.add(SocketVerb.onSocket("setPerformancePreferences", 1, NONE, (socket, n) -> {
            socket.setPerformancePreferences(1, 2, 3);
            return null;
        }));
        verbs.add(SocketVerb.onSocket("getOptions", 2, NONE, (socket, n) -> options(socket)));
        verbs.add(SocketVerb.onSocket("supportedOptions", 1, NONE, (socket, n) -> names(socket.supportedOptions())));
        for (SocketOption<?> option : OPTIONS) {
            verbs.add(SocketVerb.onSocket(
                    "set-" + option.name(), 1, VALUES, (socket, n) -> setAndGet(socket, option, n)));
            verbs.add(SocketVerb.onSocket("get-" + option.name(), 1, NONE, (socket, n) -> socket.getOption(option)));
        }
    }

    private static List<SocketVerb> ofServers() {
        List<SocketVerb> verbs = new ArrayList<>();
        verbs.add(SocketVerb.of("new", 1, NONE, (runner, me, n) -> runner.replaceServer(me)));
        verbs.add(SocketVerb.of("bind", 20, new int[] {0, 0, 1, 2, 3, 4, 5, 6}, SocketScriptRunner::bindServer));
        verbs.add(SocketVerb.of("bindTo", 3, new int[] {0, 1, 2, 3}, SocketScriptRunner::bindServerTo));
        verbs.add(SocketVerb.of("serve", 3, new int[] {0, 1, 2, 3, 4, 5}, SocketScriptRunner::serve));
        verbs.add(SocketVerb.of("accept", 24, NONE, SocketScriptRunner::accept));
        verbs.add(SocketVerb.onServer("close", 3, NONE, (server, n) -> {
            server.close();
            return null;
        }));
        verbs.add(SocketVerb.onServer("state", 4, NONE, (server, n) -> SocketScriptRunner.state(server)));
        verbs.add(SocketVerb.onServer("setSoTimeout", 1, MILLIS, (server, n) -> {
            server.setSoTimeout(n);
            return server.getSoTimeout();
        }));
        verbs.add(SocketVerb.onServer("getSoTimeout", 1, NONE, (server, n) -> server.getSoTimeout()));
        verbs.add(SocketVerb.onServer("setReuseAddress", 1, FLAG, (server, n) -> {
            server.setReuseAddress(n == 1);
            return server.getReuseAddress();
        }));
        verbs.add(SocketVerb.onServer("getReuseAddress", 1, NONE, (server, n) -> server.getReuseAddress()));
        verbs.add(SocketVerb.onServer("setReceiveBufferSize", 1, SIZES, (server, n) -> {
            server.setReceiveBufferSize(n);
            int size = server.getReceiveBufferSize();
            server.setReceiveBufferSize(ROOMY);
            return size;
        }));
        verbs.add(SocketVerb.onServer("setPerformancePreferences", 1, NONE, (server, n) -> {
            server.setPerformancePreferences(1, 2, 3);
            return null;
        }));
        verbs.add(SocketVerb.onServer("supportedOptions", 1, NONE, (server, n) -> names(server.supportedOptions())));
        for (SocketOption<?> option : OPTIONS) {
            verbs.add(SocketVerb.onServer(
                    "set-" + option.name(), 1, VALUES, (server, n) -> setAndGet(server, option, n)));
            verbs.add(SocketVerb.onServer("get-" + option.name(), 1, NONE, (server, n) -> server.getOption(option)));
        }
        return List.copyOf(verbs);
    }

    static String options(Socket socket) throws IOException {
        return List.of(
                        socket.getTcpNoDelay(),
                        socket.getKeepAlive(),
                        socket.getOOBInline(),
                        socket.getReuseAddress(),
                        socket.getSoLinger(),
                        socket.getTrafficClass())
                .toString();
    }

    static String names(Set<SocketOption<?>> options) {
        return options.stream().map(SocketOption::name).sorted().collect(Collectors.joining(" "));
    }

    private static <T> Object setAndGet(Socket socket, SocketOption<T> option, int number) throws IOException {
        socket.setOption(option, value(option, number));
        return socket.getOption(option);
    }

    private static <T> Object setAndGet(ServerSocket server, SocketOption<T> option, int number) throws IOException {
        server.setOption(option, value(option, number));
        return server.getOption(option);
    }

    static <T> T value(SocketOption<T> option, int number) {
        return option.type().cast(option.type() == Boolean.class ? (Object) (number % 2 != 0) : (Object) number);
    }

    static InetSocketAddress loopback(int port) {
        return StreamBackend.loopback(port);
    }
}

package dev.nettest.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets of one host by name, driven by commands in text. A command and its {@link Outcome} can cross the border of a
 * process, so the same test drives sockets of a network namespace and sockets in memory.
 */
final class SocketCommands {
    private final SocketFactory sockets;
    private final ServerSocketFactory servers;
    private final Consumer<Socket> awaitReset;
    private final Map<String, Socket> connected = new ConcurrentHashMap<>();
    private final Map<String, ServerSocket> listening = new ConcurrentHashMap<>();

    /** @param awaitReset waits until an expected reset has arrived at a socket */
    SocketCommands(SocketFactory sockets, ServerSocketFactory servers, Consumer<Socket> awaitReset) {
        this.sockets = sockets;
        this.servers = servers;
        this.awaitReset = awaitReset;
    }

    /** Runs one command; the first word is its verb, the second the name of a socket. */
    String run(String command) {
        List<String> words = List.of(command.split(" "));
        return Outcome.of(() -> run(words.get(0), words.get(1), words.subList(2, words.size())));
    }

    private Object run(String verb, String name, List<String> words) throws IOException {
        return switch (verb) {
            case "listen" -> listen(name, words.get(0), number(words, 1));
            case "accept" -> keep(name, listening.get(words.get(0)).accept());
            case "connect" -> connect(name, words.get(0), number(words, 1));
            default -> run(verb, connected.get(name), words);
        };
    }

    private String run(String verb, Socket socket, List<String> words) throws IOException {
        switch (verb) {
            case "read" -> {
                return Outcome.bytes(socket.getInputStream().read(new byte[number(words, 0)]));
            }
            case "drain" -> {
                return String.valueOf(socket.getInputStream().readAllBytes().length);
            }
            case "readFully" -> {
                return String.valueOf(socket.getInputStream().readNBytes(number(words, 0)).length);
            }
            case "awaitAvailable" ->
                PollingWait.until(
                        () -> available(socket) >= number(words, 0), () -> words.get(0) + " bytes are available");
            case "awaitReset" -> awaitReset.accept(socket);
            case "write" -> socket.getOutputStream().write(new byte[number(words, 0)]);
            case "shutdownOutput" -> socket.shutdownOutput();
            case "close" -> socket.close();
            case "readTimeout" -> socket.setSoTimeout(number(words, 0));
            case "linger" -> socket.setSoLinger(true, number(words, 0));
            case "keepAlive" -> {
                socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, number(words, 0));
                socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, number(words, 1));
                socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, number(words, 2));
                socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            }
            default -> throw new IllegalArgumentException("no such command: " + verb);
        }
        return "ok";
    }

    private static int available(Socket socket) {
        try {
            return socket.getInputStream().available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String listen(String name, String address, int port) throws IOException {
        ServerSocket server = servers.createServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(address, port));
        listening.put(name, server);
        return "ok";
    }

    private String connect(String name, String address, int port) throws IOException {
        Socket socket = sockets.createSocket();
        socket.connect(new InetSocketAddress(address, port));
        return keep(name, socket);
    }

    private String keep(String name, Socket socket) {
        connected.put(name, socket);
        return "ok";
    }

    private static int number(List<String> words, int index) {
        return Integer.parseInt(words.get(index));
    }
}

package dev.nettest.socket;

import dev.nettest.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Shared by the tests of this package: a server on localhost, and two connected sockets. */
final class Sockets {
    private Sockets() {}

    /** A connected socket and the accepted one. */
    record Pair(Socket client, Socket server) {}

    static InetSocketAddress localhost(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static ServerSocket serverOn(Network network) throws IOException {
        return NetworkSockets.serverSocketFactory(network)
                .createServerSocket(0, 50, localhost(0).getAddress());
    }

    static Pair pairOn(Network network) throws IOException {
        try (ServerSocket server = serverOn(network)) {
            Socket client = NetworkSockets.socketFactory(network).createSocket("localhost", server.getLocalPort());
            return new Pair(client, server.accept());
        }
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The result of one read. */
    static String read(Socket socket) throws IOException {
        byte[] target = new byte[1024];
        int count = socket.getInputStream().read(target);
        return count < 0 ? "<end>" : new String(target, 0, count, StandardCharsets.ISO_8859_1);
    }
}

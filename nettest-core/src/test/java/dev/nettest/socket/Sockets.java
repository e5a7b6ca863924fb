package dev.nettest.socket;

import dev.nettest.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** What the tests of this package share: a server on localhost, and two sockets that are connected. */
final class Sockets {
    private Sockets() {}

    /** A dialled socket, and the one that was accepted. */
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

    /** What one read gives. */
    static String read(Socket socket) throws IOException {
        byte[] target = new byte[1024];
        int count = socket.getInputStream().read(target);
        return count < 0 ? "<end>" : new String(target, 0, count, StandardCharsets.ISO_8859_1);
    }
}

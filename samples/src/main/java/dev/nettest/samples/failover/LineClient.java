package dev.nettest.samples.failover;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.SocketFactory;

/** Asks a server one line at a time over a kept connection. If that is broken, it connects to the name again. */
public final class LineClient implements Closeable {

    private final SocketFactory sockets;
    private final String host;
    private final int port;
    private Socket socket;
    private BufferedReader replies;

    public LineClient(SocketFactory sockets, String host, int port) {
        this.sockets = sockets;
        this.host = host;
        this.port = port;
    }

    /** Sends a line and returns the server's reply. */
    public String ask(String line) throws IOException {
        if (socket != null) {
            try {
                return askConnected(line);
            } catch (IOException broken) {
                close();
            }
        }
        socket = sockets.createSocket(host, port);
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        return askConnected(line);
    }

    private String askConnected(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        String reply = replies.readLine();
        if (reply == null) {
            throw new EOFException("no reply to " + line);
        }
        return reply;
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}

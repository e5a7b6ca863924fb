package dev.nettest.samples.recipes;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/** A small FTP client in active mode. The server connects to a port of the client for each file. */
final class FtpClient implements Closeable {

    private final ServerSocketFactory servers;
    private final InetAddress local;
    private final Socket control;
    private final BufferedReader replies;

    FtpClient(SocketFactory sockets, ServerSocketFactory servers, String host) throws IOException {
        this.servers = servers;
        control = sockets.createSocket(host, 21);
        control.setSoTimeout(30_000);
        local = control.getLocalAddress();
        replies = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
        expect("220");
    }

    /** The content of a file. */
    String retrieve(String file) throws IOException {
        try (ServerSocket server = servers.createServerSocket(0, 1, local)) {
            server.setSoTimeout(20_000);
            int port = server.getLocalPort();
            String address = local.getHostAddress().replace('.', ',');
            command("PORT " + address + "," + port / 256 + "," + port % 256, "200");
            command("RETR " + file, "150");
            String content;
            try (Socket data = server.accept()) {
                content = new String(data.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            }
            expect("226");
            return content;
        }
    }

    private void command(String line, String code) throws IOException {
        control.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        expect(code);
    }

    private void expect(String code) throws IOException {
        String reply = replies.readLine();
        if (reply == null || !reply.startsWith(code)) {
            throw new IOException("expected " + code + ", got " + reply);
        }
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}

package dev.nettest.samples.junit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import javax.net.SocketFactory;

// snippet: junit-mailbox
/** The code under test: a POP3 client that knows only {@code java.net}. */
record Mailbox(SocketFactory sockets, String host) {
    int count() throws IOException {
        try (Socket socket = sockets.createSocket(host, 110)) {
            socket.setSoTimeout(30_000);
            BufferedReader replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            replies.readLine(); // the greeting
            socket.getOutputStream().write("STAT\r\n".getBytes(US_ASCII));
            return Integer.parseInt(replies.readLine().split(" ")[1]);
        }
    }
}
// end snippet

package dev.nettest.samples.junit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nettest.Connection;
import dev.nettest.ConnectionHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

// snippet: junit-script
/** A POP3 server with this reply to every command. */
record Script(String reply) implements ConnectionHandler {
    @Override
    public void handle(Connection connection) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(connection.inputStream(), US_ASCII));
        connection.outputStream().write("+OK ready\r\n".getBytes(US_ASCII));
        while (commands.readLine() != null) {
            connection.outputStream().write((reply + "\r\n").getBytes(US_ASCII));
        }
    }
}
// end snippet

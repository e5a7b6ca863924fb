package dev.nettest.samples.recipes;

import dev.nettest.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The part of a MySQL server that the driver needs to connect: it answers each command with success. */
final class MySqlScript {

    private static final int CAPABILITIES = 0x0008_a20d; // protocol 4.1, transactions, plug-in authentication, database

    private MySqlScript() {}

    static void run(Connection client, Duration waitTimeout) throws IOException {
        client.readTimeout(waitTimeout);
        try {
            send(client, 0, greeting());
            int sequence = receive(client.inputStream());
            while (sequence >= 0) {
                send(client, sequence + 1, new byte[] {0, 0, 0, 2, 0, 0, 0}); // OK, autocommit
                sequence = receive(client.inputStream());
            }
        } catch (SocketTimeoutException idle) {
            // the server closes an idle connection
        }
    }

    private static byte[] greeting() {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(10); // the protocol's version
        packet.writeBytes("8.0.0\0".getBytes(StandardCharsets.US_ASCII));
        packet.writeBytes(new byte[] {1, 0, 0, 0}); // the connection's identifier
        packet.writeBytes("abcdefgh\0".getBytes(StandardCharsets.US_ASCII));
        packet.write(CAPABILITIES);
        packet.write(CAPABILITIES >> 8);
        packet.write(45); // utf8mb4
        packet.writeBytes(new byte[] {2, 0}); // autocommit
        packet.write(CAPABILITIES >> 16);
        packet.write(CAPABILITIES >> 24);
        packet.write(21); // the length of the scramble
        packet.writeBytes(new byte[10]);
        packet.writeBytes("ijklmnopqrst\0mysql_native_password\0".getBytes(StandardCharsets.US_ASCII));
        return packet.toByteArray();
    }

    private static void send(Connection client, int sequence, byte[] payload) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.writeBytes(new byte[] {(byte) payload.length, 0, 0, (byte) sequence});
        packet.writeBytes(payload);
        client.outputStream().write(packet.toByteArray());
    }

    /** The sequence number of the next packet; negative at the end. */
    private static int receive(InputStream input) throws IOException {
        byte[] head = input.readNBytes(4);
        if (head.length < 4) {
            return -1;
        }
        input.readNBytes((head[0] & 0xff) + ((head[1] & 0xff) << 8));
        return head[3];
    }
}

package dev.nettest.socket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One direction of a TLS connection: its handshake messages in the clear, and the records behind them (RFC 8446). */
final class TlsMessages {

    static final int CLIENT_HELLO = 1;
    static final int SERVER_HELLO = 2;
    static final int NEW_SESSION_TICKET = 4;
    static final int SERVER_KEY_EXCHANGE = 12;
    static final int SERVER_HELLO_DONE = 14;
    static final int CLIENT_KEY_EXCHANGE = 16;
    static final int FINISHED = 20;

    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;

    private static final int RECORD_HEADER = 5;

    /** A handshake message with its header. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(int type, byte[] bytes) {

        /** The content behind the header. */
        ByteBuffer body() {
            return ByteBuffer.wrap(bytes).position(4).slice();
        }
    }

    /** The fields of a hello message that the secrets depend on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Hello(byte[] random, int suite, Map<Integer, ByteBuffer> extensions) {}

    /** The messages in the clear. */
    final List<Message> messages;

    /** The encrypted records of TLS 1.3, each with its header. */
    final List<byte[]> encrypted = new ArrayList<>();

    TlsMessages(byte[] stream) {
        ByteArrayOutputStream clear = new ByteArrayOutputStream();
        boolean open = true;
        ByteBuffer in = ByteBuffer.wrap(stream);
        while (in.remaining() >= RECORD_HEADER) {
            int type = in.get(in.position());
            int length = RECORD_HEADER + (in.getShort(in.position() + 3) & 0xFFFF);
            if (in.remaining() < length) {
                break;
            }
            byte[] entry = new byte[length];
            in.get(entry);
            open &= type == HANDSHAKE;
            if (open) {
                clear.write(entry, RECORD_HEADER, length - RECORD_HEADER);
            } else if (type == APPLICATION_DATA) {
                encrypted.add(entry);
            }
        }
        messages = split(clear.toByteArray());
    }

    /** The complete messages in {@code bytes}. */
    static List<Message> split(byte[] bytes) {
        List<Message> messages = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= 4) {
            int length = 4 + (in.getInt(in.position()) & 0xFFFFFF);
            if (in.remaining() < length) {
                break;
            }
            byte[] message = new byte[length];
            in.get(message);
            messages.add(new Message(message[0], message));
        }
        return messages;
    }

    boolean startsWith(int type) {
        return !messages.isEmpty() && messages.get(0).type() == type;
    }

    /** The first message, a hello. A client offers several suites; its {@code suite} is the first of them. */
    Hello hello() {
        boolean client = startsWith(CLIENT_HELLO);
        ByteBuffer in = messages.get(0).body();
        in.getShort(); // the version
        byte[] random = bytes(in, 32);
        bytes(in, in.get() & 0xFF); // the session
        ByteBuffer suites = ByteBuffer.wrap(bytes(in, client ? in.getShort() & 0xFFFF : 2));
        bytes(in, client ? in.get() & 0xFF : 1); // the compression
        Map<Integer, ByteBuffer> extensions = new HashMap<>();
        if (in.remaining() >= 2) {
            in.getShort();
        }
        while (in.remaining() >= 4) {
            int type = in.getShort() & 0xFFFF;
            extensions.put(type, ByteBuffer.wrap(bytes(in, in.getShort() & 0xFFFF)));
        }
        return new Hello(random, suites.getShort() & 0xFFFF, extensions);
    }

    static byte[] bytes(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }
}

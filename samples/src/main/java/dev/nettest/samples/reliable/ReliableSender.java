package dev.nettest.samples.reliable;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends messages over UDP so that each arrives once and in order. It numbers them, and retransmits each with a doubling
 * timeout until it is acknowledged. For one thread.
 */
public final class ReliableSender implements Closeable {

    private static final Duration FIRST_TIMEOUT = Duration.ofMillis(200);

    /** The maximum number of transmissions of a message. */
    private static final int ATTEMPTS = 8;

    private static final class Outstanding {
        private final DatagramPacket packet;
        private int attempts;
        private Instant due;

        Outstanding(DatagramPacket packet) {
            this.packet = packet;
        }
    }

    private final DatagramSocket socket;
    private final Clock clock;
    private final Map<Integer, Outstanding> unacknowledged = new TreeMap<>();
    private final byte[] buffer = new byte[Message.MAX_SIZE];
    private int next;
    private int retransmissions;

    /** @param socket connected to the socket of a {@link ReliableReceiver}; this sender closes it */
    public ReliableSender(DatagramSocket socket, Clock clock) {
        this.socket = socket;
        this.clock = clock;
    }

    /**
     * Sends a message; waits while the window is full.
     *
     * @throws SocketTimeoutException if a message was sent eight times without an acknowledgement
     */
    public void send(byte[] message) throws IOException {
        if (message.length > Message.MAX_SIZE - Message.HEADER) {
            throw new IllegalArgumentException("message too long: " + message.length);
        }
        while (!unacknowledged.isEmpty() && next - oldest() >= ReliableReceiver.WINDOW) {
            await();
        }
        Outstanding sent = new Outstanding(new Message(Message.Kind.DATA, next, message).packet());
        unacknowledged.put(next, sent);
        next++;
        transmit(sent);
    }

    /** Waits until all messages are acknowledged. Throws like {@link #send}. */
    public void flush() throws IOException {
        while (!unacknowledged.isEmpty()) {
            await();
        }
    }

    private int oldest() {
        return unacknowledged.keySet().iterator().next();
    }

    private void transmit(Outstanding message) throws IOException {
        socket.send(message.packet);
        message.due = clock.instant().plus(FIRST_TIMEOUT.multipliedBy(1L << message.attempts));
        message.attempts++;
    }

    /** Waits for an acknowledgement, or retransmits the messages that are due. */
    private void await() throws IOException {
        Instant due = unacknowledged.values().stream()
                .map(message -> message.due)
                .min(Instant::compareTo)
                .orElseThrow();
        long millis = Duration.between(clock.instant(), due).toMillis();
        if (millis <= 0) {
            retransmit();
            return;
        }
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.setSoTimeout((int) millis);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException noAcknowledgement) {
            retransmit();
            return;
        }
        Message.of(packet)
                .filter(message -> message.kind() == Message.Kind.ACKNOWLEDGEMENT)
                .ifPresent(message -> unacknowledged.remove(message.number()));
    }

    private void retransmit() throws IOException {
        Instant now = clock.instant();
        for (Iterator<Map.Entry<Integer, Outstanding>> all =
                        unacknowledged.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Integer, Outstanding> entry = all.next();
            Outstanding message = entry.getValue();
            if (message.due.isAfter(now)) {
                continue;
            }
            if (message.attempts == ATTEMPTS) {
                throw new SocketTimeoutException("message " + entry.getKey() + " was sent " + ATTEMPTS + " times");
            }
            retransmissions++;
            transmit(message);
        }
    }

    /** The number of retransmissions of all messages. */
    public int retransmissions() {
        return retransmissions;
    }

    @Override
    public void close() {
        socket.close();
    }
}

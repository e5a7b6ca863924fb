package dev.nettest.socket;

import dev.nettest.socket.TlsMessages.Hello;
import dev.nettest.socket.TlsMessages.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The secrets of one connection of TLS 1.3, by the key schedule of RFC 8446, section 7.1. */
final class Tls13 {

    private static final byte[] NOTHING = {};
    private static final int TLS_AES_256_GCM_SHA384 = 0x1302;
    private static final int PRE_SHARED_KEY = 41;

    /** Takes the lines of a key log. */
    interface Lines {
        void add(String label, byte[] clientRandom, byte[] secret);
    }

    private final TlsMessages client;
    private final TlsMessages server;
    private final Map<ByteBuffer, byte[]> tickets;
    private final Hello asked;
    private final Hello answered;
    private final TlsSecrets secrets;
    private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();

    /** @param tickets the keys of sessions that this connection may resume; it adds its own */
    Tls13(TlsMessages client, TlsMessages server, Map<ByteBuffer, byte[]> tickets) {
        this.client = client;
        this.server = server;
        this.tickets = tickets;
        this.asked = client.hello();
        this.answered = server.hello();
        this.secrets = new TlsSecrets(answered.suite(), answered.suite() == TLS_AES_256_GCM_SHA384);
    }

    /** @param shared the secret of the key exchange */
    void log(byte[] shared, Lines lines) throws GeneralSecurityException {
        byte[] resumed = resumed();
        if (resumed == null) {
            return;
        }
        byte[] early = secrets.mac(secrets.zeros(), resumed);
        byte[] handshake = secrets.mac(secrets.derive(early, "derived", NOTHING), shared);
        transcript.writeBytes(client.messages.get(0).bytes());
        transcript.writeBytes(server.messages.get(0).bytes());
        byte[] ofClient = derive(handshake, "c hs traffic");
        byte[] ofServer = derive(handshake, "s hs traffic");
        lines.add("CLIENT_HANDSHAKE_TRAFFIC_SECRET", asked.random(), ofClient);
        lines.add("SERVER_HANDSHAKE_TRAFFIC_SECRET", asked.random(), ofServer);
        int records = addFlight(ofServer, server);
        if (records > 0) {
            byte[] master = secrets.mac(secrets.derive(handshake, "derived", NOTHING), secrets.zeros());
            byte[] data = derive(master, "s ap traffic");
            lines.add("CLIENT_TRAFFIC_SECRET_0", asked.random(), derive(master, "c ap traffic"));
            lines.add("SERVER_TRAFFIC_SECRET_0", asked.random(), data);
            if (addFlight(ofClient, client) > 0) {
                addTickets(derive(master, "res master"), data, records);
            }
        }
    }

    private byte[] derive(byte[] secret, String label) throws GeneralSecurityException {
        return secrets.derive(secret, label, transcript.toByteArray());
    }

    /** The key of the session that is resumed; zeros for a new session; null if it is not known. */
    private byte @Nullable [] resumed() {
        ByteBuffer selected = answered.extensions().get(PRE_SHARED_KEY);
        ByteBuffer offered = asked.extensions().get(PRE_SHARED_KEY);
        if (selected == null || offered == null) {
            return secrets.zeros();
        }
        offered.getShort();
        byte[] ticket = NOTHING;
        for (int i = selected.getShort(); i >= 0; i--) {
            ticket = TlsMessages.bytes(offered, offered.getShort() & 0xFFFF);
            offered.getInt(); // the age
        }
        return tickets.get(ByteBuffer.wrap(ticket));
    }

    /**
     * Adds the encrypted messages up to the Finished to the transcript.
     *
     * @return the number of their records; 0 if the Finished is missing
     */
    private int addFlight(byte[] secret, TlsMessages from) throws GeneralSecurityException {
        ByteArrayOutputStream flight = new ByteArrayOutputStream();
        for (int i = 0; i < from.encrypted.size(); i++) {
            byte[] clear = secrets.decrypt(secret, i, from.encrypted.get(i));
            int end = end(clear);
            if (end < 0 || clear[end] != TlsMessages.HANDSHAKE) {
                return 0;
            }
            flight.write(clear, 0, end);
            List<Message> messages = TlsMessages.split(flight.toByteArray());
            if (!messages.isEmpty() && messages.get(messages.size() - 1).type() == TlsMessages.FINISHED) {
                messages.forEach(message -> transcript.writeBytes(message.bytes()));
                return i + 1;
            }
        }
        return 0;
    }

    /** The index of the type, which is behind the content and before the padding; negative if there is none. */
    private static int end(byte[] clear) {
        int end = clear.length - 1;
        while (end > 0 && clear[end] == 0) {
            end--;
        }
        return end;
    }

    /** Notes the tickets that the server sends before its first data. */
    private void addTickets(byte[] resumption, byte[] secret, int from) throws GeneralSecurityException {
        for (int i = from; i < server.encrypted.size(); i++) {
            byte[] clear = secrets.decrypt(secret, i - from, server.encrypted.get(i));
            int end = end(clear);
            if (end < 0 || clear[end] != TlsMessages.HANDSHAKE) {
                return;
            }
            for (Message message : TlsMessages.split(clear)) {
                if (message.type() == TlsMessages.NEW_SESSION_TICKET) {
                    ByteBuffer in = message.body();
                    in.getLong(); // the lifetime and the age
                    byte[] nonce = TlsMessages.bytes(in, in.get() & 0xFF);
                    byte[] ticket = TlsMessages.bytes(in, in.getShort() & 0xFFFF);
                    byte[] key = secrets.expand(resumption, "resumption", nonce, secrets.zeros().length);
                    tickets.put(ByteBuffer.wrap(ticket), key);
                }
            }
        }
    }
}

package dev.nettest.socket;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceSocket;
import dev.nettest.socket.TlsMessages.Hello;
import dev.nettest.socket.TlsMessages.Message;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * Computes the secrets of TLS connections from their bytes and from the private keys of their handshakes, in the format
 * of NSS key logs (draft-ietf-tls-keylogfile).
 */
final class TlsKeyLog {

    private static final String GROUP = "X25519";
    private static final int GROUP_CODE = 0x001D;
    private static final int KEY = 32;

    /** The public key of the private key 1, which gives the public key of each other (RFC 7748, 4.1). */
    private static final BigInteger BASE = BigInteger.valueOf(9);

    private static final int EXTENDED_MASTER_SECRET = 23;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int KEY_SHARE = 51;

    /** The suites of TLS 1.2 with ECDHE and SHA-384. */
    private static final Set<Integer> SHA384 = Set.of(0xC024, 0xC028, 0xC02C, 0xC030);

    /** The private keys by their public keys in hexadecimal digits. */
    private final Map<String, PrivateKey> keys = new HashMap<>();

    /** The keys of the sessions that can be resumed, by their tickets. */
    private final Map<ByteBuffer, byte[]> tickets = new HashMap<>();

    private final StringBuilder log = new StringBuilder();

    private TlsKeyLog(List<byte[]> drawn) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance(GROUP);
        for (byte[] bytes : drawn) {
            PrivateKey key = factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, bytes));
            keys.put(HexFormat.of().formatHex(agree(key, BASE)), key);
        }
    }

    /** @param drawn the random numbers of the contexts, some of which are private keys */
    static String of(Trace trace, List<byte[]> drawn) throws GeneralSecurityException {
        TlsKeyLog log = new TlsKeyLog(drawn);
        Map<Long, ByteArrayOutputStream> streams = new TreeMap<>();
        Set<Long> truncated = new HashSet<>();
        for (TraceEvent event : trace.events()) {
            if (event instanceof TraceEvent.Written written
                    && written.socket().kind() == TraceSocket.Kind.CONNECTION
                    && !truncated.contains(written.socket().id())) {
                if (written.payload().isTruncated()) {
                    truncated.add(written.socket().id()); // what follows has no beginning
                }
                streams.computeIfAbsent(written.socket().id(), none -> new ByteArrayOutputStream())
                        .writeBytes(written.payload().bytes());
            }
        }
        for (Map.Entry<Long, ByteArrayOutputStream> stream : streams.entrySet()) {
            ByteArrayOutputStream back = streams.get(stream.getKey() ^ 1);
            TlsMessages client = new TlsMessages(stream.getValue().toByteArray());
            if (back != null && client.startsWith(TlsMessages.CLIENT_HELLO)) {
                log.add(client, new TlsMessages(back.toByteArray()));
            }
        }
        return log.log.toString();
    }

    private void add(TlsMessages client, TlsMessages server) {
        if (!server.startsWith(TlsMessages.SERVER_HELLO)) {
            return;
        }
        try {
            if (server.hello().extensions().containsKey(SUPPORTED_VERSIONS)) {
                addTls13(client, server);
            } else {
                addTls12(client, server);
            }
        } catch (BufferUnderflowException | GeneralSecurityException e) {
            // bytes that a fault changed, or something else than TLS
        }
    }

    private void line(String label, byte[] random, byte[] secret) {
        HexFormat hex = HexFormat.of();
        log.append(label).append(' ').append(hex.formatHex(random)).append(' ');
        log.append(hex.formatHex(secret)).append('\n');
    }

    // ---- TLS 1.3

    private void addTls13(TlsMessages client, TlsMessages server) throws GeneralSecurityException {
        byte[] shared = shared(
                clientShare(client.hello()), share(server.hello().extensions().get(KEY_SHARE)));
        if (shared != null) {
            new Tls13(client, server, tickets).log(shared, this::line);
        }
    }

    private static byte @Nullable [] clientShare(Hello hello) {
        ByteBuffer shares = hello.extensions().get(KEY_SHARE);
        if (shares == null) {
            return null;
        }
        shares.getShort();
        while (shares.hasRemaining()) {
            ByteBuffer start = shares.slice();
            shares.getShort();
            TlsMessages.bytes(shares, shares.getShort() & 0xFFFF);
            byte[] key = share(start);
            if (key != null) {
                return key;
            }
        }
        return null;
    }

    /** The key of a share; null if it is not of the group. */
    private static byte @Nullable [] share(@Nullable ByteBuffer share) {
        return share == null || share.getShort() != GROUP_CODE || share.getShort() != KEY
                ? null
                : TlsMessages.bytes(share, KEY);
    }

    // ---- TLS 1.2

    private void addTls12(TlsMessages client, TlsMessages server) throws GeneralSecurityException {
        Hello asked = client.hello();
        Hello answered = server.hello();
        ByteArrayOutputStream transcript = new ByteArrayOutputStream();
        transcript.writeBytes(client.messages.get(0).bytes());
        byte[] serverKey = null;
        for (Message message : server.messages) {
            transcript.writeBytes(message.bytes());
            if (message.type() == TlsMessages.SERVER_KEY_EXCHANGE) {
                ByteBuffer in = message.body();
                boolean named = in.get() == 3 && in.getShort() == GROUP_CODE && in.get() == KEY;
                serverKey = named ? TlsMessages.bytes(in, KEY) : null;
            }
            if (message.type() == TlsMessages.SERVER_HELLO_DONE) {
                break; // a session ticket comes later
            }
        }
        for (Message message : client.messages.subList(1, client.messages.size())) {
            transcript.writeBytes(message.bytes());
            if (message.type() == TlsMessages.CLIENT_KEY_EXCHANGE) {
                ByteBuffer in = message.body();
                byte[] shared = shared(in.get() == KEY ? TlsMessages.bytes(in, KEY) : null, serverKey);
                if (shared != null) {
                    line("CLIENT_RANDOM", asked.random(), master(asked, answered, shared, transcript.toByteArray()));
                }
                return;
            }
        }
    }

    private static byte[] master(Hello asked, Hello answered, byte[] shared, byte[] transcript)
            throws GeneralSecurityException {
        TlsSecrets secrets = new TlsSecrets(answered.suite(), SHA384.contains(answered.suite()));
        if (answered.extensions().containsKey(EXTENDED_MASTER_SECRET)) {
            return secrets.master(shared, "extended master secret", secrets.digest(transcript));
        }
        byte[] randoms = ByteBuffer.allocate(64)
                .put(asked.random())
                .put(answered.random())
                .array();
        return secrets.master(shared, "master secret", randoms);
    }

    // ---- X25519

    /** The secret that both sides share; null if the private key of neither is known. */
    private byte @Nullable [] shared(byte @Nullable [] client, byte @Nullable [] server)
            throws GeneralSecurityException {
        if (client == null || server == null) {
            return null;
        }
        PrivateKey ofClient = keys.get(HexFormat.of().formatHex(client));
        PrivateKey ofServer = keys.get(HexFormat.of().formatHex(server));
        if (ofClient != null) {
            return agree(ofClient, coordinate(server));
        }
        return ofServer == null ? null : agree(ofServer, coordinate(client));
    }

    private static byte[] agree(PrivateKey key, BigInteger coordinate) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(GROUP);
        agreement.init(key);
        agreement.doPhase(
                KeyFactory.getInstance(GROUP)
                        .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate)),
                true);
        return agreement.generateSecret();
    }

    /** The number in little-endian order. */
    private static BigInteger coordinate(byte[] key) {
        byte[] reversed = new byte[KEY];
        for (int i = 0; i < KEY; i++) {
            reversed[i] = key[KEY - 1 - i];
        }
        reversed[0] &= 0x7F;
        return new BigInteger(1, reversed);
    }
}

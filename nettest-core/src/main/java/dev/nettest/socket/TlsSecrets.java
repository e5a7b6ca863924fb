package dev.nettest.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The functions from which TLS derives its secrets: RFC 8446, section 7.1, and RFC 5246, section 5. */
final class TlsSecrets {

    private static final int TLS_AES_128_GCM_SHA256 = 0x1301;
    private static final int TLS_CHACHA20_POLY1305_SHA256 = 0x1303;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int RECORD_HEADER = 5;
    private static final int MASTER_SECRET = 48;

    private final int suite;
    private final String hash;
    private final int size;

    /** @param sha384 true for SHA-384, false for SHA-256 */
    TlsSecrets(int suite, boolean sha384) {
        this.suite = suite;
        this.hash = sha384 ? "384" : "256";
        this.size = sha384 ? 48 : 32;
    }

    /** As many zeros as a hash has bytes. */
    byte[] zeros() {
        return new byte[size];
    }

    byte[] digest(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-" + hash).digest(bytes);
    }

    byte[] mac(byte[] key, byte[]... parts) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA" + hash);
        mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    // ---- TLS 1.3

    /** Derive-Secret. */
    byte[] derive(byte[] secret, String label, byte[] transcript) throws GeneralSecurityException {
        return expand(secret, label, digest(transcript), size);
    }

    /** HKDF-Expand-Label, for at most one hash. */
    byte[] expand(byte[] secret, String label, byte[] context, int length) throws GeneralSecurityException {
        byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer info = ByteBuffer.allocate(5 + name.length + context.length);
        info.putShort((short) length).put((byte) name.length).put(name);
        info.put((byte) context.length).put(context).put((byte) 1);
        return Arrays.copyOf(mac(secret, info.array()), length);
    }

    /** Decrypts the record with this number. The last byte of the result that is not zero is its type. */
    byte[] decrypt(byte[] trafficSecret, long number, byte[] encrypted) throws GeneralSecurityException {
        byte[] key = expand(trafficSecret, "key", new byte[0], suite == TLS_AES_128_GCM_SHA256 ? 16 : 32);
        byte[] iv = expand(trafficSecret, "iv", new byte[0], NONCE);
        ByteBuffer nonce = ByteBuffer.wrap(iv);
        nonce.putLong(NONCE - Long.BYTES, nonce.getLong(NONCE - Long.BYTES) ^ number);
        boolean chacha = suite == TLS_CHACHA20_POLY1305_SHA256;
        Cipher cipher = Cipher.getInstance(chacha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, chacha ? "ChaCha20" : "AES"),
                chacha ? new IvParameterSpec(iv) : new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(encrypted, 0, RECORD_HEADER);
        return cipher.doFinal(encrypted, RECORD_HEADER, encrypted.length - RECORD_HEADER);
    }

    // ---- TLS 1.2

    /** The master secret: PRF with a label and a seed. */
    byte[] master(byte[] premaster, String label, byte[] seed) throws GeneralSecurityException {
        byte[] name = label.getBytes(StandardCharsets.US_ASCII);
        byte[] chain = mac(premaster, name, seed);
        byte[] first = mac(premaster, chain, name, seed);
        byte[] next = mac(premaster, mac(premaster, chain), name, seed);
        byte[] all = Arrays.copyOf(first, first.length + next.length);
        System.arraycopy(next, 0, all, first.length, next.length);
        return Arrays.copyOf(all, MASTER_SECRET);
    }
}

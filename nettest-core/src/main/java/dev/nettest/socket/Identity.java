package dev.nettest.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nettest.socket.Certificates.Signer;
import dev.nettest.socket.Certificates.Validity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/** A private key and its certificate: of an authority, a server or a client. */
final class Identity {

    private static final char[] NO_PASSWORD = {};

    /** The columns of a line in PEM (RFC 7468, 2). */
    private static final int PEM_COLUMNS = 64;

    private final String name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    /** From the certificate to that of the authority. */
    private final List<X509Certificate> chain;

    private Identity(String name, KeyPair keys, X509Certificate certificate, List<X509Certificate> chain) {
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
        this.chain = chain;
    }

    static Identity authority(String name, Validity validity) throws GeneralSecurityException {
        KeyPair keys = newKeys();
        X509Certificate certificate =
                Certificates.ofAuthority(new Signer(name, keys.getPublic(), keys.getPrivate()), validity);
        return new Identity(name, keys, certificate, List.of(certificate));
    }

    /** An identity for {@code names} with a certificate that this authority has signed. */
    Identity sign(List<String> names, Validity validity) throws GeneralSecurityException {
        KeyPair own = newKeys();
        X509Certificate signed = Certificates.of(
                new Signer(name, keys.getPublic(), keys.getPrivate()), names, own.getPublic(), validity);
        return new Identity(names.get(0), own, signed, List.of(signed, certificate));
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    // ---- as the classes of the JDK

    PrivateKey key() {
        return keys.getPrivate();
    }

    List<X509Certificate> chain() {
        return chain;
    }

    KeyStore keyStore(String alias, char[] password) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setKeyEntry(alias, key(), password, chain.toArray(X509Certificate[]::new));
        return store;
    }

    X509ExtendedKeyManager keyManager() throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keyStore("own", NO_PASSWORD), NO_PASSWORD);
        for (KeyManager manager : factory.getKeyManagers()) {
            if (manager instanceof X509ExtendedKeyManager keyManager) {
                return keyManager;
            }
        }
        throw new IllegalStateException("the JDK has no X.509 key manager");
    }

    /** A key store that contains the certificate and no key. */
    KeyStore trustStore(String alias) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setCertificateEntry(alias, certificate);
        return store;
    }

    /** A trust manager that trusts this authority only. */
    X509TrustManager trustManager() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trustStore("authority"));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) {
                return trust;
            }
        }
        throw new IllegalStateException("the JDK has no X.509 trust manager");
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new AssertionError("an empty key store reads nothing", e);
        }
        return store;
    }

    // ---- as PEM

    String chainPem() throws GeneralSecurityException {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate part : chain) {
            pem.append(pem("CERTIFICATE", part.getEncoded()));
        }
        return pem.toString();
    }

    String keyPem() {
        return pem("PRIVATE KEY", key().getEncoded());
    }

    private static String pem(String label, byte[] bytes) {
        Base64.Encoder encoder = Base64.getMimeEncoder(PEM_COLUMNS, "\n".getBytes(US_ASCII));
        return "-----BEGIN " + label + "-----\n" + encoder.encodeToString(bytes) + "\n-----END " + label + "-----\n";
    }
}

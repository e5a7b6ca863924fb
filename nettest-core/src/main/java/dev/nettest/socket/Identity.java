package dev.nettest.socket;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** One side of TLS: a key and its self-signed certificate. */
final class Identity {

    private static final char[] NO_PASSWORD = {};

    private final PrivateKey key;
    private final X509Certificate certificate;

    private Identity(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    static Identity selfSigned(List<String> names) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        try {
            return new Identity(keys.getPrivate(), Certificates.selfSigned(keys, names));
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "TestTls makes certificates with BouncyCastle, which is missing: add"
                            + " org.bouncycastle:bcpkix-jdk18on (1.87 was tried) to the dependencies of the tests",
                    missing);
        }
    }

    SSLContext contextThatTrusts(Identity other) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore store = emptyStore();
        store.setKeyEntry("own", key, NO_PASSWORD, new X509Certificate[] {certificate});
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {other.trust()}, null);
        return context;
    }

    /** A trust manager that trusts this identity only. */
    X509TrustManager trust() {
        try {
            KeyStore store = emptyStore();
            store.setCertificateEntry("other", certificate);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    return trust;
                }
            }
            throw new IllegalStateException("the JDK has no X.509 trust manager");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no trust manager for " + certificate.getSubjectX500Principal(), e);
        }
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
}

package dev.nettest.samples.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.socket.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key stores and PEM files, for servers with a TLS of their own. */
class TlsFilesTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    void aServerTakesAKeyStoreOrPem(@TempDir Path directory) throws Exception {
        // snippet: junit-tls-files
        TestTls tls = TestTls.selfSigned("api.test");

        KeyStore keys = tls.keyStore(PASSWORD); // PKCS #12, for LDAP servers or Netty
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(managers.getKeyManagers(), null, null);

        Path key = Files.writeString(directory.resolve("server.key"), tls.privateKeyPem()); // for gRPC
        Path chain = Files.writeString(directory.resolve("server.crt"), tls.certificatesPem());
        Path authority = Files.writeString(directory.resolve("ca.crt"), tls.authorityPem()); // what clients trust
        // end snippet

        assertThat(server.getServerSessionContext()).isNotNull();
        assertThat(key).content().startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(chain).content().endsWith(Files.readString(authority));
    }
}

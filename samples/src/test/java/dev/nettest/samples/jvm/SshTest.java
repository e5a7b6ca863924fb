package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.AbstractCommandSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-ssh
/** Server and client of Apache MINA SSHD. Both use the asynchronous channels of NIO.2. */
@JvmNetworkTest
class SshTest {

    private final SshServer server = SshServer.setUpDefaultServer();
    private final SshClient client = SshClient.setUpDefaultClient();

    private static class Echo extends AbstractCommandSupport {

        Echo(String command) {
            super(command, null);
        }

        @Override
        public void run() {
            try {
                getOutputStream().write(getCommand().getBytes());
                getOutputStream().flush();
                onExit(0);
            } catch (IOException e) {
                onExit(1, e.getMessage());
            }
        }
    }

    @BeforeEach
    void start(Claim claim) throws Exception {
        claim.host("ssh");
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair key = keys.generateKeyPair();
        server.setHost(claim.address(1));
        server.setPort(22);
        server.setKeyPairProvider(KeyPairProvider.wrap(key));
        server.setPasswordAuthenticator((user, password, session) -> password.equals("secret"));
        server.setCommandFactory((channel, command) -> new Echo(command));
        server.start();
        client.setServerKeyVerifier((session, address, offered) -> offered.equals(key.getPublic()));
        client.start();
    }

    @AfterEach
    void stop() throws IOException {
        client.stop();
        server.stop(true);
    }

    private ClientSession login(Claim claim) throws IOException {
        ClientSession session =
                client.connect("ada", claim.address(1), 22).verify().getSession();
        session.addPasswordIdentity("secret");
        session.auth().verify();
        return session;
    }

    @Test
    void runsACommand(Claim claim) throws Exception {
        try (ClientSession session = login(claim)) {
            assertThat(session.executeRemoteCommand("hello")).isEqualTo("hello");
        }
    }

    @Test
    void oneWrongBitEndsTheSession(Claim claim, Network network) throws Exception {
        try (ClientSession session = login(claim)) {
            network.awaitListening(claim.address(1) + ":22")
                    .faults()
                    .read(Fault.corrupt().afterBytes(8).once());

            assertThatThrownBy(() -> session.executeRemoteCommand("hello")).isInstanceOf(IOException.class);
        }
    }
}
// end snippet

package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.net.InetAddress;
import java.util.Properties;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-ldap
/** LDAP over JNDI, with the directory server of the UnboundID SDK. */
@JvmNetworkTest
class LdapNamingTest {

    private InMemoryDirectoryServer directory;

    @BeforeEach
    void serve(Claim claim) throws Exception {
        claim.host("ldap");
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=shop");
        InetAddress address = InetAddress.getByName(claim.address(1));
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("ldap", address, 389, null));
        directory = new InMemoryDirectoryServer(config);
        directory.add("dn: dc=shop", "objectClass: domain", "description: pianos");
        directory.startListening();
    }

    @AfterEach
    void stop() {
        directory.shutDown(true);
    }

    private static DirContext connect(Claim claim) throws NamingException {
        Properties settings = new Properties();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        settings.put(Context.PROVIDER_URL, "ldap://" + claim.address(1));
        return new InitialDirContext(settings);
    }

    @Test
    void findsAnEntry(Claim claim) throws Exception {
        DirContext context = connect(claim);

        assertThat(context.getAttributes("dc=shop").get("description").get()).isEqualTo("pianos");
        context.close();
    }

    @Test
    void failsIfTheServerResetsInsideAnAnswer(Claim claim, Network network) throws Exception {
        DirContext context = connect(claim);
        network.awaitListening(claim.address(1) + ":389")
                .faults()
                .write(Fault.reset().afterBytes(10));

        assertThatThrownBy(() -> context.getAttributes("dc=shop")).isInstanceOf(NamingException.class);
        context.close();
    }
}
// end snippet

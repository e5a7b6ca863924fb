package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.net.InetAddress;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** JNDI's LDAP client and the in-memory server of UnboundID. Both have threads of their own: the system's clock. */
@ExtendWith(NetworkExtension.class)
class LdapTest {

    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    // snippet: recipe-ldap
    private DirContext connect(Network network) throws Exception {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        settings.put(Context.PROVIDER_URL, "ldap://10.0.0.3 ldap://10.0.0.4"); // tried in this order
        settings.put("java.naming.ldap.factory.socket", ThreadSockets.class.getName());
        SocketFactory sockets = NetworkSockets.socketFactory(network, connections::add);
        return ThreadSockets.with(sockets, () -> new InitialDirContext(settings));
    }

    private static InMemoryDirectoryServer serve(Network network, String address) throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=test");
        config.setListenerConfigs(new InMemoryListenerConfig(
                address, InetAddress.getByName(address), 389, NetworkSockets.serverSocketFactory(network), null, null));
        InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        server.add("dn: dc=test", "objectClass: domain", "dc: test", "description: " + address);
        server.startListening();
        return server;
    }

    @Test
    void theSecondServerAnswersWhileTheFirstIsDown(Network network) throws Exception {
        InMemoryDirectoryServer second = serve(network, "10.0.0.4");

        DirContext directory = connect(network); // 10.0.0.3 refuses
        assertThat(answeredBy(directory)).isEqualTo("10.0.0.4");

        directory.close();
        second.shutDown(true);
    }
    // end snippet

    @Test
    void aContextDoesNotSurviveAReset(Network network) throws Exception {
        InMemoryDirectoryServer first = serve(network, "10.0.0.3");
        DirContext directory = connect(network);
        assertThat(answeredBy(directory)).isEqualTo("10.0.0.3");

        connections.get(0).peer().reset();

        assertThatThrownBy(() -> answeredBy(directory)).isInstanceOf(CommunicationException.class);
        first.shutDown(true);
    }

    private static Object answeredBy(DirContext directory) throws NamingException {
        return directory.getAttributes("dc=test").get("description").get();
    }
}

package dev.nettest.samples.allowlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients with any source address, without such a network interface. */
@ExtendWith(NetworkExtension.class)
class AllowListTest {

    private final AllowList allowList = new AllowList(
            List.of(AddressRange.of("10.0.0.0/8"), AddressRange.of("2001:db8::/32")),
            (client, input, output) -> output.write('!'));

    private Listener listener;

    @BeforeEach
    void startServer(Network network) throws Exception {
        listener = network.listen("*:443");
        Server server = new Server(allowList, network.newExecutor(), Duration.ZERO);
        network.executor().submit(() -> server.run(InMemory.acceptor(listener)));
    }

    // snippet: allow-list-java
    @Test
    void aStrangerIsRejectedWithoutService() throws Exception {
        Connection stranger = listener.connect(from -> from.localAddress("192.168.1.100:12345"));

        assertThat(stranger.inputStream().readAllBytes()).isEmpty();
    }
    // end snippet

    @Test
    void aClientOfAnAllowedNetworkIsServed() throws Exception {
        Connection client = listener.connect(from -> from.localAddress("10.255.0.1:12345"));

        assertThat(client.inputStream().readAllBytes()).containsExactly('!');
    }

    @Test
    void anIpv6ClientOfAnAllowedNetworkIsServed() throws Exception {
        Connection client = listener.connect(from -> from.localAddress("[2001:db8::17]:12345"));

        assertThat(client.inputStream().readAllBytes()).containsExactly('!');
    }
}

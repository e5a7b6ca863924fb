package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Binding;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** An address that is claimed without a listener, given as text. */
class BindingTest extends NetworkFixture {

    @Test
    void aClaimedAddressRefusesConnectsUntilItListens() throws Exception {
        try (Binding binding = network.bind("10.0.0.5:80")) {
            assertThat(binding.localAddress()).isEqualTo(new InetSocketAddress("10.0.0.5", 80));
            assertThatThrownBy(() -> network.connect("10.0.0.5:80"))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");
            assertThatThrownBy(() -> network.listen("10.0.0.5:80"))
                    .isInstanceOf(BindException.class)
                    .hasMessage("Address already in use");

            try (Listener listener = binding.listen()) {
                assertThat(network.connect("10.0.0.5:80").remoteAddress()).isEqualTo(listener.localAddress());
            }
        }
    }

    @Test
    void aHostClaimsItsOwnAddressByNameOrPort() throws Exception {
        Host db = network.host("db", "10.0.0.5");

        assertThat(db.bind("db:5432").localAddress()).isEqualTo(new InetSocketAddress("10.0.0.5", 5432));
        assertThat(((InetSocketAddress) db.bind("10.0.0.5:0").localAddress()).getPort())
                .isPositive();
        assertThatThrownBy(() -> network.host("app", "10.0.0.2").bind("10.0.0.5:81"))
                .isInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
    }

    @Test
    void aUnixPathIsClaimed() throws Exception {
        assertThat(network.bind("unix:/run/app.sock").localAddress())
                .isEqualTo(UnixDomainSocketAddress.of("/run/app.sock"));
    }

    @Test
    void aTextCanComeWithTheReuseOfItsAddress() throws Exception {
        network.bind("10.0.0.5:80", true).close();

        assertThat(network.bind("10.0.0.5:80", true).localAddress()).isEqualTo(new InetSocketAddress("10.0.0.5", 80));
    }

    @Test
    void aTextThatIsNoAddressIsRejected() {
        assertThatThrownBy(() -> network.bind("http://10.0.0.5")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.bind("nowhere:80"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageStartingWith("nowhere");
    }
}

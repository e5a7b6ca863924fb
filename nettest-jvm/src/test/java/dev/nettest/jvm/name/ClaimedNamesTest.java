package dev.nettest.jvm.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Names that {@link InetAddress} resolves. */
@EnabledForJreRange(min = JRE.JAVA_18)
class ClaimedNamesTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);

    @AfterEach
    void close() {
        claim.close();
        network.close();
    }

    @Test
    void aNameInTheDomainOfTheClaimIsItsHost() throws Exception {
        claim.host("names-a");

        InetAddress address = InetAddress.getByName("names-a." + claim.domain());

        assertThat(address.getHostAddress()).isEqualTo(claim.address(1));
        assertThat(InetAddress.getByName(claim.address(1)).getHostName()).isEqualTo("names-a." + claim.domain());
    }

    @Test
    void aRegisteredThreadKnowsBareNames() throws Exception {
        claim.host("names-b");

        String address = network.executor()
                .submit(() -> InetAddress.getByName("names-b").getHostAddress())
                .get();

        assertThat(address).isEqualTo(claim.address(1));
    }

    @Test
    void theNextClaimCanGiveANameToAnotherHost() throws Exception {
        claim.host("names-c");
        assertThat(addresses("names-c", claim)).containsExactly(claim.address(1), claim.address(1));
        assertThatThrownBy(() -> addresses("names-d", claim)).hasRootCauseInstanceOf(UnknownHostException.class);
        claim.close();

        try (Network nextNetwork = Network.create();
                Claim next = JvmNetwork.claim(nextNetwork)) {
            next.host("names-d");
            next.host("names-c");

            assertThat(next.domain()).isEqualTo(claim.domain());
            assertThat(addresses("names-c", next)).containsExactly(next.address(2), next.address(2));
            assertThat(addresses("names-d", next)).containsExactly(next.address(1), next.address(1));
        }
    }

    /** The address of the bare name, in a registered thread, and that of the name with the domain. */
    private static List<String> addresses(String name, Claim claim) throws Exception {
        String bare = claim.network()
                .executor()
                .submit(() -> InetAddress.getByName(name).getHostAddress())
                .get();
        return List.of(bare, InetAddress.getByName(name + "." + claim.domain()).getHostAddress());
    }

    @Test
    void theSettingsOfTheCacheAreUnchanged() throws Exception {
        assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();

        assertThat(Security.getProperty("networkaddress.cache.ttl")).isNull();
        assertThat(Security.getProperty("networkaddress.cache.negative.ttl")).isEqualTo("10");
        assertThat(System.getProperty("sun.net.inetaddr.ttl")).isNull();
        assertThat(System.getProperty("sun.net.inetaddr.negative.ttl")).isNull();
    }

    @Test
    void otherNamesAreThePlatforms() throws Exception {
        assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();
    }
}

package dev.nettest.jvm.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.net.InetAddress;
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
    void otherNamesAreThePlatforms() throws Exception {
        assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();
    }
}

package dev.nettest.jvm.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.install.ProgramOutput;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The names of claims in JVMs with each setting of their cache of names. */
@EnabledForJreRange(min = JRE.JAVA_18)
class NamesCacheTest {

    /** Looks one name up in two claims with the same number, in which it has different addresses. */
    public static final class Program {

        /** @param arguments the seconds for which security properties keep names in the cache; nothing for unset */
        public static void main(String[] arguments) throws Exception {
            if (arguments.length > 0) {
                Security.setProperty("networkaddress.cache.ttl", arguments[0]);
                Security.setProperty("networkaddress.cache.negative.ttl", arguments[0]);
            }
            lookUp("other", "server");
            lookUp("server", "other");
        }

        private static void lookUp(String firstHost, String secondHost) throws UnknownHostException {
            try (Network network = Network.create();
                    Claim claim = JvmNetwork.claim(network)) {
                claim.host(firstHost);
                claim.host(secondHost);
                System.out.println(InetAddress.getByName("server." + claim.domain()));
            }
        }
    }

    private static final String[] FOUND = {"server.n0.nettest/10.0.0.2", "server.n0.nettest/10.0.0.1"};

    @Test
    void theNextClaimHasAnswersOfItsOwn() throws Exception {
        assertThat(ProgramOutput.lines(Program.class, List.of())).containsExactly(FOUND);
    }

    @Test
    void flagsOfTheCacheDoNotConcernClaims() throws Exception {
        List<String> flags = List.of("-Dsun.net.inetaddr.ttl=60", "-Dsun.net.inetaddr.negative.ttl=60");
        assertThat(ProgramOutput.lines(Program.class, flags)).containsExactly(FOUND);
    }

    @Test
    void securityPropertiesOfTheCacheDoNotConcernClaims() throws Exception {
        assertThat(ProgramOutput.lines(Program.class, List.of(), "60")).containsExactly(FOUND);
        assertThat(ProgramOutput.lines(Program.class, List.of(), "-1")).containsExactly(FOUND);
    }
}

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

/** The cache of names, which a JVM configures with its first look-up. */
@EnabledForJreRange(min = JRE.JAVA_18)
class NamesCacheTest {

    /** Looks one name up in two claims with the same number, in which it has different addresses. */
    public static final class Program {

        /** @param arguments when the security properties are set: {@code early} or {@code late}; nothing for never */
        public static void main(String[] arguments) throws Exception {
            set(arguments, "early");
            lookUp("other", "server");
            set(arguments, "late");
            lookUp("server", "other");
        }

        private static void set(String[] arguments, String when) {
            if (List.of(arguments).contains(when)) {
                Security.setProperty("networkaddress.cache.ttl", "0");
                Security.setProperty("networkaddress.cache.negative.ttl", "0");
            }
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

    private static final String FIRST = "server.n0.nettest/10.0.0.2";
    private static final String SECOND = "server.n0.nettest/10.0.0.1";

    @Test
    void answersAreKeptByDefault() throws Exception {
        assertThat(ProgramOutput.lines(Program.class, List.of())).containsExactly(FIRST, FIRST);
    }

    @Test
    void theFlagsTurnTheCacheOff() throws Exception {
        List<String> flags = List.of("-Dsun.net.inetaddr.ttl=0", "-Dsun.net.inetaddr.negative.ttl=0");
        assertThat(ProgramOutput.lines(Program.class, flags)).containsExactly(FIRST, SECOND);
    }

    @Test
    void securityPropertiesCountBeforeTheFirstLookUp() throws Exception {
        assertThat(ProgramOutput.lines(Program.class, List.of(), "early")).containsExactly(FIRST, SECOND);
        assertThat(ProgramOutput.lines(Program.class, List.of(), "late")).containsExactly(FIRST, FIRST);
    }
}

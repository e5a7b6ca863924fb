package dev.nettest.jvm.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.install.ProgramOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Claims without an extension that are still open at the end of the JVM. */
class LeftClaimsTest {

    /** Runs in a JVM of its own. */
    public static final class Program {

        public static void main(String[] arguments) {
            JvmNetwork.claim(Network.create()).close();
            try (Network closed = Network.create()) {
                JvmNetwork.claim(closed);
            }
            JvmNetwork.claim(Network.create());
        }
    }

    @Test
    void areReportedAtTheEndOfTheJvm() throws Exception {
        assertThat(ProgramOutput.lines(Program.class, List.of()))
                .singleElement()
                .asString()
                .matches("nettest: neither the claim at LeftClaimsTest\\.java:\\d+ nor its network was closed");
    }
}

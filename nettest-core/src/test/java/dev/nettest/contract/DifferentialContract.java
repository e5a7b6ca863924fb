package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random scripts have the same outcomes on the backend as on loopback: every count, exception and text. */
abstract class DifferentialContract extends Contract {
    private static final int SCRIPTS = Integer.getInteger("nettest.contract.scripts", 40);
    private static final int LENGTH = 12;

    @ParameterizedTest(name = "peer: {0}")
    @EnumSource
    void asOnLoopback(JdkType peer) throws IOException {
        needsCapacity(1);
        Assumptions.assumeTrue(
                OutcomeTable.peers(backend).contains(peer), () -> backend + " has no peer that is a " + peer);
        List<String> differences = new ArrayList<>();
        for (int seed = 1; seed <= SCRIPTS; seed++) {
            Script script = new ScriptSource(seed, Math.min(100, backend.capacity()), backend.isUnix()).next(LENGTH);
            String here = outcome(open(), script, peer);
            String there = outcome(oracle(), script, peer);
            if (!here.equals(there)) {
                differences.add("seed " + seed + "\non loopback\n" + there + "\nhere\n" + here);
            }
        }
        assertThat(differences).isEmpty();
    }

    private StreamBackend oracle() throws IOException {
        if (backend.isUnix()) {
            return UnixBackend.onLoopback();
        }
        return backend.jdkType() == JdkType.SOCKET ? Loopback.sockets() : Loopback.channels();
    }

    private static String outcome(StreamBackend opened, Script script, JdkType peer) throws IOException {
        try (StreamBackend backend = opened) {
            return script.run(backend, backend.pair(peer));
        }
    }
}

package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** {@code withProbability}: the numbers depend on the seed, and each fault draws its own. */
class ProbabilityTriggerTest {
    private static final int READS = 200;
    private static final Fault HALF = boom().withProbability(0.5);

    @Test
    void theSameSeedDrawsTheSameNumbers() {
        String once = outcomes(7, ends -> ends.client().faults().read(HALF));

        for (int i = 0; i < 10; i++) {
            assertThat(outcomes(7, ends -> ends.client().faults().read(HALF))).isEqualTo(once);
        }
    }

    @Test
    void otherSeedsDrawOtherNumbers() {
        Set<String> all = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            all.add(outcomes(seed, ends -> ends.client().faults().read(HALF)));
        }

        assertThat(all).hasSize(20);
    }

    @Test
    void theShareOfHitsMatchesTheProbability() {
        String outcomes = outcomes(1, ends -> ends.client().faults().read(HALF));
        String rare = outcomes(1, ends -> ends.client().faults().read(boom().withProbability(0.05)));

        assertThat(outcomes.chars().filter(c -> c == 'X').count()).isBetween(80L, 120L);
        assertThat(rare.chars().filter(c -> c == 'X').count()).isBetween(3L, 20L);
    }

    @Test
    void zeroIsNeverAndOneIsAlways() {
        assertThat(outcomes(1, ends -> ends.client().faults().read(boom().withProbability(0))))
                .doesNotContain("X");
        assertThat(outcomes(1, ends -> ends.client().faults().read(boom().withProbability(1))))
                .doesNotContain(".");
    }

    @Test
    void aFaultOnAnotherScopeDoesNotChangeTheNumbers() {
        String alone = outcomes(3, ends -> ends.client().faults().read(HALF));

        assertThat(outcomes(3, ends -> {
                    ends.client()
                            .network()
                            .faults()
                            .read(Fault.delayed(java.time.Duration.ZERO)
                                    .withProbability(0.001)
                                    .nth(100_000));
                    ends.client().faults().write(Fault.slice(1).withProbability(0.5));
                    ends.server().faults().read(HALF);
                    ends.client()
                            .faults()
                            .close(Fault.failWith(new IOException("x")).withProbability(0.1));
                    ends.client().faults().read(Fault.slice(1).nth(100_000));
                    ends.client().faults().read(HALF);
                }))
                .isEqualTo(alone);
    }

    @Test
    void aFaultInstalledLaterDoesNotChangeTheNumbers() {
        String alone = outcomes(3, ends -> ends.client().faults().read(HALF));
        Fault[] added = {Fault.slice(1).nth(100_000)};

        String disturbed = outcomes(
                3,
                ends -> ends.client().faults().read(boom().withProbability(0.5).matching(operation -> {
                    if (operation.number() % 10 == 0) {
                        ends.client().faults().read(added[0]);
                    }
                    return true;
                })));

        assertThat(disturbed).isEqualTo(alone);
    }

    @Test
    void theEndpointsOfOneFaultDrawDifferentNumbers() throws Exception {
        try (Network network = network(5)) {
            network.faults().read(HALF);
            Set<String> all = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                all.add(reads(network.pair()));
            }

            assertThat(all).hasSize(20);
        }
    }

    @Test
    void twoFaultsOfOneScopeDrawDifferentNumbers() throws Exception {
        try (Network network = network(5)) {
            ConnectionPair pair = network.pair();
            FaultHandle first = pair.client().faults().read(HALF);
            FaultHandle second = pair.client().faults().read(HALF);

            reads(pair);

            assertThat(first.fireCount()).isBetween(80L, 120L);
            assertThat(second.fireCount()).as("on reads that the first spares").isBetween(30L, 70L);
        }
    }

    @Test
    void corruptionIsTheSameForTheSameSeed() throws Exception {
        assertThat(corrupted(1)).isEqualTo(corrupted(1)).isNotEqualTo(corrupted(2));
    }

    @Test
    void aFaultInstalledLaterDoesNotChangeTheCorruption() throws Exception {
        assertThat(corrupted(1, Fault.slice(1).nth(100_000))).isEqualTo(corrupted(1));
    }

    private static String corrupted(long seed, Fault... added) throws IOException {
        try (Network network = network(seed)) {
            ConnectionPair pair = network.pair();
            pair.client().faults().write(Fault.corrupt());
            StringBuilder read = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                for (Fault fault : added) {
                    pair.client().faults().write(fault);
                }
                Text.write(pair.client(), "abcdefgh");
                read.append(Text.read(pair.server()));
            }
            return read.toString();
        }
    }

    private static String outcomes(long seed, Consumer<ConnectionPair> faults) {
        try (Network network = network(seed)) {
            ConnectionPair pair = network.pair();
            faults.accept(pair);
            return reads(pair);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String reads(ConnectionPair pair) throws IOException {
        Connection client = pair.client();
        pair.server().tryWrite(java.nio.ByteBuffer.allocate(READS));
        StringBuilder outcomes = new StringBuilder();
        for (int i = 0; i < READS; i++) {
            try {
                Text.read(client, 1);
                outcomes.append('.');
            } catch (IOException e) {
                outcomes.append('X');
            }
        }
        return outcomes.toString();
    }

    private static Network network(long seed) {
        return Network.create(NetworkConfig.builder().seed(seed).build());
    }

    private static Fault boom() {
        return Fault.failWith(() -> new IOException("boom"));
    }
}

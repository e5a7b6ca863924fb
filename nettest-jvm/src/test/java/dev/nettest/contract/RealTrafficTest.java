package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/**
 * Sockets and channels of the kernel behave like the JDK's own after a claim was opened and closed. The contracts hold
 * the JDK's behaviour. The scripts compare them with a network, which equals the JDK without the providers of this
 * module.
 */
class RealTrafficTest {

    private static final int SCRIPTS = Integer.getInteger("nettest.contract.realScripts", 50);
    private static final int THREADED_SCRIPTS = Integer.getInteger("nettest.contract.realThreads", 3);

    @BeforeAll
    static void installTheFactories() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        try (Network network = Network.create();
                Claim claim = JvmNetwork.claim(network)) {
            assertThat(claim.network()).isSameAs(network);
        }
        assertThat(SelectorProvider.provider().getClass().getName()).startsWith("dev.nettest.jvm.");
    }

    /** {@code -Dnettest.contract.real=true} adds those that wait for seconds. */
    static List<Class<?>> contracts() {
        List<Class<?>> contracts = new ArrayList<>(List.of(
                LoopbackAsynchronousConnectTest.class,
                LoopbackChannelApiTest.class,
                LoopbackChannelContractTest.class,
                LoopbackDatagramChannelStatesTest.class,
                LoopbackSocketConnectTest.class,
                LoopbackUnixContractTest.class));
        if (Boolean.getBoolean("nettest.contract.real")) {
            contracts.addAll(List.of(
                    LoopbackDatagramAddressTest.class,
                    LoopbackDatagramChannelContractTest.class,
                    LoopbackDatagramSocketContractTest.class,
                    LoopbackInitialTasksTest.class,
                    LoopbackSocketContractTest.class,
                    LoopbackSocketLocksTest.class));
        }
        return contracts;
    }

    /** Receives wait differently while a claim is open. */
    static List<Class<?>> contractsOfDatagrams() {
        return contracts().stream()
                .filter(contract -> contract.getSimpleName().contains("Datagram"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("contractsOfDatagrams")
    void theContractsOfDatagramsHoldWhileAClaimIsOpen(Class<?> contract) {
        try (Network network = Network.create();
                Claim claim = JvmNetwork.claim(network)) {
            assertThat(claim.network()).isSameAs(network);
            theContractsHold(contract);
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void theContractsHold(Class<?> contract) {
        List<String> failures = new ArrayList<>();
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .execute()
                .testEvents();
        tests.failed().stream().map(Event::toString).forEach(failures::add);

        assertThat(tests.succeeded().count()).isPositive();

        assertThat(failures).isEmpty();
    }

    @Test
    void scriptsOfSocketsHaveTheSameOutcomes() throws Exception {
        List<String> differences = new ArrayList<>();
        for (long seed = 1; seed <= SCRIPTS; seed++) {
            String difference = SocketScript.random(seed).difference();
            if (!difference.isEmpty()) {
                differences.add("seed " + seed + "\n" + difference);
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void scriptsOfThreadsHaveTheSameOutcomes() {
        assertThat(ThreadedScriptsTest.differences(StreamWorld::new, THREADED_SCRIPTS))
                .isEmpty();
        assertThat(ThreadedScriptsTest.differences(DatagramWorld::new, THREADED_SCRIPTS))
                .isEmpty();
        assertThat(ThreadedScriptsTest.differences(BlockingChannelWorld::new, THREADED_SCRIPTS))
                .isEmpty();
        assertThat(ThreadedScriptsTest.differences(
                        arm -> new StreamWorld(new AdaptorArm(arm.sockets())), THREADED_SCRIPTS))
                .isEmpty();
        assertThat(ThreadedScriptsTest.differences(
                        arm -> new DatagramWorld(new AdaptorArm(arm.sockets()), arm.isVirtual()), THREADED_SCRIPTS))
                .isEmpty();
    }

    @Nested
    class Channels extends ChannelScriptsContract {

        @Override
        int scripts() {
            return SCRIPTS;
        }

        @Override
        SocketArm open() {
            return SocketArm.inMemory();
        }
    }
}

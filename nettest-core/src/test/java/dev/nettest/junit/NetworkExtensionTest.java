package dev.nettest.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.suppressed;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs small test classes with the extension. */
class NetworkExtensionTest {
    private static final List<Network> SEEN = new ArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void eachTestHasItsOwnNetworkClosedAfterwards() {
        run(Injected.class).assertStatistics(tests -> tests.succeeded(3).failed(0));

        assertThat(SEEN).hasSize(3).doesNotHaveDuplicates().allMatch(Network::isClosed);
    }

    @Test
    void aLeakFailsTheTest() {
        run(Leaking.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("leaks"),
                                finishedWithFailure(
                                        instanceOf(AssertionError.class),
                                        message(text -> text.startsWith("never closed:")))));
    }

    @Test
    void anUnfiredFaultFailsTheTest() {
        run(Unfired.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("declares"),
                                finishedWithFailure(
                                        instanceOf(AssertionError.class),
                                        message(text -> text.startsWith("declared and never fired")))));
    }

    @Test
    void aFailureOfTheTestIsNotMasked() {
        run(FailingAndLeaking.class)
                .assertThatEvents()
                .haveExactly(
                        2,
                        event(finishedWithFailure(
                                instanceOf(IllegalStateException.class),
                                message("the test's own"),
                                suppressed(
                                        0,
                                        message(text -> text.startsWith(
                                                "the network of this test had seed 1 and the system clock"))))));
        assertThat(SEEN).hasSize(2).allMatch(Network::isClosed);
    }

    @Test
    void givenSettingsAreUsed() {
        run(Configured.class).assertStatistics(tests -> tests.succeeded(1));
    }

    @Test
    void aConstructorGetsNoNetwork() {
        run(InConstructor.class).assertStatistics(tests -> tests.succeeded(0).failed(1));
    }

    @Test
    void eachInvocationOfATemplateHasItsOwnNetwork() {
        run(Repeated.class).assertStatistics(tests -> tests.succeeded(5).failed(0));

        assertThat(SEEN).hasSize(5).doesNotHaveDuplicates().allMatch(Network::isClosed);
    }

    @Test
    void theThreadsOfATestAreRegisteredOnASelfAdvancingClock() {
        run(SelfAdvancing.class).assertStatistics(tests -> tests.succeeded(4).failed(0));

        assertThat(SEEN).hasSize(4).doesNotHaveDuplicates().allMatch(Network::isClosed);
    }

    @Test
    void aFailureOnASelfAdvancingClockIsNotMasked() {
        run(FailingOnSelfAdvancingClock.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(instanceOf(IllegalStateException.class), message("the test's own"))));
        assertThat(SEEN).hasSize(1).allMatch(Network::isClosed);
    }

    private static Events run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents();
    }

    @ExtendWith(NetworkExtension.class)
    static class Injected {
        private Network before;

        @BeforeEach
        void remember(Network network) {
            before = network;
            SEEN.add(network);
        }

        @Test
        void sameAsBefore(Network network) {
            assertThat(network).isSameAs(before);
            assertThat(network.isClosed()).isFalse();
        }

        @Test
        void withoutParameter() {
            assertThat(before.isClosed()).isFalse();
        }

        @AfterEach
        void sameAfter(Network network) {
            assertThat(network).isSameAs(before);
        }

        @Nested
        class Inner {
            @Test
            void sameInNested(Network network) {
                assertThat(network).isSameAs(before);
            }
        }
    }

    @ExtendWith(NetworkExtension.class)
    static class Leaking {
        @Test
        void leaks(Network network) throws Exception {
            Listener listener = network.listen();
            listener.connect();
            listener.accept();
        }
    }

    @ExtendWith(NetworkExtension.class)
    static class Unfired {
        @Test
        void declares(Network network) {
            network.faults().read(Fault.stall());
        }
    }

    @ExtendWith(NetworkExtension.class)
    static class FailingAndLeaking {
        @Test
        void fails(Network network) throws Exception {
            SEEN.add(network);
            Listener listener = network.listen();
            listener.connect();
            listener.accept();
            throw new IllegalStateException("the test's own");
        }

        @Test
        void failsToo(Network network) {
            SEEN.add(network);
            network.faults().read(Fault.stall());
            throw new IllegalStateException("the test's own");
        }
    }

    static class Configured {
        @RegisterExtension
        private final NetworkExtension extension =
                new NetworkExtension(NetworkConfig.builder().seed(99).build());

        @Test
        void hasThem(Network network) throws Exception {
            assertThat(network.seed()).isEqualTo(99);
            Listener listener = network.listen();
            listener.connect();
            Connection accepted = listener.accept();
            assertThat(accepted.isOpen()).isTrue();
        }
    }

    @ExtendWith(NetworkExtension.class)
    static class Repeated {
        @RepeatedTest(3)
        void repeats(Network network) {
            SEEN.add(network);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void parameterized(int value, Network network) {
            SEEN.add(network);
        }
    }

    /** An unregistered thread may not wait on this clock, and a sleep of one would never end. */
    static class SelfAdvancing {
        @RegisterExtension
        final NetworkExtension extension = new NetworkExtension(NetworkConfig.builder()
                .clocks(VirtualClock::selfAdvancing)
                .checks(true)
                .build());

        private Network network;

        @BeforeEach
        void prepare(Network given) throws Exception {
            network = given;
            SEEN.add(given);
            sleepsUntil(1);
        }

        @Test
        void aTest() throws Exception {
            sleepsUntil(2);
        }

        @Test
        @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void aTestOnAnotherThread() throws Exception {
            sleepsUntil(2);
        }

        @RepeatedTest(2)
        void aTemplate() throws Exception {
            sleepsUntil(2);
        }

        @AfterEach
        void end() throws Exception {
            sleepsUntil(3);
        }

        private void sleepsUntil(int hours) throws InterruptedException {
            network.clock().sleep(Duration.ofHours(1));
            assertThat(network.clock().nanoTime())
                    .isEqualTo(Duration.ofHours(hours).toNanos());
        }
    }

    static class FailingOnSelfAdvancingClock {
        @RegisterExtension
        final NetworkExtension extension = new NetworkExtension(
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build());

        @Test
        void fails(Network network) {
            SEEN.add(network);
            throw new IllegalStateException("the test's own");
        }
    }

    @ExtendWith(NetworkExtension.class)
    static class InConstructor {
        private final Network network;

        InConstructor(Network network) {
            this.network = network;
        }

        @Test
        void neverRuns() {
            assertThat(network).isNotNull();
        }
    }
}

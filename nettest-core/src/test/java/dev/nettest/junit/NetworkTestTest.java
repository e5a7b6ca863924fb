package dev.nettest.junit;

import static dev.nettest.junit.NetworkTest.Clock.MANUAL;
import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static dev.nettest.junit.NetworkTest.Clock.SYSTEM;
import static dev.nettest.junit.NetworkTest.Scope.CLASS;
import static dev.nettest.junit.NetworkTest.Scope.METHOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Personality;
import dev.nettest.TraceLevel;
import dev.nettest.VirtualClock;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs small test classes with {@link NetworkTest}. */
class NetworkTestTest {
    private static final List<Network> SEEN = new ArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    // ---- settings

    @Test
    void theAnnotationRegistersTheExtensionAndGivesSettings() {
        assertThat(Runs.failures(Settings.class)).isEmpty();
        assertThat(SEEN).hasSize(1).allMatch(Network::isClosed);
    }

    @NetworkTest(
            seed = 42,
            clock = SELF_ADVANCING,
            personality = Personality.WINDOWS,
            trace = TraceLevel.ALL,
            receiveBufferSize = 10,
            checks = false)
    static class Settings {
        @Test
        void hasThem(Network network) throws Exception {
            SEEN.add(network);
            assertThat(network.seed()).isEqualTo(42);
            assertThat(network.config().personality()).isEqualTo(Personality.WINDOWS);
            assertThat(network.config().trace()).isEqualTo(TraceLevel.ALL);
            assertThat(network.config().receiveBufferSize()).isEqualTo(10);
            assertThat(network.config().checksLeaks()).isFalse();
            network.clock().sleep(Duration.ofHours(1));
            assertThat(network.clock().nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
        }
    }

    @Test
    void withoutAttributesAllChecksAreOn() {
        assertThat(Runs.failures(Plain.class)).isEmpty();
    }

    @NetworkTest
    static class Plain {
        @Test
        void hasDefaults(Network network) {
            assertThat(network.seed()).isEqualTo(NetworkConfig.DEFAULT_SEED);
            assertThat(network.clock()).hasToString("system clock");
            assertThat(network.config().checksLeaks()).isTrue();
            assertThat(network.config().checksFaults()).isTrue();
        }
    }

    @Test
    void theInnermostAttributeWins() {
        EngineExecutionResults results = Runs.of(Outer.class);

        assertThat(Runs.failures(results)).isEmpty();
        results.testEvents().assertStatistics(tests -> tests.succeeded(5));
    }

    @NetworkTest(seed = 1, personality = Personality.MACOS)
    static class Base {}

    @NetworkTest(seed = 2, clock = MANUAL)
    static class Outer extends Base {
        @Test
        void theClassHidesItsSuperclass(Network network) {
            assertThat(network.seed()).isEqualTo(2);
            assertThat(network.config().personality()).isEqualTo(Personality.MACOS);
            assertThat(network.clock()).isInstanceOf(VirtualClock.class);
        }

        @Test
        @NetworkTest(seed = 3)
        void theMethodHidesTheClass(Network network) {
            assertThat(network.seed()).isEqualTo(3);
            assertThat(network.clock()).isInstanceOf(VirtualClock.class);
        }

        @Nested
        @NetworkTest(clock = SYSTEM)
        class Inner {
            @Test
            void theNestedClassHidesTheOuterOne(Network network) {
                assertThat(network.seed()).isEqualTo(2);
                assertThat(network.clock()).hasToString("system clock");
            }

            @Test
            @NetworkTest(seed = 4)
            void theMethodHidesAll(Network network) {
                assertThat(network.seed()).isEqualTo(4);
                assertThat(network.clock()).hasToString("system clock");
                assertThat(network.config().personality()).isEqualTo(Personality.MACOS);
            }
        }

        @Nested
        class Plain {
            @Test
            void aNestedClassInherits(Network network) {
                assertThat(network.seed()).isEqualTo(2);
            }
        }
    }

    @Test
    void aSupplierGivesAllOtherSettings() {
        assertThat(Runs.failures(Supplied.class)).isEmpty();
    }

    static class Backlog implements Supplier<NetworkConfig> {
        @Override
        public NetworkConfig get() {
            return NetworkConfig.builder().backlog(7).seed(8).build();
        }
    }

    @NetworkTest(config = Backlog.class, seed = 9)
    static class Supplied {
        @Test
        void hasThem(Network network) {
            assertThat(network.config().backlog()).isEqualTo(7);
            assertThat(network.seed()).isEqualTo(9);
            assertThat(network.config().checksLeaks()).isFalse();
        }
    }

    @Test
    void theAnnotationWorksOnAnAnnotation() {
        assertThat(Runs.failures(Composed.class)).isEmpty();
    }

    @NetworkTest(clock = SELF_ADVANCING)
    @Retention(RetentionPolicy.RUNTIME)
    @interface VirtualTime {}

    @VirtualTime
    static class Composed {
        @Test
        void isOnVirtualTime(VirtualClock clock) {
            assertThat(clock.isSelfAdvancing()).isTrue();
        }
    }

    @Test
    void threadsOfLibrariesJoin() {
        assertThat(Runs.failures(Joining.class)).isEmpty();
    }

    @NetworkTest(clock = SELF_ADVANCING, joinThreads = "MQTT .*")
    static class Joining {
        @Test
        void aReadTimesOut(Network network) throws Exception {
            Connection silent = network.pair().client();
            silent.readTimeout(Duration.ofMinutes(1));
            FutureTask<Integer> read =
                    new FutureTask<>(() -> silent.inputStream().read());
            new Thread(read, "MQTT Rec: 1").start();

            assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS)).hasRootCauseMessage("Read timed out");
            assertThat(network.clock().nanoTime())
                    .isEqualTo(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void twoValuesOfAnAttributeAreRejected() {
        assertThat(Runs.failures(TwoSeeds.class))
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .contains("@NetworkTest has 2 values for seed; give one");
    }

    @NetworkTest(seed = {1, 2})
    static class TwoSeeds {
        @Test
        void neverRuns(Network network) {
            SEEN.add(network);
        }
    }

    // ---- a network per class

    @Test
    void aClassHasOneNetworkOnRequest() {
        EngineExecutionResults results = Runs.of(PerClass.class);

        assertThat(Runs.failures(results)).isEmpty();
        results.testEvents().assertStatistics(tests -> tests.succeeded(5));
        assertThat(new HashSet<>(SEEN)).hasSize(3).allMatch(Network::isClosed);
    }

    @NetworkTest(scope = CLASS, clock = SELF_ADVANCING)
    static class PerClass {
        private static Network shared;

        private final Network ofConstructor;

        PerClass(Network network) throws InterruptedException {
            ofConstructor = network;
            network.clock().sleep(Duration.ofHours(1));
        }

        @BeforeAll
        static void prepare(Network network) throws InterruptedException {
            shared = network;
            SEEN.add(network);
            network.clock().sleep(Duration.ofHours(1));
        }

        @Test
        void one(Network network) {
            assertThat(network).isSameAs(shared).isSameAs(ofConstructor);
            assertThat(network.isClosed()).isFalse();
        }

        @Test
        void two(Network network) {
            assertThat(network).isSameAs(shared).isSameAs(ofConstructor);
            assertThat(network.isClosed()).isFalse();
        }

        @Test
        @NetworkTest(seed = 5)
        void aMethodWithSettingsHasItsOwn(Network network) {
            SEEN.add(network);
            assertThat(network).isNotSameAs(shared);
            assertThat(network.seed()).isEqualTo(5);
        }

        @Nested
        class Sharing {
            @Test
            void aNestedClassSharesIt(Network network) {
                assertThat(network).isSameAs(shared);
            }
        }

        @Nested
        @NetworkTest(seed = 6)
        class Own {
            @BeforeAll
            static void prepareNested(Network network) {
                SEEN.add(network);
                assertThat(network.seed()).isEqualTo(6);
            }

            @Test
            void aNestedClassWithSettingsHasItsOwn(Network network) {
                SEEN.add(network);
                assertThat(network).isNotSameAs(shared);
            }
        }

        @AfterAll
        static void stillOpen(Network network) throws InterruptedException {
            assertThat(network).isSameAs(shared);
            assertThat(network.isClosed()).isFalse();
            network.clock().sleep(Duration.ofHours(1));
        }
    }

    @Test
    void parallelTestsOfAClassShareItsNetwork() {
        Parallel.NETWORKS.clear(); // in case the process runs this test again
        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Parallel.class))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .execute();

        assertThat(Runs.failures(results)).isEmpty();
        assertThat(Parallel.NETWORKS).hasSize(8);
        assertThat(new HashSet<>(Parallel.NETWORKS)).hasSize(1).allMatch(Network::isClosed);
    }

    @NetworkTest(scope = CLASS)
    static class Parallel {
        static final List<Network> NETWORKS = new CopyOnWriteArrayList<>();

        @RepeatedTest(8)
        void shares(Network network) {
            NETWORKS.add(network);
            assertThat(network.isClosed()).isFalse();
        }
    }

    @Test
    void anInstancePerClassHasItsNetworkInTheConstructor() {
        EngineExecutionResults results = Runs.of(OneInstance.class);

        assertThat(Runs.failures(results)).isEmpty();
        results.testEvents().assertStatistics(tests -> tests.succeeded(3));
        assertThat(SEEN).hasSize(2).doesNotHaveDuplicates().allMatch(Network::isClosed);
    }

    @NetworkTest(scope = CLASS)
    @TestInstance(Lifecycle.PER_CLASS)
    static class OneInstance {
        private final Network network;

        OneInstance(Network network) {
            this.network = network;
            SEEN.add(network);
        }

        @BeforeAll
        void sameInBeforeAll(Network given) {
            assertThat(given).isSameAs(network);
        }

        @Test
        void one(Network given) {
            assertThat(given).isSameAs(network);
        }

        @Test
        void two() {
            assertThat(network.isClosed()).isFalse();
        }

        @Nested
        @NetworkTest(scope = METHOD)
        class Inner {
            @Test
            void hasItsOwn(Network given) {
                SEEN.add(given);
                assertThat(given).isNotSameAs(network);
            }
        }
    }

    @Test
    void theNetworkOfAClassIsCheckedAtItsEnd() {
        EngineExecutionResults results = Runs.of(LeakingClass.class);

        results.testEvents().assertStatistics(tests -> tests.succeeded(2));
        assertThat(Runs.failures(results))
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("declared and never fired");
    }

    @NetworkTest(scope = CLASS)
    static class LeakingClass {
        @Test
        void declares(Network network) {
            network.faults().read(Fault.stall());
        }

        @Test
        void passes(Network network) {
            assertThat(network.isClosed()).isFalse();
        }
    }

    @Test
    void aFailedTestKeepsTheEndOfTheClassFromChecking() {
        assertThat(Runs.failures(FailingClass.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("the test's own"))
                .satisfies(failure -> assertThat(Runs.explanations(failure)).isEqualTo(1));
        assertThat(SEEN).hasSize(1).allMatch(Network::isClosed);
    }

    @NetworkTest(scope = CLASS)
    static class FailingClass {
        @Test
        void declaresAndFails(Network network) {
            SEEN.add(network);
            network.faults().read(Fault.stall());
            throw new IllegalStateException("the test's own");
        }
    }

    @Test
    void aConstructorThatFailsClosesTheNetworkOfItsClass() {
        assertThat(Runs.failures(FailingConstructor.class))
                .singleElement()
                .satisfies(failure -> assertThat(Runs.explanations(failure)).isEqualTo(1));
        assertThat(SEEN).hasSize(1).allMatch(Network::isClosed);
    }

    @NetworkTest(scope = CLASS)
    @TestInstance(Lifecycle.PER_CLASS)
    static class FailingConstructor {
        FailingConstructor(Network network) {
            SEEN.add(network);
            throw new IllegalStateException("the constructor's own");
        }

        @Test
        void neverRuns() {
            throw new AssertionError("unreachable");
        }
    }

    @Test
    void eachInvocationOfAParameterizedClassHasItsOwnNetwork() {
        EngineExecutionResults results = Runs.of(Invoked.class);

        assertThat(Runs.failures(results)).isEmpty();
        results.testEvents().assertStatistics(tests -> tests.succeeded(4));
        assertThat(new HashSet<>(SEEN)).hasSize(2).allMatch(Network::isClosed);
    }

    @NetworkTest(scope = CLASS)
    @ParameterizedClass
    @ValueSource(ints = {1, 2})
    record Invoked(int value) {
        @Test
        void one(Network network) {
            SEEN.add(network);
            assertThat(network.isClosed()).isFalse();
        }

        @Test
        void two(Network network) {
            SEEN.add(network);
            assertThat(network.isClosed()).isFalse();
        }
    }

    @Test
    void theScopeOfAMethodIsRejected() {
        assertThat(Runs.failures(ScopeOfMethod.class))
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .contains("@NetworkTest(scope = CLASS) is on the method wrong of " + ScopeOfMethod.class.getName()
                        + "; put it on the class");
    }

    static class ScopeOfMethod {
        @Test
        @NetworkTest(scope = CLASS)
        void wrong(Network network) {
            SEEN.add(network);
        }
    }

    // ---- factories and repetitions

    @Test
    void theDynamicTestsOfAFactoryShareItsNetwork() {
        EngineExecutionResults results = Runs.of(Factory.class);

        assertThat(Runs.failures(results)).isEmpty();
        results.testEvents().assertStatistics(tests -> tests.succeeded(2));
        assertThat(SEEN).hasSize(4).allMatch(Network::isClosed);
        assertThat(new HashSet<>(SEEN)).hasSize(1);
    }

    @NetworkTest(clock = SELF_ADVANCING)
    static class Factory {
        @BeforeEach
        void prepare(Network network) {
            SEEN.add(network);
        }

        @TestFactory
        Stream<DynamicTest> makes(Network network) throws InterruptedException {
            network.clock().sleep(Duration.ofHours(1));
            SEEN.add(network);
            return Stream.of("a", "b")
                    .map(name -> dynamicTest(name, () -> {
                        SEEN.add(network);
                        assertThat(network.isClosed()).isFalse();
                        network.clock().sleep(Duration.ofHours(1));
                    }));
        }

        @AfterEach
        void sleptThreeHours(VirtualClock clock) {
            assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(3).toNanos());
        }
    }

    @Test
    void aFailedDynamicTestIsExplainedAndNotMasked() {
        assertThat(Runs.failures(FailingFactory.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("the test's own"))
                .satisfies(failure -> assertThat(Runs.explanations(failure)).isEqualTo(1));
        assertThat(SEEN).hasSize(1).allMatch(Network::isClosed);
    }

    @NetworkTest
    static class FailingFactory {
        @TestFactory
        Stream<DynamicTest> makes(Network network) {
            SEEN.add(network);
            network.faults().read(Fault.stall());
            return Stream.of(dynamicTest("fails", () -> {
                throw new IllegalStateException("the test's own");
            }));
        }
    }

    @Test
    void eachRepetitionHasAnotherPublishedSeed() {
        EngineExecutionResults results = Runs.of(Repeated.class);

        assertThat(SEEN).extracting(Network::seed).containsExactly(42L, 43L, 44L);
        assertThat(Runs.reportEntries(results))
                .containsExactly(
                        Map.of("nettest.seed", "42"), Map.of("nettest.seed", "43"), Map.of("nettest.seed", "44"));
        assertThat(Runs.failures(results))
                .singleElement()
                .satisfies(failure -> assertThat(failure.getSuppressed()[0])
                        .hasMessageStartingWith("the network of this test had seed 44 "));
    }

    @Test
    void thePropertyReplaysTheSeedOfARepetition() {
        String before = System.getProperty("nettest.seed");
        System.setProperty("nettest.seed", "44");
        try {
            Runs.of(Repeated.class);
        } finally {
            if (before == null) {
                System.clearProperty("nettest.seed");
            } else {
                System.setProperty("nettest.seed", before);
            }
        }

        assertThat(SEEN).extracting(Network::seed).containsExactly(44L, 44L, 44L);
    }

    @NetworkTest(seed = 42)
    static class Repeated {
        @RepeatedTest(3)
        void repeats(Network network) {
            SEEN.add(network);
            if (SEEN.size() == 3) {
                throw new IllegalStateException("the test's own");
            }
        }
    }

    // ---- parameters

    @Test
    void hostsAreMadeByName() {
        assertThat(Runs.failures(Hosts.class)).isEmpty();
    }

    @NetworkTest
    static class Hosts {
        private Host before;

        @BeforeEach
        void prepare(
                @NetworkHost(
                                name = "db",
                                addresses = {"10.0.0.5", "fd00::5"})
                        Host db) {
            before = db;
        }

        @Test
        void areTheSame(
                Network network,
                @NetworkHost(name = "db") Host db,
                @NetworkHost(name = "app", addresses = "10.0.0.2") Host app)
                throws Exception {
            assertThat(db).isSameAs(before);
            assertThat(db.addresses()).hasSize(2);
            try (Listener listener = db.listen(5432)) {
                app.connect("db:5432").close();
                listener.accept().close();
            }
            assertThat(app.network()).isSameAs(network);
        }
    }

    @Test
    void parametersThatCannotBeResolvedHaveAReason() {
        assertThat(Runs.failures(Wrong.class))
                .extracting(Throwable::getMessage)
                .containsExactlyInAnyOrder(
                        "the Host parameter 0 of the method nameless has no name;"
                                + " annotate it like @NetworkHost(name = \"db\", addresses = \"10.0.0.5\")",
                        "@NetworkHost(name = \"db\") gives no addresses, and no earlier parameter of this network has"
                                + " made the host",
                        "@NetworkHost(name = \"db\") has the addresses [10.0.0.6], but an earlier parameter has made"
                                + " the host with [10.0.0.5]",
                        "the VirtualClock parameter 0 of the method onSystemClock needs a network on a virtual clock,"
                                + " but it is on the system clock; annotate the test or its class with"
                                + " @NetworkTest(clock = SELF_ADVANCING) or MANUAL");
    }

    @NetworkTest
    static class Wrong {
        @Test
        void nameless(Host host) {
            throw new AssertionError(host);
        }

        @Test
        void unknown(@NetworkHost(name = "db") Host host) {
            throw new AssertionError(host);
        }

        @Test
        void different(
                @NetworkHost(name = "db", addresses = "10.0.0.5") Host a,
                @NetworkHost(name = "db", addresses = "10.0.0.6") Host b) {
            throw new AssertionError(a + " " + b);
        }

        @Test
        void onSystemClock(VirtualClock clock) {
            throw new AssertionError(clock);
        }
    }

    @Test
    void aConstructorAndBeforeAllNeedANetworkOfTheirClass() {
        assertThat(Runs.failures(InConstructor.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessage("the Network parameter 0 of the constructor of InConstructor" + OF_NO_TEST));
        assertThat(Runs.failures(InBeforeAll.class))
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure).hasMessage("the Network parameter 0 of the method prepare" + OF_NO_TEST));
    }

    private static final String OF_NO_TEST =
            " would belong to no single test, and each test here has a network of its own. For one network per class,"
                    + " annotate the class with @NetworkTest(scope = CLASS). Otherwise use a parameter of the test or"
                    + " of a @BeforeEach method";

    @NetworkTest
    static class InConstructor {
        InConstructor(Network network) {
            SEEN.add(network);
        }

        @Test
        void neverRuns() {
            throw new AssertionError("unreachable");
        }
    }

    @ExtendWith(NetworkExtension.class)
    static class InBeforeAll {
        @BeforeAll
        static void prepare(Network network) {
            SEEN.add(network);
        }

        @Test
        void neverRuns() {
            throw new AssertionError("unreachable");
        }
    }

    // ---- two registrations

    @Test
    void twoRegistrationsAreRejected() {
        assertThat(Runs.failures(Twice.class))
                .singleElement()
                .extracting(Throwable::getMessage)
                .isEqualTo(
                        "two NetworkExtensions are registered for runs(Network); keep one of @NetworkTest, @ExtendWith"
                                + " and @RegisterExtension. @NetworkTest(config = ...) takes all settings");
        assertThat(Runs.failures(TwiceInClass.class))
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .contains("two NetworkExtensions are registered for NetworkTestTest$TwiceInClass; keep one of");
    }

    @NetworkTest
    static class Twice {
        @RegisterExtension
        final NetworkExtension second = new NetworkExtension();

        @Test
        void runs(Network network) {
            SEEN.add(network);
        }
    }

    @NetworkTest(scope = CLASS)
    static class TwiceInClass {
        @RegisterExtension
        static final NetworkExtension SECOND = new NetworkExtension();

        @BeforeAll
        static void prepare(Network network) {
            SEEN.add(network);
        }

        @Test
        void runs(Network network) {
            SEEN.add(network);
        }
    }

    @Test
    void theSameRegistrationTwiceIsOne() {
        assertThat(Runs.failures(Same.class)).isEmpty();
    }

    @NetworkTest
    @ExtendWith(NetworkExtension.class)
    static class Same {
        @Test
        @NetworkTest(seed = 3)
        void runs(Network network) {
            assertThat(network.seed()).isEqualTo(3);
        }
    }
}

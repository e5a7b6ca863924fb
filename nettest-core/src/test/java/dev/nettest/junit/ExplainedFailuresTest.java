package dev.nettest.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Each failure is explained once, before the network is shut down. */
class ExplainedFailuresTest {
    private static final List<Network> SEEN = new ArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void failuresOfTestsAreExplainedOnce() {
        List<Throwable> failures = Runs.failures(Tests.class);

        assertThat(failures)
                .extracting(Throwable::getClass)
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrder(
                        "AssertionFailedError", "ConnectException", "TimeoutException", "TimeoutException");
        assertThat(failures)
                .allSatisfy(failure -> assertThat(Runs.explanations(failure)).isEqualTo(1));
    }

    @NetworkTest
    static class Tests {
        @Test
        void asserts(Network network) {
            Assertions.assertEquals(1, network.seed() + 1);
        }

        @Test
        void connects(Network network) throws Exception {
            network.connect("10.0.0.1:1");
        }

        @Test
        @Timeout(value = 50, unit = TimeUnit.MILLISECONDS)
        void hangs(Network network) throws Exception {
            network.listen().accept();
        }

        @Test
        @Timeout(value = 50, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
        void hangsOnAnotherThread(Network network) throws Exception {
            network.listen().accept();
        }
    }

    @Test
    void theNetworkIsOpenWhenItsFailureIsExplained() {
        List<Throwable> failures = Runs.failures(Observed.class);

        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(Runs.explanations(failure)).isEqualTo(1);
            assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .contains("explained while open");
        });
    }

    @ExtendWith(Observer.class)
    @NetworkTest
    static class Observed {
        @Test
        void fails(Network network) {
            SEEN.add(network);
            throw new IllegalStateException("the test's own");
        }
    }

    /** Registered before the network's extension, so it handles the failure after it. */
    static class Observer implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            if (Runs.explanations(failure) == 1 && !SEEN.get(0).isClosed()) {
                failure.addSuppressed(new IllegalStateException("explained while open"));
            }
            throw failure;
        }
    }

    @Test
    void failuresOfLifecycleMethodsAreExplainedOnce() {
        assertThat(Runs.failures(BeforeEachFails.class)).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("before each");
            assertThat(Runs.explanations(failure)).isEqualTo(1);
        });
        assertThat(Runs.failures(AfterEachFails.class)).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("after each");
            assertThat(Runs.explanations(failure)).isEqualTo(1);
        });
        assertThat(Runs.failures(BothFail.class)).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("test");
            assertThat(Runs.explanations(failure)).isEqualTo(1);
            assertThat(failure.getSuppressed()).anySatisfy(second -> {
                assertThat(second).hasMessage("after each");
                assertThat(Runs.explanations(second)).isEqualTo(1);
            });
        });
        assertThat(Runs.failures(BeforeAllFails.class)).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("before all");
            assertThat(Runs.explanations(failure)).isEqualTo(1);
        });
        assertThat(Runs.failures(AfterAllFails.class)).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("after all");
            assertThat(Runs.explanations(failure)).isEqualTo(1);
        });
    }

    @NetworkTest
    static class BeforeEachFails {
        @BeforeEach
        void prepare(Network network) {
            throw new IllegalStateException("before each");
        }

        @Test
        void neverRuns() {
            throw new AssertionError("unreachable");
        }
    }

    @NetworkTest
    static class AfterEachFails {
        @Test
        void passes(Network network) {
            assertThat(network.isClosed()).isFalse();
        }

        @AfterEach
        void end() {
            throw new IllegalStateException("after each");
        }
    }

    @NetworkTest
    static class BothFail {
        @Test
        void fails(Network network) {
            throw new IllegalStateException("test");
        }

        @AfterEach
        void end() {
            throw new IllegalStateException("after each");
        }
    }

    @NetworkTest(scope = NetworkTest.Scope.CLASS)
    static class BeforeAllFails {
        @BeforeAll
        static void prepare(Network network) {
            throw new IllegalStateException("before all");
        }

        @Test
        void neverRuns() {
            throw new AssertionError("unreachable");
        }
    }

    @NetworkTest(scope = NetworkTest.Scope.CLASS)
    static class AfterAllFails {
        @Test
        void passes(Network network) {
            assertThat(network.isClosed()).isFalse();
        }

        @AfterAll
        static void end() {
            throw new IllegalStateException("after all");
        }
    }

    @Test
    void failuresOfOtherExtensionsAreExplainedToo() {
        assertThat(Runs.failures(OtherExtension.class)).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("the other extension's");
            assertThat(Runs.explanations(failure)).isEqualTo(1);
        });
    }

    @NetworkTest
    @ExtendWith(Failing.class)
    static class OtherExtension {
        @Test
        void passes(Network network) {
            assertThat(network.isClosed()).isFalse();
        }
    }

    static class Failing implements BeforeEachCallback, AfterEachCallback {
        @Override
        public void beforeEach(ExtensionContext context) {
            assertThat(context.getExecutionException()).isEmpty();
        }

        @Override
        public void afterEach(ExtensionContext context) {
            throw new IllegalStateException("the other extension's");
        }
    }

    @Test
    void anAbortedTestIsNoFailure() {
        assertThat(Runs.failures(Aborted.class)).isEmpty();
        assertThat(SEEN).hasSize(1).allMatch(Network::isClosed);
    }

    @NetworkTest
    static class Aborted {
        @Test
        void aborts(Network network) {
            SEEN.add(network);
            network.faults().read(Fault.stall());
            Assumptions.abort("not here");
        }
    }
}

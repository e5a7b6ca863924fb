package dev.nettest.junit;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives each test a {@link Network} of its own, and closes it after the test. The network is a parameter of the test
 * method or of a {@code @BeforeEach} method. Unless the test has failed already, the close fails it for
 * {@linkplain NetworkConfig.Builder#checksLeaks leaks} and for faults that never fired. It also fails the test for
 * handlers of {@link dev.nettest.Listener#serve} that failed, and for refused waits that the code under test swallowed.
 *
 * <pre>{@code
 * @NetworkTest
 * class ServerTest {
 *     @Test
 *     void greets(Network network) throws Exception { ... }
 * }
 * }</pre>
 *
 * <p>{@link NetworkTest} registers it and gives settings. {@code @ExtendWith} registers it with
 * {@link NetworkConfig#defaults()} and all checks. {@code @RegisterExtension} registers it with the settings of
 * {@link #NetworkExtension(NetworkConfig)}:
 *
 * <pre>{@code
 * @RegisterExtension
 * final NetworkExtension networks =
 *         new NetworkExtension(NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).checks(true).build());
 * }</pre>
 *
 * <p>Register it once for each test; two registrations fail the test.
 *
 * <p>A {@link VirtualClock} parameter is the network's clock. A {@link Host} parameter needs a {@link NetworkHost}. All
 * tests of a {@code @TestFactory} method share its network. One network for a class, its constructor and its
 * {@code @BeforeAll} methods needs {@code @NetworkTest(scope = CLASS)}.
 *
 * <p>On a {@linkplain VirtualClock#selfAdvancing() self-advancing clock}, one for each network, the threads of tests,
 * constructors and lifecycle methods are registered with the network.
 *
 * <p>The failure of a test or of a lifecycle method, a timeout included, carries the network's report in a suppressed
 * exception, with its seed. Replay the test with {@code -Dnettest.seed}. A further one names the page with the trace;
 * see {@link dev.nettest.trace.TraceReports}.
 *
 * <p>Each repetition of a {@code @RepeatedTest} has another seed: the first one that of the settings, each next one the
 * following number. It is published as the report entry {@code nettest.seed}. With {@code -Dnettest.seed} all
 * repetitions have that seed.
 */
@SuppressWarnings("exports") // JUnit is optional: users of this class have it
public final class NetworkExtension
        implements ParameterResolver,
                InvocationInterceptor,
                BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private final TestNetworks networks;

    /** Uses {@link NetworkConfig#defaults()} with all checks. */
    public NetworkExtension() {
        this(NetworkConfig.builder().checks(true).build());
    }

    /** Uses these settings for the network of every test. */
    public NetworkExtension(NetworkConfig config) {
        this.networks = new TestNetworks(Objects.requireNonNull(config, "config"));
    }

    /**
     * The network of a test, or of a class whose tests share one, for other extensions. It is made now if nothing has
     * asked for it yet.
     *
     * @return empty for a class whose tests have their own networks, and if no {@code NetworkExtension} is registered
     *     before the extension that asks
     */
    public static Optional<Network> network(ExtensionContext context) {
        NetworkExtension registered = TestNetworks.registered(context);
        return registered == null
                ? Optional.empty()
                : registered.networks.obtain(context).map(TestNetwork::network);
    }

    // ---- parameters

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        boolean supported = TestParameters.supports(parameter);
        if (supported) {
            TestNetworks.checkAlone(this, context);
        }
        return supported;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return TestParameters.resolve(parameter, context, networks);
    }

    // ---- begin and end

    @Override
    public void beforeAll(ExtensionContext context) {
        TestNetworks.checkAlone(this, context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        TestNetworks.checkAlone(this, context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        // for failures of other extensions, and for factories
        context.getExecutionException().ifPresent(failure -> explain(context, failure));
        end(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        context.getExecutionException().ifPresent(failure -> explain(context, failure));
        end(context);
    }

    private void end(ExtensionContext context) {
        TestNetwork network = networks.remove(context);
        if (network != null) {
            network.end();
        }
    }

    // ---- failures. These handlers run before any later method of the test, and see timeouts too.

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        explain(context, failure);
        throw failure;
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        explain(context, failure);
        throw failure;
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        explain(context, failure);
        throw failure;
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        explain(context, failure);
        throw failure;
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        explain(context, failure);
        throw failure;
    }

    private void explain(ExtensionContext context, Throwable failure) {
        TestNetwork network = networks.find(context);
        if (network != null) {
            network.explain(context, failure);
        }
    }

    // ---- threads. A method with a timeout can run on another thread than the resolution of its parameters.

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> constructor, ExtensionContext context)
            throws Throwable {
        try {
            return run(invocation, context);
        } catch (Throwable failure) {
            explain(context, failure);
            if (context.getTestInstanceLifecycle().orElse(null) == TestInstance.Lifecycle.PER_CLASS) {
                end(context); // JUnit calls no afterAll then
            }
            throw failure;
        }
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public <T extends @Nullable Object> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        return run(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<@Nullable Void> invocation, DynamicTestInvocationContext test, ExtensionContext context)
            throws Throwable {
        try {
            run(invocation, context);
        } catch (Throwable failure) { // no handler of JUnit sees it
            explain(context, failure);
            throw failure;
        }
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    private <T extends @Nullable Object> T run(Invocation<T> invocation, ExtensionContext context) throws Throwable {
        TestNetwork network = networks.find(context);
        return network == null ? invocation.proceed() : network.run(invocation);
    }
}

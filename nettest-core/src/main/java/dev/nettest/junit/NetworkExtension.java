package dev.nettest.junit;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.VirtualClock;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Gives each test a {@link Network} of its own, as a parameter of the test method or of a {@code @BeforeEach} method, and closes it
 * after the test. Unless the test has failed already, connections and sockets that were not closed fail it, and so do
 * faults that never acted.
 *
 * <pre>{@code
 * @ExtendWith(NetworkExtension.class)
 * class ServerTest {
 *     @Test
 *     void greets(Network network) throws Exception { ... }
 * }
 * }</pre>
 *
 * <p>For other settings than {@link NetworkConfig#defaults()} with all checks, register it with {@code @RegisterExtension} and
 * {@link #NetworkExtension(NetworkConfig)}. On a clock that {@linkplain VirtualClock#selfAdvancing() moves by itself}, one for each test,
 * the thread that runs the test method takes part in the network, and so do those of {@code @BeforeEach} and {@code @AfterEach} methods:
 *
 * <pre>{@code
 * @RegisterExtension
 * final NetworkExtension networks =
 *         new NetworkExtension(NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).checks(true).build());
 * }</pre>
 *
 * <p>What a test fails with has the network's seed with it, as a suppressed exception, to replay it with {@code -Dnettest.seed}.
 */
@SuppressWarnings("exports") // JUnit is optional: who uses this has it
public final class NetworkExtension implements ParameterResolver, InvocationInterceptor, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NetworkExtension.class);

    private final NetworkConfig config;

    /** With {@link NetworkConfig#defaults()}, and all checks. */
    public NetworkExtension() {
        this(NetworkConfig.builder().checks(true).build());
    }

    /** With these settings, for every test a new network. */
    public NetworkExtension(NetworkConfig config) {
        this.config = config;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        // A constructor and a @BeforeAll method run outside of any one test, after which the network could be closed.
        return parameter.getParameter().getType() == Network.class
                && context.getTestMethod().isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // get and put, because no method that does both exists in every JUnit. Parameters of a test are resolved one
        // after another.
        ExtensionContext.Store store = context.getStore(NAMESPACE);
        Network network = store.get(Network.class, Network.class);
        if (network == null) {
            network = Network.create(config);
            store.put(Network.class, network);
        }
        return network;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Network network = context.getStore(NAMESPACE).remove(Network.class, Network.class);
        if (network == null) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            network.explain(context.getExecutionException().get());
            network.shutdown();
        } else {
            network.close();
        }
    }

    // The test's own thread: with a time limit it may be another one than that which resolves parameters.

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
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
    public void interceptAfterEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    private static void run(Invocation<@Nullable Void> invocation, ExtensionContext context) throws Throwable {
        Network network = context.getStore(NAMESPACE).get(Network.class, Network.class);
        if (network == null || !(network.clock() instanceof VirtualClock clock) || !clock.isSelfAdvancing()) {
            invocation.proceed();
            return;
        }
        Participation test = network.participate();
        try {
            invocation.proceed();
        } finally {
            test.close();
        }
    }
}

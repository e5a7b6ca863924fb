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
 * Gives each test a {@link Network} of its own, and closes it after the test. The network is a parameter of the test
 * method or of a {@code @BeforeEach} method. Unless the test has failed already, it fails for connections and sockets
 * that were not closed, and for faults that never fired.
 *
 * <pre>{@code
 * @ExtendWith(NetworkExtension.class)
 * class ServerTest {
 *     @Test
 *     void greets(Network network) throws Exception { ... }
 * }
 * }</pre>
 *
 * <p>The default settings are {@link NetworkConfig#defaults()} with all checks. For others, register it with
 * {@code @RegisterExtension} and {@link #NetworkExtension(NetworkConfig)}. On a
 * {@linkplain VirtualClock#selfAdvancing() self-advancing clock}, one for each test, the threads of test,
 * {@code @BeforeEach} and {@code @AfterEach} methods are registered with the network:
 *
 * <pre>{@code
 * @RegisterExtension
 * final NetworkExtension networks =
 *         new NetworkExtension(NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).checks(true).build());
 * }</pre>
 *
 * <p>The failure of a test carries the network's seed in a suppressed exception. Replay the test with
 * {@code -Dnettest.seed}.
 */
@SuppressWarnings("exports") // JUnit is optional: users of this class have it
public final class NetworkExtension implements ParameterResolver, InvocationInterceptor, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NetworkExtension.class);

    private final NetworkConfig config;

    /** Uses {@link NetworkConfig#defaults()} with all checks. */
    public NetworkExtension() {
        this(NetworkConfig.builder().checks(true).build());
    }

    /** Uses these settings for the network of every test. */
    public NetworkExtension(NetworkConfig config) {
        this.config = config;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        // A constructor and a @BeforeAll method belong to no single test whose end could close the network.
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

    // Registers the thread of the test method: with a timeout it differs from the thread that resolves parameters.

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
        Participation registered = network.participate();
        try {
            invocation.proceed();
        } finally {
            registered.close();
        }
    }
}

package dev.nettest.junit;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

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
 * {@link #NetworkExtension(NetworkConfig)}.
 */
@SuppressWarnings("exports") // JUnit is optional: who uses this has it
public final class NetworkExtension implements ParameterResolver, AfterEachCallback {

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
        return context.getStore(NAMESPACE)
                .computeIfAbsent(Network.class, type -> Network.create(config), Network.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Network network = context.getStore(NAMESPACE).remove(Network.class, Network.class);
        if (network == null) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            network.shutdown();
        } else {
            network.close();
        }
    }
}

package dev.nettest.jvm;

import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Claims addresses for the network of each test, so that code which opens its own sockets reaches it. The claim ends
 * with the test, or with the class if its tests share a network. A {@link Claim} parameter is the claim.
 *
 * <p>It claims for the network of {@link NetworkExtension}, if that is registered before this one. Otherwise each test
 * has a network of its own on the system's clock, with all checks; a {@link Network} parameter is that network.
 * {@link JvmNetworkTest} registers both and gives settings.
 *
 * <p>The threads of the test and of its lifecycle methods are registered in the network, see
 * {@link Localhost#REGISTERED_THREADS}.
 */
@SuppressWarnings("exports") // JUnit is optional: users of this class have it
public final class JvmNetworkExtension
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                InvocationInterceptor,
                ParameterResolver,
                TestExecutionExceptionHandler {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(JvmNetworkExtension.class);

    private final @Nullable ClaimConfig config;

    /** Takes the settings of {@link JvmNetworkTest}, or {@link ClaimConfig#defaults()}. */
    public JvmNetworkExtension() {
        this.config = null;
    }

    /** Uses these settings for the claim of every test. */
    public JvmNetworkExtension(ClaimConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    // ---- begin and end

    @Override
    public void beforeAll(ExtensionContext context) {
        NetworkExtension.network(context).ifPresent(shared -> claim(context, shared, false));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (find(context) == null) {
            Optional<Network> given = NetworkExtension.network(context);
            claim(context, given.orElseGet(TestClaim::network), given.isEmpty());
        }
    }

    private void claim(ExtensionContext context, Network network, boolean ownsNetwork) {
        ClaimConfig settings = config == null ? ClaimSettings.of(context) : config;
        TestClaim claim = new TestClaim(network, ownsNetwork, settings, nameOf(context));
        context.getStore(NAMESPACE).put(TestClaim.class, claim);
    }

    private static String nameOf(ExtensionContext context) {
        String type = context.getRequiredTestClass().getSimpleName();
        return context.getTestMethod()
                .map(method -> type + "." + method.getName())
                .orElse(type);
    }

    private static @Nullable TestClaim find(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(TestClaim.class, TestClaim.class);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        TestClaim claim = find(context);
        if (claim != null) {
            claim.failed(failure);
        }
        throw failure;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        end(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end(context);
    }

    private static void end(ExtensionContext context) {
        TestClaim claim = context.getStore(NAMESPACE).remove(TestClaim.class, TestClaim.class);
        if (claim != null) {
            claim.close();
        }
    }

    // ---- threads. A method with a timeout can run on another thread than the callbacks.

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
        run(invocation, context);
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

    private static <T extends @Nullable Object> T run(Invocation<T> invocation, ExtensionContext context)
            throws Throwable {
        TestClaim claim = find(context);
        return claim == null ? invocation.proceed() : claim.run(invocation);
    }

    // ---- parameters

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        TestClaim claim = find(context);
        return claim != null && (type == Claim.class || (type == Network.class && claim.ownsNetwork()));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestClaim claim = Objects.requireNonNull(find(context));
        return parameter.getParameter().getType() == Claim.class
                ? claim.claim()
                : claim.claim().network();
    }
}

package dev.nettest.junit;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.VirtualClock;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** Values of parameters: the network of the test, its clock, and its hosts. */
final class TestParameters {

    private static final Set<Class<?>> TYPES = Set.of(Network.class, VirtualClock.class, Host.class);

    private TestParameters() {}

    static boolean supports(ParameterContext parameter) {
        return TYPES.contains(parameter.getParameter().getType());
    }

    static Object resolve(ParameterContext parameter, ExtensionContext context, TestNetworks networks) {
        TestNetwork network = networks.obtain(context)
                .orElseThrow(() -> new ParameterResolutionException(text(parameter)
                        + " would belong to no single test, and each test here has a network of its own."
                        + " For one network per class, annotate the class with @NetworkTest(scope = CLASS)."
                        + " Otherwise use a parameter of the test or of a @BeforeEach method"));
        Class<?> type = parameter.getParameter().getType();
        if (type == Network.class) {
            return network.network();
        }
        return type == Host.class ? host(parameter, network) : clock(parameter, network);
    }

    private static VirtualClock clock(ParameterContext parameter, TestNetwork network) {
        NetworkClock clock = network.network().clock();
        if (clock instanceof VirtualClock virtual) {
            return virtual;
        }
        throw new ParameterResolutionException(
                text(parameter) + " needs a network on a virtual clock, but it is on the " + clock
                        + "; annotate the test or its class with @NetworkTest(clock = SELF_ADVANCING) or MANUAL");
    }

    private static Host host(ParameterContext parameter, TestNetwork network) {
        Optional<NetworkHost> wanted = parameter.findAnnotation(NetworkHost.class);
        return network.host(wanted.orElseThrow(() -> new ParameterResolutionException(text(parameter)
                + " has no name; annotate it like @NetworkHost(name = \"db\", addresses = \"10.0.0.5\")")));
    }

    /** Such as {@code "the Host parameter 0 of the method connects"}. */
    private static String text(ParameterContext parameter) {
        Executable executable = parameter.getDeclaringExecutable();
        String of = executable instanceof Constructor
                ? "the constructor of " + executable.getDeclaringClass().getSimpleName()
                : "the method " + executable.getName();
        return "the " + parameter.getParameter().getType().getSimpleName() + " parameter " + parameter.getIndex()
                + " of " + of;
    }
}

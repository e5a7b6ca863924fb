package dev.nettest.jvm.internal.name;

import dev.nettest.jvm.internal.platform.Switch;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;

/**
 * The JVM's resolver of names since JDK 18, found by {@code ServiceLoader}: that of the platform, with the names of
 * claims before it.
 */
public final class RoutingResolverProvider extends InetAddressResolverProvider {

    /** For {@code ServiceLoader}. */
    public RoutingResolverProvider() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver platform = configuration.builtinResolver();
        return Switch.isOff() ? platform : new RoutingResolver(platform, JvmNameCache.replace());
    }

    @Override
    public String name() {
        return "nettest";
    }
}

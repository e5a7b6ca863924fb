package dev.nettest.jvm.internal.name;

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
        return new RoutingResolver(configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "nettest";
    }
}

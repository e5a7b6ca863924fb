package dev.nettest.samples.netty;

import dev.nettest.Network;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

// snippet: netty-names
/** The names of a network, for {@code Bootstrap.resolver}. */
public final class NetworkNames extends AddressResolverGroup<InetSocketAddress> {

    private final Network network;

    public NetworkNames(Network network) {
        this.network = network;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {
            @Override
            protected void doResolve(String name, Promise<InetAddress> address) throws UnknownHostException {
                address.setSuccess(network.resolve(name).get(0));
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> addresses) throws UnknownHostException {
                addresses.setSuccess(network.resolve(name));
            }
        }.asAddressResolver();
    }
}
// end snippet

package dev.nettest.samples.lettuce;

import io.lettuce.core.ConnectionBuilder;
import io.lettuce.core.ConnectionEvents;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import reactor.core.publisher.Mono;

// snippet: lettuce-client
/** A client of Lettuce with the channels of a provider. Lettuce has a setting for its event loops only. */
final class NetworkRedisClient extends RedisClient {

    private final SelectorProvider provider;

    NetworkRedisClient(ClientResources resources, RedisURI uri, SelectorProvider provider) {
        super(resources, uri);
        this.provider = provider;
    }

    /** Replaces the bootstrap that Lettuce has set up. The channels of a bootstrap cannot be set twice. */
    @Override
    protected void connectionBuilder(
            Mono<SocketAddress> address, ConnectionBuilder builder, ConnectionEvents events, RedisURI uri) {
        super.connectionBuilder(address, builder, events, uri);
        Bootstrap theirs = builder.bootstrap();
        Bootstrap ours = new Bootstrap()
                .group(theirs.config().group())
                .channelFactory(() -> new NioSocketChannel(provider))
                .resolver(theirs.config().resolver());
        theirs.config().options().forEach((option, value) -> set(ours, option, value));
        builder.bootstrap(ours);
    }

    @SuppressWarnings("unchecked") // the value has the type of its option
    private static <T> void set(Bootstrap bootstrap, ChannelOption<T> option, Object value) {
        bootstrap.option(option, (T) value);
    }
}
// end snippet

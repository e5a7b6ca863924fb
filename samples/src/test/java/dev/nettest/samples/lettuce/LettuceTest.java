package dev.nettest.samples.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.netty.NetworkNames;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A connection of Lettuce that is reset between a command and its answer. */
@ExtendWith(NetworkExtension.class)
class LettuceTest extends OnRealRedis {

    // snippet: lettuce-seam
    @BeforeEach
    void useTheNetwork(Network network) throws IOException {
        network.host("cache", "10.0.0.6");
        network.bridge("10.0.0.6:6379", redis().address());
        SelectorProvider provider =
                NetworkChannels.selectorProvider(network.localhost(), TimeoutClock.SYSTEM, connections::add);
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory(provider));
        resources = ClientResources.builder()
                .eventLoopGroupProvider(new GivenLoops(loops))
                .addressResolverGroup(new NetworkNames(network))
                .build();
        client = new NetworkRedisClient(resources, RedisURI.create("redis://cache"), provider);
    }
    // end snippet

    // snippet: lettuce-lost
    @Test
    void aVisitWhoseAnswerIsLostIsCountedTwice() {
        RedisCommands<String, String> redis = client.connect().sync();
        redis.set("visits", "0");

        connections.get(0).peer().faults().write(Fault.halfClose()); // a FIN instead of the answer

        assertThat(redis.incr("visits")).isEqualTo(2); // one call: Lettuce reconnects and sends the command again
        assertThat(connections).hasSize(2);
    }

    @Test
    void aResetFailsOnlyTheFirstCommandInFlight() throws Exception {
        StatefulRedisConnection<String, String> connection = client.connect();
        RedisAsyncCommands<String, String> redis = connection.async();
        redis.set("visits", "0").get();

        connections.get(0).peer().faults().write(Fault.reset());
        connection.setAutoFlushCommands(false);
        RedisFuture<Long> first = redis.incr("visits");
        RedisFuture<Long> second = redis.incr("visits");
        connection.flushCommands();

        assertThatThrownBy(first::get).hasRootCauseMessage("Connection reset");
        assertThat(second.get()).isEqualTo(3); // it was sent again
    }
    // end snippet
}

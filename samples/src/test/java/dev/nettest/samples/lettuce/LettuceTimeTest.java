package dev.nettest.samples.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Bridge;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.TimeoutClock;
import dev.nettest.VirtualClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.netty.NetworkEventLoops;
import dev.nettest.samples.netty.NetworkNames;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lettuce's timeouts and reconnects on a clock that the test moves. Redis itself runs in real time. */
class LettuceTimeTest extends OnRealRedis {

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    private Bridge bridge;

    // snippet: lettuce-time-seam
    @BeforeEach
    void useTheNetwork(Network network) throws IOException {
        bridge = network.bridge("10.0.0.6:6379", redis().address());
        loops = new NetworkEventLoops(network, 1);
        resources = ClientResources.builder()
                .eventLoopGroupProvider(new GivenLoops(loops))
                .addressResolverGroup(new NetworkNames(network)) // the default opens a real datagram channel
                .timer(new NetworkTimer(network)) // command timeouts and the delays of reconnects
                .eventExecutorGroup(new DefaultEventExecutorGroup(1, network.threadFactory())) // it reconnects
                .build();
        client = new NetworkRedisClient(
                resources,
                RedisURI.create("redis://10.0.0.6"),
                NetworkChannels.selectorProvider(network.localhost(), TimeoutClock.NETWORK, connections::add));
        client.setOptions(ClientOptions.builder()
                .timeoutOptions(TimeoutOptions.enabled(Duration.ofMinutes(1)))
                .build());
    }
    // end snippet

    // snippet: lettuce-black-hole
    @Test
    void aLateAnswerIsNotTheAnswerOfTheNextCommand() throws Exception {
        RedisAsyncCommands<String, String> redis = client.connect().async();
        redis.set("greeting", "hello").get();
        redis.set("farewell", "goodbye").get();

        connections.get(0).partition(); // a black hole: nothing arrives, and nothing fails
        RedisFuture<String> greeting = redis.get("greeting");
        clock.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(greeting.isDone()).isFalse();
        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThatThrownBy(greeting::get).hasCauseInstanceOf(RedisCommandTimeoutException.class);

        connections.get(0).repair(); // the command arrives, and its answer
        assertThat(redis.get("farewell").get()).isEqualTo("goodbye");
        assertThat(connections).hasSize(1);
    }
    // end snippet

    // snippet: lettuce-reconnect
    @Test
    void reconnectsMoreAndMoreSlowly() throws Exception {
        RedisAsyncCommands<String, String> redis = client.connect().async();
        redis.set("greeting", "hello").get();

        FaultHandle refused = bridge.listener().faults().connect(Fault.refuse());
        connections.get(0).peer().reset();
        clock.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(refused.fireCount()).isEqualTo(33); // after 1, 2, 4 ... 16,384 ms, then every 30 s

        refused.close();
        RedisFuture<String> greeting = redis.get("greeting"); // waits for a connection
        clock.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(greeting.get()).isEqualTo("hello");
    }
    // end snippet
}

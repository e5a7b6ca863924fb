package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A reply arrives after the timeout of its command. */
class LateReplyTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    // snippet: recipe-late-reply
    @Test
    void aLateReplyIsNotReadByTheNextCommand(Network network) throws Exception {
        Recipes.serve(network, "10.0.0.6:6379", RedisScript::run); // answers GET with the key
        try (RedisClient client = RedisScript.client(network, new ConnectionPoolConfig(), connections::add)) {
            assertThat(client.get("greeting")).isEqualTo("greeting");

            connections
                    .get(0)
                    .peer()
                    .faults()
                    .write(Fault.delayed(Duration.ofSeconds(3)).once());
            assertThatThrownBy(() -> client.get("slow")) // its timeout is two seconds
                    .isInstanceOf(JedisConnectionException.class)
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);
            network.clock().sleep(Duration.ofSeconds(2)); // a reply on the old connection would have arrived

            assertThat(client.get("farewell")).isEqualTo("farewell");
            assertThat(connections).hasSize(2); // the pool has dropped the connection with the late reply
        }
    }
    // end snippet
}

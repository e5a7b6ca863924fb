package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A pool hands out a connection that ended while it was idle. */
class PoolValidationTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    // snippet: recipe-pool
    @Test
    void withoutValidationTheFirstCommandFails(Network network) throws Exception {
        Recipes.serve(network, "10.0.0.6:6379", RedisScript::run);
        try (RedisClient client = RedisScript.client(network, new ConnectionPoolConfig(), connections::add)) {
            client.get("greeting");
            connections.get(0).peer().reset(); // the server restarts while the connection is idle

            assertThatThrownBy(() -> client.get("farewell")).isInstanceOf(JedisConnectionException.class);
        }
    }

    @Test
    void validationReplacesTheConnection(Network network) throws Exception {
        Recipes.serve(network, "10.0.0.6:6379", RedisScript::run);
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setTestOnBorrow(true);
        try (RedisClient client = RedisScript.client(network, pool, connections::add)) {
            client.get("greeting");
            connections.get(0).peer().reset();

            assertThat(client.get("farewell")).isEqualTo("farewell");
            assertThat(connections).hasSize(2);
        }
    }
    // end snippet
}

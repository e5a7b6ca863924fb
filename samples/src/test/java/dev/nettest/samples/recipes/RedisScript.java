package dev.nettest.samples.recipes;

import static dev.nettest.samples.recipes.Recipes.lines;
import static dev.nettest.samples.recipes.Recipes.send;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** The part of a Redis server that the recipes need: it answers {@code GET key} with the key. */
final class RedisScript {

    private RedisScript() {}

    static void run(Connection client) throws IOException {
        BufferedReader input = lines(client);
        for (List<String> words = command(input); !words.isEmpty(); words = command(input)) {
            switch (words.get(0).toUpperCase(Locale.ROOT)) {
                case "GET" -> send(client, "$" + words.get(1).length() + "\r\n" + words.get(1) + "\r\n");
                case "PING" -> send(client, "+PONG\r\n");
                case "HELLO" -> send(client, "-ERR unknown command\r\n");
                default -> send(client, "+OK\r\n");
            }
        }
    }

    /** The next command, an array of bulk strings; empty at the end of the stream. */
    private static List<String> command(BufferedReader input) throws IOException {
        String head = input.readLine();
        int count = head == null ? 0 : Integer.parseInt(head.substring(1));
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            input.readLine(); // the length
            words.add(input.readLine());
        }
        return words;
    }

    /** A client with a pool and a read timeout of two seconds. */
    static RedisClient client(Network network, ConnectionPoolConfig pool, Consumer<Connection> beforeHandshake) {
        SocketFactory sockets = NetworkSockets.socketFactory(network, beforeHandshake);
        ConnectionFactory connect = new ConnectionFactory(
                () -> {
                    try {
                        Socket socket = sockets.createSocket("10.0.0.6", 6379);
                        socket.setSoTimeout(2_000);
                        return socket;
                    } catch (IOException e) {
                        throw new JedisConnectionException(e);
                    }
                },
                DefaultJedisClientConfig.builder().build());
        return RedisClient.builder()
                .connectionProvider(new PooledConnectionProvider(connect, pool))
                .build();
    }
}

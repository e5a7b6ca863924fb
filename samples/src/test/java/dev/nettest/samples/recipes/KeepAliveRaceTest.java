package dev.nettest.samples.recipes;

import static dev.nettest.samples.recipes.Recipes.lines;
import static dev.nettest.samples.recipes.Recipes.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Impairment;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client sends a request on a pooled connection while the FIN of the server is in flight. */
class KeepAliveRaceTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final List<String> orders = new CopyOnWriteArrayList<>();
    private OkHttpClient client;

    @AfterEach
    void closeIdleConnections() {
        client.connectionPool().evictAll();
    }

    /** Answers orders, and closes a connection that is idle for five seconds. */
    private void takeOrders(Connection client) throws IOException {
        client.readTimeout(Duration.ofSeconds(5));
        BufferedReader requests = lines(client);
        try {
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                while (!line.isEmpty()) {
                    line = requests.readLine();
                }
                char[] body = new char[7];
                requests.read(body);
                orders.add(String.valueOf(body));
                send(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        } catch (SocketTimeoutException idle) {
            // the end of the conversation
        }
    }

    private OkHttpClient client(Network network, boolean retry) {
        return new OkHttpClient.Builder()
                .socketFactory(NetworkSockets.socketFactory(network, connections::add))
                .dns(network::resolve)
                .fastFallback(false)
                .retryOnConnectionFailure(retry)
                .build();
    }

    private String order(String what) throws IOException {
        Request request = new Request.Builder()
                .url("http://10.0.0.5/orders")
                .post(RequestBody.create(what, null))
                .build();
        try (Response response = client.newCall(request).execute()) {
            return response.body().string();
        }
    }

    // snippet: recipe-keep-alive-race
    @Test
    void anOrderThatMeetsTheCloseFails(Network network) throws Exception {
        Recipes.serve(network, "10.0.0.5:80", this::takeOrders); // closes after five idle seconds
        network.defaultLink().impair(Impairment.latency(Duration.ofMillis(50)));
        client = client(network, false);
        order("a piano");

        network.clock().sleep(Duration.ofMillis(4_970)); // the FIN has left the server, and is in flight

        assertThatThrownBy(() -> order("a stool")).isInstanceOf(IOException.class);
        assertThat(orders).containsExactly("a piano");
    }

    @Test
    void aRetrySendsTheOrderOnce(Network network) throws Exception {
        Recipes.serve(network, "10.0.0.5:80", this::takeOrders);
        network.defaultLink().impair(Impairment.latency(Duration.ofMillis(50)));
        client = client(network, true);
        order("a piano");

        network.clock().sleep(Duration.ofMillis(4_970));

        assertThat(order("a stool")).isEqualTo("ok"); // over a new connection
        assertThat(connections).hasSize(2);
        assertThat(orders).containsExactly("a piano", "a stool");
    }
    // end snippet
}

package dev.nettest.samples.recipes;

import static dev.nettest.samples.recipes.Recipes.lines;
import static dev.nettest.samples.recipes.Recipes.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A name has several addresses, and the first of them is down. */
class AddressesTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private static void hello(Connection client) throws IOException {
        BufferedReader requests = lines(client);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            if (line.isEmpty()) {
                send(client, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            }
        }
    }

    // snippet: recipe-addresses
    @Test
    void theSecondAddressAnswersAfterTheConnectTimeoutOfTheFirst(Network network) throws Exception {
        network.names().set("api", "10.0.0.5", "10.0.0.6");
        network.partition("*", "10.0.0.5"); // no answer, not even a refusal
        Recipes.serve(network, "10.0.0.6:80", AddressesTest::hello);
        OkHttpClient client = new OkHttpClient.Builder()
                .socketFactory(NetworkSockets.socketFactory(network))
                .dns(network::resolve)
                .connectTimeout(Duration.ofSeconds(3))
                .fastFallback(false) // one address after another
                .build();

        Request request = new Request.Builder().url("http://api/").build();
        try (Response response = client.newCall(request).execute()) {
            assertThat(response.body().string()).isEqualTo("hello");
        }
        client.connectionPool().evictAll();
        assertThat(Duration.ofNanos(network.clock().nanoTime())).hasSeconds(3);
    }
    // end snippet
}

package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

// snippet: jvm-url-connection
/** The old HTTP client of the JDK opens its own sockets. */
@JvmNetworkTest
class HttpUrlConnectionTest {

    private final List<String> orders = new CopyOnWriteArrayList<>();

    private static HttpURLConnection connection(Claim claim) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + claim.address(1) + "/orders").toURL().openConnection();
        connection.setDoOutput(true); // a POST
        return connection;
    }

    private static int order(String what, HttpURLConnection connection) throws IOException {
        try {
            connection.getOutputStream().write(what.getBytes());
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** Takes each order, but answers only from the second one on. */
    private void takeOrders(Connection client) throws IOException {
        BufferedReader request = new BufferedReader(new InputStreamReader(client.inputStream()));
        while (!request.readLine().isEmpty()) {
            // the header
        }
        char[] body = new char[7];
        request.read(body);
        orders.add(String.valueOf(body));
        if (orders.size() > 1) {
            client.outputStream().write("HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n".getBytes());
        }
    }

    @Test
    void anOrderIsSentTwiceIfTheServerClosesWithoutAnAnswer(Claim claim) throws Exception {
        claim.host("shop").listen(80).serve(this::takeOrders);

        assertThat(order("a piano", connection(claim))).isEqualTo(201);

        assertThat(orders).containsExactly("a piano", "a piano");
    }

    @Test
    void anOrderIsSentTwiceIfTheServerResets(Claim claim) throws Exception {
        Listener shop = claim.host("shop").listen(80);
        shop.serve(this::takeOrders);
        shop.faults().close(Fault.reset());

        assertThat(order("a piano", connection(claim))).isEqualTo(201);

        assertThat(orders).containsExactly("a piano", "a piano");
    }

    @Test
    void aStreamedOrderIsSentOnce(Claim claim) throws Exception {
        claim.host("shop").listen(80).serve(this::takeOrders);
        HttpURLConnection connection = connection(claim);
        connection.setFixedLengthStreamingMode(7);

        assertThatThrownBy(() -> order("a piano", connection)).isInstanceOf(SocketException.class);

        assertThat(orders).containsExactly("a piano");
    }
}
// end snippet

package dev.nettest.samples.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A WebSocket of OkHttp that is refused, and reset within a message. The feed's pauses and OkHttp's work run on the
 * network's executor, so that the virtual clock knows when their threads wait.
 */
class FeedTest {

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    private final MockWebServer server = new MockWebServer();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private Feed feed;

    // snippet: okhttp-virtual-seam
    @BeforeEach
    void useTheNetwork(Network network) {
        server.setServerSocketFactory(NetworkSockets.serverSocketFactory(network));
        OkHttpClient client = new OkHttpClient.Builder()
                .socketFactory(NetworkSockets.socketFactory(network, connections::add))
                .dispatcher(new Dispatcher(network.executor()))
                .fastFallback(false) // it waits for connects in real time, on its own threads
                .build();
        Request request = new Request.Builder().url("ws://10.0.0.5/feed").build();
        feed = new Feed(client, request, network.executor(), messages::add);
    }
    // end snippet

    @AfterEach
    void closeBoth() {
        feed.close();
        server.close();
    }

    // snippet: websocket-refused
    @Test
    void aServerThatStartsLaterIsFoundAtTheNextAttempt() throws Exception {
        feed.open(); // refused now, and after one and three seconds

        clock.advanceTimeBy(Duration.ofSeconds(6));
        startServer("hello");
        assertThat(server.getRequestCount()).isZero();

        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(messages.take()).isEqualTo("hello");
    }
    // end snippet

    // snippet: websocket-reset
    @Test
    void aMessageThatIsResetIsNotDelivered(Network network) throws Exception {
        String weather = "rain ".repeat(100);
        startServer("hello", weather);
        FaultHandle broken = network.awaitListening("10.0.0.5:80")
                .faults()
                .write(Fault.reset().afterBytes(400));

        feed.open();
        assertThat(messages.take()).isEqualTo("hello");
        connections.get(0).awaitClosed(); // reset within the weather message

        broken.close();
        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(messages.take()).isEqualTo("hello");
        assertThat(messages.take()).isEqualTo(weather);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }
    // end snippet

    private void startServer(String... greetings) throws Exception {
        WebSocketListener greeter = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response response) {
                for (String greeting : greetings) {
                    socket.send(greeting);
                }
            }
        };
        server.enqueue(new MockResponse.Builder().webSocketUpgrade(greeter).build());
        server.enqueue(new MockResponse.Builder().webSocketUpgrade(greeter).build());
        server.start(InetAddress.getByName("10.0.0.5"), 80);
    }
}

package dev.nettest.samples.grpc;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static dev.nettest.samples.grpc.OrderService.PLACE;
import static dev.nettest.samples.grpc.OrderService.WATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Link;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** gRPC over Netty, unmodified, with faults inside messages, between frames and on the link. */
@NetworkTest(clock = SELF_ADVANCING)
@Timeout(60)
class GrpcNettyTest {

    private static final String PIANO = "a piano, " + "with care, ".repeat(100);

    private OrderService service;
    private Server server;

    @BeforeEach
    void startServer(Network network) throws IOException {
        service = new OrderService(network);
        server = service.start();
    }

    @AfterEach
    void end() {
        service.close();
    }

    private String place(ManagedChannel channel, String order) {
        return ClientCalls.blockingUnaryCall(channel, PLACE, CallOptions.DEFAULT, order);
    }

    // snippet: grpc-stalled
    @Test
    void aDeadlinePassesWhileAStreamStallsInsideAMessage() throws Exception {
        ManagedChannel channel = service.open(service.channelBuilder());
        place(channel, "a stool"); // takes 0.12 s
        service.connections.get(0).faults().read(Fault.stall().afterBytes(1_500));

        Iterator<String> updates =
                ClientCalls.blockingServerStreamingCall(channel, WATCH, service.within(Duration.ofSeconds(30)), PIANO);
        assertThat(updates.next()).endsWith("packed"); // the next update stalls after some hundred bytes

        assertThatThrownBy(updates::next).hasMessageStartingWith("DEADLINE_EXCEEDED");
        assertThat(service.passed()).isEqualTo(Duration.ofMillis(30_120));
        service.cancelled.get(); // the server is told
    }
    // end snippet

    // snippet: grpc-retry
    @Test
    void aRequestThatIsResetInsideAMessageIsSentAgain() throws Exception {
        ManagedChannel channel = service.open(service.channelBuilder().defaultServiceConfig(RETRIES));
        place(channel, "a stool");
        service.connections.get(0).peer().faults().read(Fault.reset().afterBytes(500));

        assertThat(place(channel, PIANO)).endsWith("number 2"); // the server has not seen the first attempt

        assertThat(service.connections).hasSize(2);
        assertThat(service.passed()).isBetween(Duration.ofMillis(800), Duration.ofMillis(1_500)); // one pause
    }

    @Test
    void aResponseThatIsResetInsideAMessageIsLost() {
        ManagedChannel channel = service.open(service.channelBuilder().defaultServiceConfig(RETRIES));
        place(channel, "a stool");
        service.connections.get(0).peer().faults().write(Fault.reset().afterBytes(500));

        assertThatThrownBy(() -> place(channel, PIANO)).hasMessageStartingWith("UNAVAILABLE");

        assertThat(service.orders).hasValue(2); // placed; gRPC does not try again after the head of a response
    }

    private static final Map<String, ?> RETRIES = Map.of(
            "methodConfig",
            List.of(Map.of(
                    "name", List.of(Map.of("service", "shop.Orders")),
                    "retryPolicy",
                            Map.of(
                                    "maxAttempts",
                                    3.0,
                                    "initialBackoff",
                                    "1s", // plus or minus a fifth
                                    "maxBackoff",
                                    "10s",
                                    "backoffMultiplier",
                                    2.0,
                                    "retryableStatusCodes",
                                    List.of("UNAVAILABLE")))));
    // end snippet

    // snippet: grpc-goaway
    @Test
    void aCallThatCrossesAGoAwayIsAnswered(Network network) throws Exception {
        ManagedChannel channel = service.open(service.channelBuilder());
        place(channel, "a stool");
        Link link = network.link(service.app, service.db);

        link.backward().hold();
        server.shutdown();
        network.awaitUntil(() -> link.backward().heldBytes() > 0); // the GOAWAY is on its way
        CompletableFuture<String> crossing = OrderService.place(channel, CallOptions.DEFAULT, "a piano");
        network.awaitIdle();
        service.start();
        link.backward().release();

        assertThat(crossing.get()).isEqualTo("a piano, number 2"); // of the old server
        assertThat(place(channel, "a lamp")).isEqualTo("a lamp, number 3"); // of the new one
        assertThat(service.connections).hasSize(2);
    }
    // end snippet

    // snippet: grpc-keep-alive
    @Test
    void keepAliveFindsABlackHole(Network network) {
        ManagedChannel channel = service.open(
                service.channelBuilder().keepAliveTime(30, TimeUnit.SECONDS).keepAliveTimeout(10, TimeUnit.SECONDS));
        place(channel, "a stool");

        network.partition(service.app, service.db);

        assertThatThrownBy(() -> place(channel, "a piano"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("Keepalive failed. The connection is likely gone");
        // gRPC subtracts real time from its pause
        assertThat(service.passed()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(41));
    }
    // end snippet
}

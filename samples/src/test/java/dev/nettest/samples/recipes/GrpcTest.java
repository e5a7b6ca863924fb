package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.grpc.Text;
import dev.nettest.socket.NetworkSockets;
import io.grpc.CallOptions;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** gRPC over OkHttp, client and server. Both take their threads from the network. */
class GrpcTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private static final MethodDescriptor<String, String> ORDER =
            Text.method(MethodDescriptor.MethodType.UNARY, "shop.Orders/Place");

    private final AtomicInteger orders = new AtomicInteger();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void startServer(Network network) throws IOException {
        InetSocketAddress address = new InetSocketAddress("10.0.0.11", 50051);
        server = OkHttpServerBuilder.forPort(address, InsecureServerCredentials.create())
                .socketFactory(NetworkSockets.serverSocketFactory(network))
                .executor(network.executor())
                .transportExecutor(network.executor())
                .scheduledExecutorService(network.executor())
                .addService(ServerServiceDefinition.builder("shop.Orders")
                        .addMethod(ORDER, ServerCalls.asyncUnaryCall((order, reply) -> {
                            reply.onNext(order + ", number " + orders.incrementAndGet());
                            reply.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }

    @AfterEach
    void shutDown() throws InterruptedException {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private String place(String order) {
        return ClientCalls.blockingUnaryCall(channel, ORDER, CallOptions.DEFAULT, order);
    }

    // snippet: recipe-grpc
    private OkHttpChannelBuilder channel(Network network) {
        return OkHttpChannelBuilder.forAddress("10.0.0.11", 50051)
                .usePlaintext()
                .executor(network.executor())
                .offloadExecutor(network.executor())
                .transportExecutor(network.executor())
                .scheduledExecutorService(network.executor())
                .socketFactory(NetworkSockets.socketFactory(network, connections::add));
    }

    @Test
    void anOrderWhoseReplyIsLostIsPlacedTwice(Network network) {
        channel = channel(network).build();
        assertThat(place("a piano")).isEqualTo("a piano, number 1");

        connections.get(0).peer().faults().write(Fault.reset()); // the next write is the reply

        assertThat(place("a stool")).isEqualTo("a stool, number 3"); // gRPC tries again by itself
    }

    @Test
    void withoutRetriesTheCallFails(Network network) {
        channel = channel(network).disableRetry().build();
        assertThat(place("a piano")).isEqualTo("a piano, number 1");

        connections.get(0).peer().faults().write(Fault.reset());

        assertThatThrownBy(() -> place("a stool")).hasMessageStartingWith("UNAVAILABLE");
        assertThat(orders).hasValue(2); // placed, although the call failed
    }
    // end snippet

    @Test
    void aDeadlineIsVirtual(Network network) {
        channel = channel(network).build();
        place("a piano");
        connections.get(0).peer().faults().read(Fault.stall());
        assertThat(network.clock().nanoTime()).isZero();

        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS);
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, ORDER, options, "a stool"))
                .hasMessageStartingWith("DEADLINE_EXCEEDED");
        assertThat(network.clock().nanoTime()).isPositive();
    }
}

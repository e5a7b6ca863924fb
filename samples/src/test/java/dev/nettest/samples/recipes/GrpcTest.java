package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** gRPC over OkHttp, client and server. Both have threads of their own: the system's clock. */
@ExtendWith(NetworkExtension.class)
class GrpcTest {

    private static final MethodDescriptor<String, String> ORDER = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.Orders/Place")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    private final AtomicInteger orders = new AtomicInteger();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void startServer(Network network) throws IOException {
        InetSocketAddress address = new InetSocketAddress("10.0.0.11", 50051);
        server = OkHttpServerBuilder.forPort(address, InsecureServerCredentials.create())
                .socketFactory(NetworkSockets.serverSocketFactory(network))
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
                .socketFactory(NetworkSockets.socketFactory(network, connections::add));
    }

    @Test
    void anOrderWhoseReplyIsLostIsPlacedTwice(Network network) {
        channel = channel(network).build();
        assertThat(place("a piano")).isEqualTo("a piano, number 1");

        connections.get(0).peer().faults().write(Fault.reset()); // the next write is the reply

        assertThat(place("a stool")).isEqualTo("a stool, number 3"); // gRPC tries again by itself
        assertThat(connections).hasSize(2);
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

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream input) {
            try {
                return new String(input.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MissedHeartbeatException;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.Method;
import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** RabbitMQ's client, with a scripted broker. It takes its threads from the network. */
class AmqpTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    /** The broker: it opens a connection, and sends a heartbeat for each one that it gets. */
    private static void broker(Connection client) throws IOException {
        DataInputStream input = new DataInputStream(client.inputStream());
        DataOutputStream output = new DataOutputStream(client.outputStream());
        input.readNBytes(8); // "AMQP" and the version
        send(
                output,
                new AMQP.Connection.Start.Builder()
                        .versionMajor(0)
                        .versionMinor(9)
                        .serverProperties(Map.of())
                        .mechanisms("PLAIN")
                        .locales("en_US")
                        .build());
        while (true) {
            Frame frame = Frame.readFrom(input, () -> Integer.MAX_VALUE);
            if (frame == null || frame.getType() == AMQP.FRAME_HEARTBEAT) {
                continue;
            }
            Method method = AMQImpl.readMethodFrom(frame.getInputStream());
            if (method instanceof AMQP.Connection.StartOk) {
                send(output, new AMQP.Connection.Tune.Builder().heartbeat(60).build());
            } else if (method instanceof AMQP.Connection.Open) {
                send(output, new AMQP.Connection.OpenOk.Builder().build());
            }
        }
    }

    private static void send(DataOutputStream output, Object method) throws IOException {
        ((Method) method).toFrame(0).writeTo(output);
        output.flush();
    }

    // snippet: recipe-amqp
    @Test
    void aSilentBrokerIsFoundByItsHeartbeats(Network network) throws Exception {
        Recipes.serve(network, "10.0.0.8:5672", AmqpTest::broker);
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("10.0.0.8");
        factory.setSocketFactory(NetworkSockets.socketFactory(network));
        factory.setThreadFactory(network.threadFactory());
        factory.setSharedExecutor(network.newExecutor());
        factory.setHeartbeatExecutor(network.newExecutor());
        factory.setRequestedHeartbeat(60);
        factory.setAutomaticRecoveryEnabled(false);
        com.rabbitmq.client.Connection connection = factory.newConnection();
        CompletableFuture<ShutdownSignalException> end = new CompletableFuture<>();
        connection.addShutdownListener(end::complete);

        network.partition("*", "10.0.0.8");

        assertThat(end.get()).hasRootCauseInstanceOf(MissedHeartbeatException.class);
        assertThat(Duration.ofNanos(network.clock().nanoTime())).hasMinutes(2); // two heartbeats
    }
    // end snippet
}

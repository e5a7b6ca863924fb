package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttPingSender;
import org.eclipse.paho.client.mqttv3.ScheduledExecutorPingSender;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Paho, an MQTT client, with a scripted broker. It takes its threads from the network. */
class MqttTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    /** The flag DUP of each publication that the broker received. */
    private final List<Boolean> duplicates = new CopyOnWriteArrayList<>();

    /** The broker: it acknowledges connects, publications and pings. All packets are short. */
    private void broker(Connection client) throws IOException {
        DataInputStream input = new DataInputStream(client.inputStream());
        OutputStream output = client.outputStream();
        for (int head = input.read(); head >= 0; head = input.read()) {
            byte[] body = input.readNBytes(input.read());
            switch (head >> 4) {
                case 1 -> output.write(new byte[] {0x20, 2, 0, 0}); // CONNECT: CONNACK
                case 3 -> { // PUBLISH: PUBACK with the identifier behind the topic
                    duplicates.add((head & 8) != 0);
                    int topic = body[1];
                    output.write(new byte[] {0x40, 2, body[2 + topic], body[3 + topic]});
                }
                case 12 -> output.write(new byte[] {(byte) 0xd0, 0}); // PINGREQ: PINGRESP
                default -> {} // DISCONNECT
            }
        }
    }

    // snippet: recipe-mqtt
    @Test
    void aPublicationWhoseAcknowledgementIsLostIsSentAgain(Network network) throws Exception {
        Listener broker = Recipes.serve(network, "10.0.0.7:1883", this::broker);
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(NetworkSockets.socketFactory(network));
        options.setCleanSession(false); // the client keeps what is not acknowledged
        ScheduledExecutorService threads = network.executor();
        MqttPingSender pings = new ScheduledExecutorPingSender(threads);
        MqttAsyncClient client =
                new MqttAsyncClient("tcp://10.0.0.7:1883", "app", new MemoryPersistence(), pings, threads);
        client.connect(options).waitForCompletion();

        FaultHandle reset = broker.faults().write(Fault.reset()); // the next write is the PUBACK
        IMqttDeliveryToken sent = client.publish("orders", "a piano".getBytes(StandardCharsets.UTF_8), 1, false);
        network.awaitIdle(); // the client has lost the connection, and its threads have nothing more to do
        reset.close();
        client.connect(options).waitForCompletion();
        sent.waitForCompletion();

        assertThat(duplicates).containsExactly(false, true);
        client.disconnect().waitForCompletion();
        client.close();
    }
    // end snippet
}

package dev.nettest.samples.recipes;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Virtual time, and servers of a few lines on the threads of a network, for several recipes. */
final class Recipes {

    private Recipes() {}

    // snippet: recipe-helpers
    /** A network per test, whose time moves as soon as every registered thread waits. */
    static NetworkExtension virtualTime() {
        return new NetworkExtension(NetworkConfig.builder()
                .clocks(VirtualClock::selfAdvancing)
                .checks(true)
                .build());
    }

    /** The conversation of a server with one client. */
    interface Script {
        void run(Connection client) throws Exception;
    }

    /** Runs {@code script} with each client, on threads of the network, and closes the connection after it. */
    static Listener serve(Network network, String address, Script script) throws IOException {
        Listener listener = network.listen(address);
        network.executor().submit(() -> {
            while (true) {
                Connection client = listener.accept();
                network.executor().submit(() -> {
                    try (client) {
                        script.run(client);
                    }
                    return null;
                });
            }
        });
        return listener;
    }
    // end snippet

    static BufferedReader lines(Connection connection) {
        return new BufferedReader(new InputStreamReader(connection.inputStream(), StandardCharsets.US_ASCII));
    }

    static void send(Connection connection, String text) throws IOException {
        connection.outputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}

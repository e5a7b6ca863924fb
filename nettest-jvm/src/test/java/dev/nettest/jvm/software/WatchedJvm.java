package dev.nettest.jvm.software;

import dev.nettest.Network;
import dev.nettest.Snapshot;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A JVM that tools attach to while a claim is open. It prints {@code claimed}. At the next byte of its input it uses
 * the network, closes the claim and prints {@code closed}.
 */
final class WatchedJvm {

    private WatchedJvm() {}

    /** @param arguments the threads whose localhost is claimed, and the addresses that stay allowed */
    public static void main(String[] arguments) throws Exception {
        ClaimConfig.Builder config = ClaimConfig.builder().localhost(Localhost.valueOf(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            config.forbidRealSockets(arguments[i]);
        }
        try (Network network = Network.create()) {
            Claim claim = JvmNetwork.claim(network, config.forbidRealSockets().build());
            System.out.println("claimed");
            System.in.read();
            System.out.println(
                    network.executor().submit(() -> useLocalhost(network)).get());
            claim.close(); // fails if the kernel was used
            System.out.println("closed");
        }
    }

    private static Snapshot useLocalhost(Network network) throws IOException {
        try (ServerSocket server = new ServerSocket(7199, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket("localhost", 7199);
                Socket accepted = server.accept()) {
            accepted.getOutputStream().write(client.getPort());
            return network.snapshot();
        }
    }
}

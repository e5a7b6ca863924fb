package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.DatagramSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random scripts of datagram sockets have the same outcomes on loopback and in memory: value, exception, text. */
class LoopbackDatagramScriptsTest {
    private static final int SCRIPTS = Integer.getInteger("nettest.contract.datagramScripts", 10_000);
    private static final long SEED = Long.getLong("nettest.contract.seed", 1);
    private static final int LENGTH = 14;

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // thousands of scripts
    void scriptsBehaveLikeOnLoopback() throws IOException {
        for (long seed = SEED; seed < SEED + SCRIPTS; seed++) {
            DatagramScript script = DatagramScript.random(seed, LENGTH);
            if (differs(script)) {
                throw new AssertionError(
                        "seed " + seed + ", reduced to the steps that still differ:\n" + withOutcomes(shrunk(script)));
            }
        }
    }

    private static DatagramScript shrunk(DatagramScript script) throws IOException {
        DatagramScript shortest = script;
        for (int i = shortest.steps().size() - 1; i > 0; i--) { // the first step selects how the sockets are bound
            DatagramScript fewer = shortest.without(i);
            if (differs(fewer)) {
                shortest = fewer;
            }
        }
        return shortest;
    }

    private static boolean differs(DatagramScript script) throws IOException {
        List<String> memory = inMemory(script);
        return !memory.equals(script.run(DatagramSocket::new, memory));
    }

    private static List<String> inMemory(DatagramScript script) throws IOException {
        try (Network network = Network.create()) {
            return script.run(address -> NetworkSockets.datagramSocket(network, address), List.of());
        }
    }

    private static String withOutcomes(DatagramScript script) throws IOException {
        List<String> memory = inMemory(script);
        List<String> loopback = script.run(DatagramSocket::new, memory);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < memory.size(); i++) {
            text.append(script.steps().get(i))
                    .append("\n    loopback: ")
                    .append(loopback.get(i))
                    .append("\n    memory:   ")
                    .append(memory.get(i))
                    .append('\n');
        }
        return text.toString();
    }
}

package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** Concurrent bind, remove and connect of a Unix path; concurrent close and write of endpoints over it. */
class UnixPathRaceTest {
    private static final String PATH = "unix:/run/app.sock";
    private static final int ROUNDS = 1000;

    private interface Step {
        void run() throws IOException;
    }

    @Test
    void concurrentBindRemoveAndConnectAllReturn() {
        try (Network network = Network.create()) {
            Step serve = () -> {
                try (Listener listener = network.listen(PATH)) {
                    Connection connection = listener.tryAccept();
                    if (connection != null) {
                        connection.close();
                    }
                } finally {
                    network.unlink(PATH);
                }
            };
            Step connect = () -> network.connect(PATH).close();
            Background<Set<String>> one = Background.call(() -> outcomes(serve));
            Background<Set<String>> other = Background.call(() -> outcomes(serve));
            Background<Set<String>> connecting = Background.call(() -> outcomes(connect));

            assertThat(Set.of("ok", "Address already in use")).containsAll(one.result());
            assertThat(Set.of("ok", "Address already in use")).containsAll(other.result());
            assertThat(Set.of("ok", "Connection refused", "No such file or directory"))
                    .containsAll(connecting.result());
            assertThat(network.snapshot().rows()).isEmpty();
            assertThat(network.unlink(PATH)).isFalse();
        }
    }

    private static Set<String> outcomes(Step step) {
        Set<String> outcomes = new TreeSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            outcomes.add(outcome(step));
        }
        return outcomes;
    }

    private static String outcome(Step step) {
        try {
            step.run();
            return "ok";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * If the write came first, its bytes are unread and reads find a reset; otherwise they find the end of the stream.
     */
    @Test
    void concurrentWriteAndCloseAreOrdered() throws Exception {
        try (Network network = Network.create()) {
            Listener listener = network.listen(PATH);
            CyclicBarrier start = new CyclicBarrier(2);
            List<Connection> servers = new ArrayList<>();
            List<Connection> clients = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                clients.add(listener.connect());
                servers.add(listener.accept());
            }
            Background<Void> closer = Background.run(() -> {
                for (Connection server : servers) {
                    start.await();
                    server.close();
                }
            });
            for (Connection client : clients) {
                start.await();
                String written = outcome(() -> Text.write(client, "x"));
                client.awaitPeerClosed();
                String read = outcome(() -> assertThat(Text.read(client)).isEqualTo(Text.END));
                assertThat(written + ", " + read).isIn("ok, Connection reset", "Broken pipe, ok");
                client.close();
            }
            closer.result();
        }
    }
}

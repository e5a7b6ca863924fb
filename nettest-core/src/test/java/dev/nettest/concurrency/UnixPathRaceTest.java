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

/** Paths that are bound, removed and dialled at once; ends over them that are closed and written to at once. */
class UnixPathRaceTest {
    private static final String PATH = "unix:/run/app.sock";
    private static final int ROUNDS = 1000;

    private interface Step {
        void run() throws IOException;
    }

    @Test
    void whoeverBindsRemovesAndDialsAtOnceGetsAnAnswer() {
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
            Step dial = () -> network.connect(PATH).close();
            Background<Set<String>> one = Background.call(() -> outcomes(serve));
            Background<Set<String>> other = Background.call(() -> outcomes(serve));
            Background<Set<String>> dialler = Background.call(() -> outcomes(dial));

            assertThat(Set.of("ok", "Address already in use")).containsAll(one.result());
            assertThat(Set.of("ok", "Address already in use")).containsAll(other.result());
            assertThat(Set.of("ok", "Connection refused", "No such file or directory"))
                    .containsAll(dialler.result());
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

    /** A write that went is unread, so that the reads tell a reset; one that did not leaves them the end of the stream. */
    @Test
    void aWriteAndACloseAtOnceHaveAnOrder() throws Exception {
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

package dev.nettest.samples.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The texts of failures. */
class FailuresTest {
    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .checks(true)
            .build());

    // snippet: hang-java
    @Test
    void aServerThatNeverAnswers(Network network) throws Exception {
        Listener listener = network.listen("10.0.0.5:7");
        network.executor().submit(() -> {
            try (Connection accepted = listener.accept()) {
                accepted.read(ByteBuffer.allocate(4)); // "ping", and then it waits for more
                return accepted.read(ByteBuffer.allocate(4));
            }
        });
        Connection client = network.connect("10.0.0.5:7");
        client.write(ByteBuffer.wrap("ping".getBytes()));

        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(4)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nothing more can happen, and these still wait:")
                .hasMessageContaining("in read of 10.0.0.5:7 -> 127.0.0.1:49152, at FailuresTest.java:")
                .hasMessageContaining("likely cause: both ends of 127.0.0.1:49152 -> 10.0.0.5:7 read");
    }
    // end snippet

    // snippet: refused-java
    @Test
    void aPortThatIsAlmostRight(Network network) throws Exception {
        network.listen("10.0.0.5:8080");

        Throwable refused = catchThrowable(() -> network.connect("10.0.0.5:8081"));

        assertThat(refused).hasMessage("Connection refused"); // the text of the kernel
        assertThat(refused.getSuppressed()[0])
                .hasMessage("no listener on 10.0.0.5:8081; listeners: 10.0.0.5:8080");
    }
    // end snippet
}

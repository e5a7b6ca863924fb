package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

// snippet: junit-first
@NetworkTest(clock = SELF_ADVANCING)
class MailboxTest {

    @Test
    void countsTheMessages(Network network) throws Exception {
        network.listen("10.0.0.5:110").serve(connection -> {
            connection.outputStream().write("+OK ready\r\n".getBytes(US_ASCII));
            connection.inputStream().readNBytes("STAT\r\n".length());
            connection.outputStream().write("+OK 2 320\r\n".getBytes(US_ASCII));
        });

        Mailbox mailbox = new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5");

        assertThat(mailbox.count()).isEqualTo(2);
    }

    @Test
    void givesUpAfterThirtySeconds(Network network) throws Exception {
        network.listen("10.0.0.5:110")
                .serve(connection -> connection.inputStream().read()); // never answers

        Mailbox mailbox = new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5");

        assertThatThrownBy(mailbox::count).isInstanceOf(SocketTimeoutException.class);
        assertThat(network.clock().nanoTime()).isEqualTo(Duration.ofSeconds(30).toNanos()); // no real time
    }
}
// end snippet

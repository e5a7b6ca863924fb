package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code after(duration)} on a clock that the test moves. */
class TimeTriggerTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    @Test
    void itActsFromItsTimeOn() throws Exception {
        client.faults().read(boom().after(SECOND));
        Text.write(server, "abc");

        clock.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(Text.read(client, 1)).isEqualTo("a");
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void itActsOnABlockedReader() {
        client.faults().read(boom().after(SECOND));
        Background<String> reader =
                Background.call(network, () -> Text.read(client)).awaitParked();

        clock.advanceTimeBy(SECOND.minusNanos(1));
        reader.assertWaits();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(reader.failure()).hasMessage("boom");
    }

    @Test
    void itActsOnABlockedWriter() throws Exception {
        server.receiveBufferSize(2);
        client.faults().write(boom().after(SECOND));
        Background<Void> writer =
                Background.run(() -> Text.write(client, "abcd")).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(writer.failure()).hasMessage("boom");
        assertThat(Text.read(server)).isEqualTo("ab");
    }

    @Test
    void itActsOnABlockedAccept() throws Exception {
        Listener listener = network.listen();
        listener.faults().accept(boom().after(SECOND));
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(acceptor.failure()).hasMessage("boom");
    }

    @Test
    void aStallStartsLater() throws Exception {
        FaultHandle handle = client.faults().read(Fault.stall().after(SECOND));
        Text.write(server, "abc");
        clock.advanceTimeBy(SECOND);

        assertThat(client.isReadable()).isFalse();
        assertThat(Text.tryRead(client)).isEmpty();
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void eachLaterEndCountsFromItsCreation() throws Exception {
        network.faults().read(boom().after(SECOND));
        clock.advanceTimeBy(SECOND);
        Connection young = end();

        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("boom");
        assertThat(Text.tryRead(young)).isEmpty();
        clock.advanceTimeBy(SECOND);
        assertThatThrownBy(() -> Text.tryRead(young)).hasMessage("boom");
    }

    @Test
    void withAfterBytesBothAreRequired() throws Exception {
        client.faults().read(boom().after(SECOND).afterBytes(2));
        Text.write(server, "abcdef");

        assertThat(Text.read(client, 4)).isEqualTo("ab");
        assertThat(Text.read(client, 1)).isEqualTo("c");
        clock.advanceTimeBy(SECOND);
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void withFirstItActsThatOftenAfterItsTime() throws Exception {
        client.faults().read(boom().after(SECOND).first(2));
        Text.write(server, "abcdef");
        Text.read(client, 1);
        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThat(Text.read(client)).isEqualTo("bcdef");
    }

    @Test
    void aDurationBeyondTheClockNeverEnds() throws Exception {
        FaultHandle handle = client.faults().read(boom().after(Duration.ofSeconds(Long.MAX_VALUE)));
        Text.write(server, "abc");

        clock.advanceTimeBy(Duration.ofDays(365));

        assertThat(Text.read(client)).isEqualTo("abc");
        assertThat(handle.fireCount()).isZero();
    }

    @Test
    void aPendingFaultUsesOneTimerForAllOperations() throws Exception {
        client.faults().read(boom().after(SECOND));
        int[] instants = {0};
        for (int i = 0; i < 100; i++) {
            Text.write(server, "a");
            Text.read(client);
        }

        while (clock.advanceToNext()) {
            instants[0]++;
        }

        assertThat(instants[0]).isEqualTo(1);
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void aFaultClosedBeforeItsTimeNeverActs() throws Exception {
        FaultHandle handle = client.faults().read(boom().after(SECOND));
        handle.close();

        clock.advanceTimeBy(SECOND);

        assertThat(Text.tryRead(client)).isEmpty();
        assertThat(handle.fireCount()).isZero();
    }

    private static Fault boom() {
        return Fault.failWith(() -> new IOException("boom"));
    }
}

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
    void itIsDueAtTheInstantAndNotBefore() throws Exception {
        client.faults().read(boom().after(SECOND));
        Text.write(server, "abc");

        clock.advance(SECOND.minusNanos(1));
        assertThat(Text.read(client, 1)).isEqualTo("a");
        clock.advance(Duration.ofNanos(1));

        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void aBlockedReaderFeelsItWhenItIsDue() {
        client.faults().read(boom().after(SECOND));
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();

        clock.advance(SECOND.minusNanos(1));
        assertThat(reader.isDone()).isFalse();
        clock.advance(Duration.ofNanos(1));

        assertThat(reader.failure()).hasMessage("boom");
    }

    @Test
    void aBlockedWriterFeelsItWhenItIsDue() throws Exception {
        server.receiveBufferSize(2);
        client.faults().write(boom().after(SECOND));
        Background<Void> writer =
                Background.run(() -> Text.write(client, "abcd")).awaitParked();

        clock.advance(SECOND);

        assertThat(writer.failure()).hasMessage("boom");
        assertThat(Text.read(server)).isEqualTo("ab");
    }

    @Test
    void aBlockedAcceptFeelsItWhenItIsDue() throws Exception {
        Listener listener = network.listen();
        listener.faults().accept(boom().after(SECOND));
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();

        clock.advance(SECOND);

        assertThat(acceptor.failure()).hasMessage("boom");
    }

    @Test
    void aStallComesAfterAWhile() throws Exception {
        FaultHandle handle = client.faults().read(Fault.stall().after(SECOND));
        Text.write(server, "abc");
        clock.advance(SECOND);

        assertThat(client.isReadable()).isFalse();
        assertThat(Text.tryRead(client)).isEmpty();
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void eachEndCountsFromItsOwnBirth() throws Exception {
        network.faults().read(boom().after(SECOND));
        clock.advance(SECOND);
        Connection young = end();

        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("boom");
        assertThat(Text.tryRead(young)).isEmpty();
        clock.advance(SECOND);
        assertThatThrownBy(() -> Text.tryRead(young)).hasMessage("boom");
    }

    @Test
    void withAfterBytesBothMustHaveCome() throws Exception {
        client.faults().read(boom().after(SECOND).afterBytes(2));
        Text.write(server, "abcdef");

        assertThat(Text.read(client, 4)).isEqualTo("ab");
        assertThat(Text.read(client, 1)).isEqualTo("c");
        clock.advance(SECOND);
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void withFirstItActsSoOftenAfterThen() throws Exception {
        client.faults().read(boom().after(SECOND).first(2));
        Text.write(server, "abcdef");
        Text.read(client, 1);
        clock.advance(SECOND);

        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThat(Text.read(client)).isEqualTo("bcdef");
    }

    @Test
    void aDurationBeyondTheClockNeverComes() throws Exception {
        FaultHandle handle = client.faults().read(boom().after(Duration.ofSeconds(Long.MAX_VALUE)));
        Text.write(server, "abc");

        clock.advance(Duration.ofDays(365));

        assertThat(Text.read(client)).isEqualTo("abc");
        assertThat(handle.fireCount()).isZero();
    }

    @Test
    void aPendingFaultMakesOneTimerHoweverManyOperationsPass() throws Exception {
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
    void aFaultTakenOutBeforeItsTimeNeverActs() throws Exception {
        FaultHandle handle = client.faults().read(boom().after(SECOND));
        handle.close();

        clock.advance(SECOND);

        assertThat(Text.tryRead(client)).isEmpty();
        assertThat(handle.fireCount()).isZero();
    }

    private static Fault boom() {
        return Fault.failWith(() -> new IOException("boom"));
    }
}

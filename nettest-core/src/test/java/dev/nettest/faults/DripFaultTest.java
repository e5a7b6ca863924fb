package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes that move at a fixed pace. */
class DripFaultTest extends NetworkFixture {
    private static final Duration MOST_OF_A_SECOND = Duration.ofMillis(900);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    // ---- reads

    @Test
    void aReadTimeoutNeverElapsesAndTheMessageNeverCompletes() throws Exception {
        server.faults().read(Fault.drip(1, MOST_OF_A_SECOND));
        server.readTimeout(SECOND);
        Text.write(client, "a message of thirty characters");

        StringBuilder message = new StringBuilder(Text.read(server));
        while (message.length() < 30) {
            Background<String> reading = Background.call(() -> Text.read(server));
            reading.awaitParked();
            clock.advanceTimeBy(MOST_OF_A_SECOND);
            message.append(reading.result());
        }

        assertThat(message).hasToString("a message of thirty characters");
        assertThat(Duration.ofNanos(clock.nanoTime())).isEqualTo(MOST_OF_A_SECOND.multipliedBy(29));
    }

    @Test
    void aReadTimeoutBelowThePeriodElapses() throws Exception {
        server.faults().read(Fault.drip(1, SECOND.multipliedBy(2)));
        server.readTimeout(SECOND);
        Text.write(client, "ab");

        assertThat(Text.read(server)).isEqualTo("a");
        Background<String> reading = Background.call(() -> Text.read(server));
        reading.awaitParked();
        clock.advanceTimeBy(SECOND);
        assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class).hasMessage("Read timed out");
        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(server)).isEqualTo("b");
    }

    @Test
    void shortReadsShareThePortionOfAPeriod() throws Exception {
        FaultHandle handle = server.faults().read(Fault.drip(5, SECOND));
        Text.write(client, "0123456789");

        assertThat(Text.read(server, 3)).isEqualTo("012");
        assertThat(Text.read(server, 3)).isEqualTo("34");
        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND.minus(INSTANT));
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(INSTANT);
        assertThat(Text.read(server)).isEqualTo("56789");
        assertThat(handle.fireCount()).isEqualTo(3);
    }

    @Test
    void idleTimeIsNotMadeUpFor() throws Exception {
        server.faults().read(Fault.drip(2, SECOND));
        Text.write(client, "0");
        assertThat(Text.read(server)).isEqualTo("0");
        clock.advanceTimeBy(SECOND.multipliedBy(10));

        Text.write(client, "12345");

        assertThat(Text.read(server)).isEqualTo("12");
        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(server)).isEqualTo("34");
    }

    @Test
    void theEndOfTheStreamComesAfterTheLastPortion() throws Exception {
        server.faults().read(Fault.drip(2, SECOND));
        Text.write(client, "01");
        client.close();

        assertThat(Text.read(server)).isEqualTo("01");
        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(server)).isEqualTo(Text.END);
    }

    // ---- writes

    @Test
    void aBlockingWriteContinuesPeriodByPeriod() throws Exception {
        FaultHandle handle = client.faults().write(Fault.drip(4, SECOND));
        Background<Integer> writing = Background.call(() -> Text.write(client, "0123456789"));

        writing.awaitParked();
        assertThat(Text.read(server)).isEqualTo("0123");
        assertThat(handle.fireCount()).as("before the write is complete").isEqualTo(1);
        clock.advanceTimeBy(SECOND);
        server.awaitReadable(4);
        assertThat(Text.read(server)).isEqualTo("4567");
        writing.awaitParked();
        clock.advanceTimeBy(SECOND);
        assertThat(writing.result()).isEqualTo(10);
        assertThat(Text.read(server)).isEqualTo("89");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void aTryWriteIsShort() throws Exception {
        client.faults().write(Fault.drip(4, SECOND));

        assertThat(Text.tryWrite(client, "012345")).isEqualTo(4);
        assertThat(Text.tryWrite(client, "45")).isZero();
        assertThat(client.isWritable()).isFalse();
        clock.advanceTimeBy(SECOND);
        assertThat(client.isWritable()).isTrue();
        assertThat(Text.tryWrite(client, "45")).isEqualTo(2);
    }

    @Test
    void aWriteTimeoutEndsADrippingWrite() throws Exception {
        client.faults().write(Fault.drip(1, SECOND));
        client.writeTimeout(SECOND.multipliedBy(2));
        Background<Integer> writing = Background.call(() -> Text.write(client, "0123"));
        writing.awaitParked();

        clock.advanceTimeBy(SECOND);
        server.awaitReadable(2);
        writing.awaitParked();
        clock.advanceTimeBy(SECOND);

        assertThat(writing.failure()).hasMessage("Write timed out");
    }

    @Test
    void theFirstWriteAloneDrips() throws Exception {
        client.faults().write(Fault.drip(1, SECOND).once());

        assertThat(Text.tryWrite(client, "0123")).isEqualTo(1);
        clock.advanceTimeBy(SECOND);
        assertThat(Text.tryWrite(client, "123")).isEqualTo(3);
    }

    @Test
    void anUninstalledDripLetsTheRestPass() throws Exception {
        FaultHandle drip = client.faults().write(Fault.drip(1, SECOND));
        Background<Integer> writing = Background.call(() -> Text.write(client, "0123"));
        writing.awaitParked();

        drip.close();

        assertThat(writing.result()).isEqualTo(4);
    }

    @Test
    void impossiblePacesAreRefused() {
        assertThatThrownBy(() -> Fault.drip(0, SECOND)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.drip(1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the period of a drip is zero");
        assertThatThrownBy(() -> client.faults().close(Fault.drip(1, SECOND)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- the pace

    @Test
    void aPeriodBeginsWithItsFirstByteAtAnyTime() throws Exception {
        server.faults().read(Fault.drip(5, SECOND));
        clock.advanceTimeBy(SECOND.multipliedBy(10));
        Text.write(client, "0123456789");
        assertThat(Text.read(server, 3)).isEqualTo("012");
        clock.advanceTimeBy(SECOND.minus(INSTANT));

        assertThat(Text.read(server)).isEqualTo("34");
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(INSTANT);
        assertThat(Text.read(server)).isEqualTo("56789");
    }

    @Test
    void aPortionIsWholeAgainOnceThePeriodHasPassed() throws Exception {
        server.faults().read(Fault.drip(5, SECOND));
        Text.write(client, "0123456789");
        assertThat(Text.read(server, 3)).isEqualTo("012");

        clock.advanceTimeBy(SECOND);

        assertThat(Text.read(server)).isEqualTo("34567");
    }

    @Test
    void bytesThatWerePutBackCanBeReadAtOnce() throws Exception {
        server.faults().read(Fault.drip(5, SECOND));
        Text.write(client, "0123456789");
        assertThat(Text.read(server)).isEqualTo("01234");

        server.unread(Text.bytes("234"));

        assertThat(Text.read(server)).isEqualTo("234");
        assertThat(server.isReadable()).isFalse();
    }

    @Test
    void anotherDripHasAPortionOfItsOwn() throws Exception {
        FaultHandle first = server.faults().read(Fault.drip(1, SECOND));
        Text.write(client, "0123456789");
        assertThat(Text.read(server)).isEqualTo("0");
        first.close();
        server.faults().read(Fault.drip(3, SECOND));

        assertThat(Text.read(server)).isEqualTo("123");
        assertThat(server.isReadable()).isFalse();
    }

    @Test
    void aClosedDripLetsTheRestThrough() throws Exception {
        FaultHandle drip = server.faults().read(Fault.drip(1, SECOND));
        server.faults().read(Fault.delayed(Duration.ZERO));
        Text.write(client, "0123");
        assertThat(Text.read(server)).isEqualTo("0");

        drip.close();

        assertThat(Text.read(server)).isEqualTo("123");
    }
}

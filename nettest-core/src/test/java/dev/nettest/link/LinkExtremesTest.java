package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations longer than a clock can count do not overflow into early arrivals. */
class LinkExtremesTest extends NetworkFixture {
    private static final Duration AGES = Duration.ofNanos(Long.MAX_VALUE);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);

    @Test
    void aDatagramWithAnEndlessLatencyNeverArrives() throws Exception {
        DatagramEndpoint receiver = db.bindDatagram("10.0.0.5:53");
        DatagramEndpoint sender = app.bindDatagram("10.0.0.2:53");
        clock.advanceTimeBy(SECOND);

        link.impair(Impairment.builder().latency(AGES).jitter(AGES.dividedBy(2)).build());
        for (int i = 0; i < 100; i++) {
            sender.send(ByteBuffer.wrap(new byte[] {1}), receiver.localAddress());
        }
        clock.advanceTimeBy(Duration.ofDays(1000));

        assertThat(receiver.isReadable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void aStreamWithAnEndlessLatencyTimesOut(double loss) throws Exception {
        Connection client = connect();
        Connection server = client.peer();

        link.forward()
                .impair(Impairment.builder()
                        .latency(AGES)
                        .jitter(AGES.dividedBy(2))
                        .loss(loss)
                        .build());
        link.backward().impair(Impairment.latency(AGES));
        clock.advanceTimeBy(SECOND);
        Text.write(client, "lost");
        clock.advanceTimeBy(Duration.ofDays(1));

        assertThat(server.isReadable()).isFalse();
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection timed out");
    }

    @Test
    void anAckWithAnEndlessLatencyOpensNoWindow() throws Exception {
        Connection client = connect();
        Connection server = client.peer();
        server.receiveBufferSize(4);
        clock.advanceTimeBy(SECOND);

        link.backward().impair(Impairment.latency(AGES));
        Text.write(client, "full");
        assertThat(Text.read(server)).isEqualTo("full");
        clock.advanceTimeBy(Duration.ofDays(1));

        assertThat(client.isWritable()).isFalse();
    }

    private Connection connect() throws IOException {
        db.listen(80);
        return app.connect("db:80");
    }
}

package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Host;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A FIN stands behind bytes that do not fit into the peer's buffer. */
class UnsentBytesTest extends NetworkFixture {

    @Test
    void aCutUploadDoesNotLookComplete() throws Exception {
        ConnectionPair pair = pair(4);
        assertThat(Text.tryWrite(pair.client(), "upload")).isEqualTo(4);
        pair.client().shutdownOutput();
        pair.client().reset();

        assertThat(Text.read(pair.server())).isEqualTo("uplo");
        assertThatThrownBy(() -> Text.read(pair.server())).hasMessage("Connection reset");
    }

    @Test
    void bytesThatFitExactlyAreComplete() throws Exception {
        ConnectionPair pair = pair(4);
        assertThat(Text.tryWrite(pair.client(), "uplo")).isEqualTo(4);
        pair.client().shutdownOutput();
        pair.client().reset();

        assertThat(Text.read(pair.server())).isEqualTo("uplo");
        assertThat(Text.read(pair.server())).isEqualTo(Text.END);
    }

    @Test
    void theEndArrivesOnceThereIsSpace() throws Exception {
        ConnectionPair pair = pair(4);
        Text.tryWrite(pair.client(), "upload");
        pair.client().close();
        assertThat(pair.server().toString()).endsWith("(ESTABLISHED)");

        assertThat(Text.read(pair.server(), 1)).isEqualTo("u");

        assertThat(pair.server().toString()).endsWith("(CLOSE_WAIT)");
        assertThat(Text.readAll(pair.server())).isEqualTo("plo");
    }

    @Test
    void theEndArrivesOnceTheBufferGrows() throws Exception {
        ConnectionPair pair = pair(4);
        Text.tryWrite(pair.client(), "upload");
        pair.client().close();

        pair.server().receiveBufferSize(5);

        assertThat(pair.server().toString()).endsWith("(CLOSE_WAIT)");
    }

    @Test
    void theEndLeavesWhenTheAckOfAReadArrives() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        db.listen(80).receiveBufferSize(4);
        network.link(app, db).latency(Duration.ofMillis(50));
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advanceTimeBy(SECOND);
        Connection client = dial.result();
        Connection server = client.peer();
        Text.tryWrite(client, "upload");
        client.shutdownOutput();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(server)).isEqualTo("uplo");

        clock.advanceTimeBy(Duration.ofMillis(99));
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(Text.tryRead(server)).isEqualTo(Text.END);
    }

    @Test
    void theEndOfARendezvousFollowsTheBytesTakenBack() throws Exception {
        ConnectionPair pair = pair(0);
        Background<Integer> writer = Background.call(() -> pair.client().write(ByteBuffer.allocate(3)))
                .awaitParked();

        pair.client().shutdownOutput();
        writer.failure();

        assertThat(Text.read(pair.server())).isEqualTo(Text.END);
    }

    @Test
    void aCrashOfTheWriterDiscardsNothing() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        network.localhost().listen(80).receiveBufferSize(4);
        Connection client = app.connect("localhost:80");
        Text.tryWrite(client, "upload");

        app.crash();

        assertThat(Text.readAll(client.peer())).isEqualTo("uplo");
    }

    @Test
    void aSilentCrashDiscardsTheEnd() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        network.localhost().listen(80).receiveBufferSize(4);
        Connection client = app.connect("localhost:80");
        Text.tryWrite(client, "upload");
        client.close();

        app.crashSilently();
        app.restart();

        assertThat(Text.read(client.peer())).isEqualTo("uplo");
        assertThat(Text.tryRead(client.peer())).isEmpty();
    }
}

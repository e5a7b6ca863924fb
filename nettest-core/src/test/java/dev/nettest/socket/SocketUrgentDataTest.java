package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Urgent data beyond the scripts on loopback: full buffers, faults, waits, the API of the core. */
class SocketUrgentDataTest extends NetworkFixture {
    @Test
    void aReadStopsAtTheMarkAndThenSkipsTheByte() throws Exception {
        ConnectionPair pair = sent();

        assertThat(pair.server().available()).isEqualTo(2);
        assertThat(Text.read(pair.server())).isEqualTo("ab");
        assertThat(pair.server().available()).isZero();
        assertThat(Text.read(pair.server())).isEqualTo("cd");
    }

    @Test
    void anInlineByteIsRead() throws Exception {
        ConnectionPair pair = sent();
        pair.server().urgentInline(true);

        assertThat(pair.server().available()).isEqualTo(5);
        assertThat(Text.read(pair.server())).isEqualTo("ab");
        assertThat(pair.server().available()).isEqualTo(3);
        assertThat(Text.read(pair.server(), 1)).isEqualTo("x");
        assertThat(Text.read(pair.server())).isEqualTo("cd");
    }

    @Test
    void onlyTheLastByteIsOutOfBand() throws Exception {
        ConnectionPair pair = network.pair();
        Text.write(pair.client(), "1");
        pair.client().sendUrgentData('p');
        Text.write(pair.client(), "2");
        pair.client().sendUrgentData('q');
        Text.write(pair.client(), "3");

        assertThat(pair.server().available()).isEqualTo(3);
        assertThat(Text.read(pair.server())).isEqualTo("1p2");
        assertThat(Text.read(pair.server())).isEqualTo("3");
    }

    @Test
    void twoAdjacentBytesAreBothLost() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().sendUrgentData('y');
        pair.client().sendUrgentData('z');

        assertThat(Text.tryRead(pair.server())).isEmpty();
        pair.client().close();
        assertThat(Text.read(pair.server())).isEqualTo(Text.END);
    }

    @Test
    void aSingleByteWakesOnlyAnInlineReader() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().sendUrgentData('x');
        assertThat(pair.server().isReadable()).isFalse();
        Background<String> reader =
                Background.call(() -> Text.read(pair.server())).awaitParked();
        pair.client().sendUrgentData('y');
        assertThat(pair.server().isReadable()).isFalse();

        Text.write(pair.client(), "z");

        assertThat(reader.result()).isEqualTo("z");
        pair.client().sendUrgentData('x');
        assertThat(pair.server().urgentInline(true).isReadable()).isTrue();
    }

    @Test
    void aReaderWakesWhenItBecomesInline() throws Exception {
        ConnectionPair pair = network.pair();
        Background<String> reader =
                Background.call(() -> Text.read(pair.server())).awaitParked();
        pair.client().sendUrgentData('x');

        pair.server().urgentInline(true);

        assertThat(reader.result()).isEqualTo("x");
    }

    @Test
    void aReadBeforeTheEndOfStreamSkipsIt() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().sendUrgentData('x');
        pair.client().shutdownOutput();

        pair.server().awaitEndOfStream();
        assertThat(Text.read(pair.server())).isEqualTo(Text.END);
    }

    @Test
    void anUnreadByteTurnsACloseIntoAReset() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().sendUrgentData('x');
        pair.server().close();

        assertThatThrownBy(() -> Text.read(pair.client())).hasMessage("Connection reset");
    }

    @Test
    void aFullBufferRefusesIt() throws Exception {
        ConnectionPair pair = pair(1);
        Text.write(pair.client(), "a");

        assertThatThrownBy(() -> pair.client().sendUrgentData('x'))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("No buffer space available");
        assertThat(Text.read(pair.server())).isEqualTo("a");
        pair.client().sendUrgentData('x');
        assertThat(Text.tryRead(pair.server())).isEmpty();
    }

    @Test
    void itWaitsForAnUnfinishedWrite() throws Exception {
        ConnectionPair pair = pair(2);
        Background<Void> writer =
                Background.run(() -> Text.write(pair.client(), "abc")).awaitParked();
        Background<Void> urgent =
                Background.run(() -> pair.client().sendUrgentData('x')).awaitParked();

        assertThat(Text.read(pair.server())).isEqualTo("ab");
        writer.result();
        urgent.result();

        assertThat(Text.read(pair.server())).isEqualTo("c");
        assertThat(pair.server().available()).isZero();
    }

    @Test
    void aClosedPeerAndAHalfCloseRefuseItLikeTheJdk() throws Exception {
        ConnectionPair reset = network.pair();
        reset.server().reset();
        assertUrgentFails(reset.client(), "Connection reset by peer");
        assertUrgentFails(reset.client(), "Broken pipe");
        ConnectionPair shut = network.pair();
        shut.client().shutdownOutput();
        assertUrgentFails(shut.client(), "Broken pipe");
        shut.client().close();
        assertThatThrownBy(() -> shut.client().sendUrgentData('x'))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
    }

    @Test
    void aWriteFaultAppliesToIt() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().faults().write(Fault.failWith(new IOException("no")).nth(2));

        pair.client().sendUrgentData('x');
        assertThatThrownBy(() -> pair.client().sendUrgentData('y')).hasMessage("no");
        pair.client().sendUrgentData('z');
    }

    @Test
    void withAZeroCapacityBufferItDoesNotWaitForTheReader() throws Exception {
        ConnectionPair pair = pair(0);
        pair.server().urgentInline(true);
        pair.client().sendUrgentData('x');
        assertThatThrownBy(() -> pair.client().sendUrgentData('y')).hasMessage("No buffer space available");
        assertThat(Text.read(pair.server())).isEqualTo("x");
    }

    @Test
    void aSocketBehavesTheSame() throws Exception {
        Network real = Network.create();
        Sockets.Pair pair = Sockets.pairOn(real);
        pair.server().setOOBInline(true);
        pair.client().sendUrgentData('x');
        assertThat(Sockets.read(pair.server())).isEqualTo("x");
        real.close();
    }

    private ConnectionPair sent() throws IOException {
        ConnectionPair pair = network.pair();
        Text.write(pair.client(), "ab");
        pair.client().sendUrgentData('x');
        Text.write(pair.client(), "cd");
        return pair;
    }

    private static void assertUrgentFails(Connection end, String text) {
        assertThatThrownBy(() -> end.sendUrgentData('x'))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage(text);
    }

    @Test
    void aByteAtTheStartOfTheStreamIsSkipped() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().sendUrgentData('x');
        Text.write(pair.client(), "ab");

        assertThat(pair.server().available()).isZero();
        assertThat(Text.read(pair.server())).isEqualTo("ab");
    }

    @Test
    void aByteInFlightIsNotSkippedYet() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        db.listen(80);
        Connection client = app.connect("db:80");
        network.link(app, db).latency(SECOND);
        client.sendUrgentData('x');

        assertThat(Text.tryRead(client.peer())).isEmpty();
        assertThatThrownBy(() -> client.awaitDrained(Duration.ZERO)).isInstanceOf(AssertionError.class);

        clock.advanceTimeBy(SECOND);
        client.peer().urgentInline(true);
        assertThat(Text.tryRead(client.peer())).isEqualTo("x");
    }
}

package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.Readiness;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams over a link: arrival times, loss and order. */
class LinkDatagramTest extends NetworkFixture {
    private static final Duration ONE_WAY = Duration.ofMillis(50);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private DatagramEndpoint sender;
    private DatagramEndpoint receiver;

    @BeforeEach
    void bind() throws IOException {
        sender = app.bindDatagram("10.0.0.2:1");
        receiver = db.bindDatagram("10.0.0.5:2");
    }

    private void send(String text) throws IOException {
        sender.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "db:2");
    }

    private List<String> received() throws IOException {
        List<String> all = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(100);
        while (receiver.tryReceive(buffer) != null) {
            all.add(StandardCharsets.UTF_8.decode(buffer.flip()).toString());
            buffer.clear();
        }
        return all;
    }

    @Test
    void datagramsArriveAfterTheLatency() throws Exception {
        link.latency(ONE_WAY);
        send("ping");

        clock.advanceTimeBy(ONE_WAY.minus(INSTANT));
        assertThat(receiver.isReadable()).isFalse();
        clock.advanceTimeBy(INSTANT);
        assertThat(received()).containsExactly("ping");
    }

    @Test
    void theBytesAreCopiedAtTheSend() throws Exception {
        link.latency(ONE_WAY);
        byte[] bytes = {'o', 'l', 'd'};
        sender.send(ByteBuffer.wrap(bytes), "db:2");
        bytes[0] = 'x';

        clock.advanceTimeBy(ONE_WAY);
        assertThat(received()).containsExactly("old");
    }

    @Test
    void aPortUnreachableTakesTheReverseRoute() throws Exception {
        link.latency(ONE_WAY);
        sender.connect("db:9");
        sender.send(ByteBuffer.wrap(new byte[1]), "db:9");

        clock.advanceTimeBy(ONE_WAY.multipliedBy(2).minus(INSTANT));
        assertThat(sender.isReadable()).isFalse();
        clock.advanceTimeBy(INSTANT);
        assertThatThrownBy(() -> sender.tryReceive(ByteBuffer.allocate(1)))
                .isExactlyInstanceOf(PortUnreachableException.class);
    }

    @Test
    void jitterReordersDatagrams() throws Exception {
        link.impair(Impairment.builder().latency(ONE_WAY).jitter(ONE_WAY).build());
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            send("" + i);
            sent.add("" + i);
        }

        clock.advanceTimeBy(ONE_WAY.multipliedBy(2));

        List<String> got = received();
        assertThat(got).containsExactlyInAnyOrderElementsOf(sent).isNotEqualTo(sent);
    }

    @Test
    void lossDropsAndCounts() throws Exception {
        link.impair(Impairment.builder().loss(0.5).build());
        for (int i = 0; i < 100; i++) {
            send("x");
        }

        int got = received().size();
        assertThat(got).isBetween(25, 75);
        assertThat(link.forward().lost()).isEqualTo(100 - got);
        assertThat(link.backward().lost()).isZero();
    }

    @Test
    void aLossWithoutBurstsAppliesAfterABurst() throws Exception {
        link.impair(Impairment.builder().lossGilbert(1, 0).build());
        send("the link is good");
        send("the link is bad");
        assertThat(received()).containsExactly("the link is good");

        link.impair(Impairment.builder().loss(1).build());
        send("lost");

        assertThat(received()).isEmpty();
    }

    @Test
    void duplicatesArriveTwice() throws Exception {
        link.impair(Impairment.builder().duplicate(1).build());
        send("twin");

        assertThat(received()).containsExactly("twin", "twin");
    }

    @Test
    void aReorderedDatagramIsNotDelayed() throws Exception {
        link.impair(Impairment.builder().latency(ONE_WAY).reorder(1).build());
        send("at once");

        assertThat(received()).containsExactly("at once");
    }

    @Test
    void aCorruptDatagramHasOneInvertedBit() throws Exception {
        link.impair(Impairment.builder().corrupt(1).build());
        sender.send(ByteBuffer.wrap(new byte[20]), "db:2");

        ByteBuffer got = ByteBuffer.allocate(20);
        receiver.tryReceive(got);
        int inverted = 0;
        for (byte b : got.array()) {
            inverted += Integer.bitCount(b & 0xFF);
        }
        assertThat(inverted).isEqualTo(1);
    }

    @Test
    void corruptionInvertsAnyBitOfADatagram() throws Exception {
        link.impair(Impairment.builder().corrupt(1).build());
        byte[] inverted = new byte[2];
        ByteBuffer got = ByteBuffer.allocate(2);
        for (int i = 0; i < 200; i++) {
            sender.send(ByteBuffer.wrap(new byte[2]), "db:2");
            receiver.tryReceive(got.clear());
            inverted[0] |= got.get(0);
            inverted[1] |= got.get(1);
        }
        assertThat(inverted).containsExactly(0xFF, 0xFF);

        send("");
        assertThat(received()).containsExactly("");
    }

    @Test
    void theRateSerialisesDatagrams() throws Exception {
        link.impair(Impairment.builder().rate(8_000).build());
        sender.send(ByteBuffer.wrap(new byte[1_000]), "db:2");
        sender.send(ByteBuffer.wrap(new byte[500]), "db:2");

        clock.advanceTimeBy(SECOND.minus(INSTANT));
        assertThat(received()).isEmpty();
        clock.advanceTimeBy(INSTANT);
        assertThat(received()).hasSize(1);
        clock.advanceTimeBy(Duration.ofMillis(500));
        assertThat(received()).hasSize(1);
    }

    @Test
    void aPartitionLosesDatagrams() throws Exception {
        link.partition();
        send("lost");
        link.repair();
        send("found");

        assertThat(received()).containsExactly("found");
    }

    @Test
    void heldDatagramsArriveInOrder() throws Exception {
        link.hold();
        send("one");
        send("two");
        assertThat(received()).isEmpty();

        link.release();
        assertThat(received()).containsExactly("one", "two");
    }

    @Test
    void aSendDuringTheReleaseArrivesLast() throws Exception {
        link.hold();
        send("one");
        send("two");
        List<Throwable> thrown = new ArrayList<>();
        receiver.onReady(Readiness.READABLE, () -> thrown.add(catchThrowable(() -> send("three"))));

        link.release();

        assertThat(thrown).containsOnlyNulls().hasSize(1);
        assertThat(received()).containsExactly("one", "two", "three");
    }

    @Test
    void broadcastsAndMulticastsUseTheLinks() throws Exception {
        DatagramEndpoint everywhere = db.bindDatagram("*:7");
        everywhere.join(InetAddress.getByName("224.0.0.9"));
        sender.broadcast(true);
        link.latency(ONE_WAY);

        sender.send(ByteBuffer.wrap(new byte[1]), "255.255.255.255:7");
        sender.send(ByteBuffer.wrap(new byte[2]), "224.0.0.9:7");

        assertThat(everywhere.isReadable()).isFalse();
        clock.advanceTimeBy(ONE_WAY);
        ByteBuffer buffer = ByteBuffer.allocate(10);
        everywhere.tryReceive(buffer);
        everywhere.tryReceive(buffer);
        assertThat(buffer.position()).isEqualTo(3);
    }
}

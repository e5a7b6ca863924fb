package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Impairment.Oversize;
import dev.nettest.Link;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams and segments on a link with an MTU; headers that count against its rate. */
class LinkMtuTest extends NetworkFixture {
    private static final int MTU = 1_500;

    private final Host app = network.host("app", "10.0.0.2", "fd00::2");
    private final Host db = network.host("db", "10.0.0.5", "fd00::5");
    private final Link link = network.link(app, db);
    private DatagramEndpoint sender;
    private DatagramEndpoint receiver;

    @BeforeEach
    void bind() throws IOException {
        sender = app.bindDatagram("10.0.0.2:1");
        receiver = db.bindDatagram("10.0.0.5:2");
        receiver.receiveBufferSize(DatagramEndpoint.UNLIMITED);
    }

    private void send(int size) throws IOException {
        sender.send(ByteBuffer.allocate(size), "10.0.0.5:2");
    }

    private static Impairment.Builder mtu() {
        return Impairment.builder().mtu(MTU);
    }

    // ---- fragments

    @Test
    void aDatagramIsLostIfOneOfItsFragmentsIs() throws Exception {
        link.impair(mtu().loss(0.1).build());

        for (int i = 0; i < 1_000; i++) {
            send(8_500); // six fragments: 0.9^6 = 53 %, 521 of 1,000 on a kernel
        }

        assertThat(receiver.receivedCount()).isBetween(480L, 580L);
        assertThat(link.forward().lost()).isEqualTo(1_000 - receiver.receivedCount());
    }

    @Test
    void aDatagramThatFitsIsNotFragmented() throws Exception {
        link.impair(mtu().loss(0.1).build());

        for (int i = 0; i < 1_000; i++) {
            send(1_472);
        }

        assertThat(receiver.receivedCount()).isBetween(870L, 930L);
    }

    @Test
    void fragmentsArriveWhole() throws Exception {
        link.impair(mtu().latency(Duration.ofMillis(5)).build());
        byte[] bytes = new byte[8_500];
        bytes[8_499] = 1;
        sender.send(ByteBuffer.wrap(bytes), "10.0.0.5:2");
        clock.advanceTimeBy(Duration.ofMillis(5));

        ByteBuffer target = ByteBuffer.allocate(9_000);
        assertThat(receiver.tryReceive(target)).isNotNull();
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void theHeadersOfEachFragmentCount() throws Exception {
        Impairment.Builder slow = mtu().rate(8_000_000); // a byte per microsecond
        link.impair(slow.build());
        assertArrivesAfter(8_500, 8_500);

        link.impair(slow.countHeaders(true).build());
        assertArrivesAfter(1_472, MTU);
        assertArrivesAfter(1_473, MTU + 20 + 1);
        assertArrivesAfter(8_500, 5 * MTU + 1_128);
    }

    private void assertArrivesAfter(int size, int micros) throws Exception {
        long before = receiver.receivedCount();
        send(size);
        clock.advanceTimeBy(Duration.ofNanos(micros * 1_000L - 1));
        assertThat(receiver.receivedCount()).isEqualTo(before);
        clock.advanceTimeBy(Duration.ofNanos(1));
        assertThat(receiver.receivedCount()).isEqualTo(before + 1);
    }

    @Test
    void theHeadersOfIpv6AreLonger() throws Exception {
        DatagramEndpoint six = db.bindDatagram("[fd00::5]:3");
        DatagramEndpoint from = app.bindDatagram("[fd00::2]:3");
        link.impair(mtu().rate(8_000_000).countHeaders(true).build());

        from.send(ByteBuffer.allocate(1_453), "[fd00::5]:3"); // 40 + 8 + 1,448 and 40 + 8 + 13
        clock.advanceTimeBy(Duration.ofNanos(1_557_000 - 1));
        assertThat(six.isReadable()).isFalse();
        clock.advanceTimeBy(Duration.ofNanos(1));
        assertThat(six.isReadable()).isTrue();
    }

    // ---- without fragments

    @Test
    void aLongerDatagramIsDropped() throws Exception {
        link.impair(Impairment.builder().mtu(MTU, Oversize.DROP).build());

        send(1_472);
        send(1_473);

        assertThat(receiver.receivedCount()).isEqualTo(1);
        assertThat(link.forward().lost()).isEqualTo(1);
    }

    @Test
    void aLongerDatagramIsRefused() throws Exception {
        link.impair(Impairment.builder().mtu(MTU, Oversize.REFUSE).build());

        send(1_472);
        assertThatThrownBy(() -> send(1_473))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Message too long");
        sender.connect("10.0.0.5:2");
        assertThatThrownBy(() -> send(1_473))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Message too long");
        assertThat(receiver.receivedCount()).isEqualTo(1);
        assertThat(link.forward().lost()).isZero();
    }

    @Test
    void anEndpointMayForbidFragments() throws Exception {
        link.impair(mtu().build());
        sender.dontFragment(true);

        assertThat(sender.dontFragment()).isTrue();
        assertThatThrownBy(() -> send(1_473)).hasMessage("Message too long");
        sender.dontFragment(false);
        assertThatCode(() -> send(1_473)).doesNotThrowAnyException();

        link.impair(Impairment.builder().mtu(MTU, Oversize.DROP).build());
        sender.dontFragment(true);
        send(1_473);
        assertThat(receiver.receivedCount()).isEqualTo(1);
    }

    @Test
    void aGroupReceivesWhatFitsItsLinks() throws Exception {
        DatagramEndpoint near = app.bindDatagram("0.0.0.0:7");
        DatagramEndpoint far = db.bindDatagram("0.0.0.0:7");
        link.impair(Impairment.builder().mtu(MTU, Oversize.REFUSE).build());

        sender.send(ByteBuffer.allocate(1_473), "255.255.255.255:7");

        assertThat(near.receivedCount()).isEqualTo(1);
        assertThat(far.receivedCount()).isZero();
    }

    // ---- streams

    @Test
    void segmentsOfAStreamFitTheMtu() throws Exception {
        db.listen(80);
        Connection client = app.connect("10.0.0.5:80");
        link.impair(
                Impairment.builder().mtu(540).rate(8_000_000).countHeaders(true).build());

        client.write(ByteBuffer.allocate(1_001)); // 500, 500 and 1, with 40 bytes of headers each

        clock.advanceTimeBy(Duration.ofNanos(540_000));
        assertThat(client.peer().available()).isEqualTo(500);
        clock.advanceTimeBy(Duration.ofNanos(540_000));
        assertThat(client.peer().available()).isEqualTo(1_000);
        clock.advanceTimeBy(Duration.ofNanos(41_000));
        assertThat(client.peer().available()).isEqualTo(1_001);
    }

    // ---- the setting

    @ParameterizedTest
    @EnumSource(Oversize.class)
    void theTextNamesTheMtu(Oversize oversize) {
        Impairment impairment = Impairment.builder()
                .rate(1_000)
                .countHeaders(true)
                .mtu(576, oversize)
                .build();

        assertThat(impairment)
                .hasToString("rate 1kbit with headers mtu 576"
                        + (oversize == Oversize.FRAGMENT
                                ? ""
                                : " " + oversize.name().toLowerCase()));
        assertThat(impairment).isEqualTo(impairment.toBuilder().build());
        assertThat(impairment)
                .isNotEqualTo(impairment.toBuilder().mtu(577, oversize).build());
        assertThat(impairment.mtu()).isEqualTo(576);
        assertThat(impairment.oversize()).isEqualTo(oversize);
        assertThat(impairment.countsHeaders()).isTrue();
    }

    @Test
    void anImpossibleMtuIsRefused() {
        assertThatThrownBy(() -> Impairment.builder().mtu(67))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mtu must be at least 68 bytes: 67");
    }
}

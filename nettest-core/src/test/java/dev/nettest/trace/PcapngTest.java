package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import dev.nettest.trace.CaptureFile.Captured;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocks, headers and checksums of a capture, byte by byte. */
class PcapngTest {

    private static final Duration START = Duration.ofSeconds(1);
    private static final Duration LATER = START.plusMillis(500);
    private static final InetSocketAddress APP = RandomTraffic.address(false, 2, 1000);
    private static final InetSocketAddress DB = RandomTraffic.address(false, 5, 80);
    private static final TraceSocket CLIENT = connection(0, APP, "app", DB, "db");
    private static final TraceSocket SERVER = connection(1, DB, "db", APP, "app");

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int PSH = 8;
    private static final int ACK = 16;

    private static TraceSocket connection(
            long id, SocketAddress local, String localHost, SocketAddress remote, String remoteHost) {
        return new TraceSocket(TraceSocket.Kind.CONNECTION, id, local, localHost, remote, remoteHost);
    }

    private static TraceSocket datagram(SocketAddress local, String host) {
        return new TraceSocket(TraceSocket.Kind.DATAGRAM, -9, local, host, null, null);
    }

    private static Trace trace(TraceEvent... events) {
        return new Trace(List.of(events), 0, true, Duration.ofSeconds(9), 7);
    }

    private static TraceEvent written(TraceSocket socket, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new TraceEvent.Written(0, START, socket, bytes.length, 1, new TracePayload(bytes, bytes.length));
    }

    private static List<TraceEvent> opening(TraceSocket client, TraceSocket server) {
        return List.of(
                new TraceEvent.Connecting(0, START, client),
                new TraceEvent.Queued(1, START, server),
                new TraceEvent.Connected(2, START, client));
    }

    private static Trace after(TraceEvent... events) {
        List<TraceEvent> all = new ArrayList<>(opening(CLIENT, SERVER));
        all.addAll(List.of(events));
        return trace(all.toArray(TraceEvent[]::new));
    }

    /** The packets behind the handshake. */
    private static List<Captured> packetsAfter(TraceEvent... events) throws IOException {
        List<Captured> packets = CaptureFile.of(after(events)).packets;
        packets.forEach(Captured::checkChecksums);
        return packets.subList(3, packets.size());
    }

    // ---- blocks

    @Test
    void anInterfaceForEachHostAndANameForEachAddress() throws IOException {
        CaptureFile file = CaptureFile.of(after());

        assertThat(file.interfaces).containsExactly("app", "db");
        assertThat(file.names)
                .containsEntry("10.0.0.2", "app")
                .containsEntry("10.0.0.5", "db")
                .hasSize(2);
        assertThat(file.comment).isEqualTo("seed 7, virtual time");
        assertThat(file.packets).extracting(Captured::networkInterface).containsExactly("app", "db", "app");
    }

    @Test
    void equalTracesGiveEqualFiles() throws IOException {
        assertThat(CaptureFile.of(after(written(CLIENT, "ping"))).bytes)
                .isEqualTo(CaptureFile.of(after(written(CLIENT, "ping"))).bytes);
    }

    @Test
    void anEmptyTraceIsAnEmptyCapture() throws IOException {
        CaptureFile file = CaptureFile.of(new Trace(List.of(), 3, false, Duration.ZERO, 1));

        assertThat(file.packets).isEmpty();
        assertThat(file.comment).isEqualTo("seed 1, time of the system, 3 events are missing");
    }

    @Test
    void aLongCommentIsCutBetweenCharacters() throws IOException {
        TraceEvent fired =
                new TraceEvent.FaultFired(3, START, CLIENT, Operation.Kind.READ, "\u20AC".repeat(30_000), "app", "", 1);

        String comment = CaptureFile.of(after(fired)).packets.get(2).comments().get(0);
        assertThat(comment).startsWith("app at 1 s: fault on read: \u20AC").endsWith("\u20AC");
        assertThat(comment.getBytes(StandardCharsets.UTF_8).length).isBetween(0xFFFF - 2, 0xFFFF);
    }

    @Test
    void nullIsNamed() {
        Trace trace = after();
        OutputStream out = OutputStream.nullOutputStream();

        assertThatNullPointerException()
                .isThrownBy(() -> Pcapng.write(null, out))
                .withMessage("trace");
        assertThatNullPointerException()
                .isThrownBy(() -> Pcapng.write(trace, null, out))
                .withMessage("tlsKeyLog");
        assertThatNullPointerException()
                .isThrownBy(() -> Pcapng.write(trace, (OutputStream) null))
                .withMessage("out");
        assertThatNullPointerException()
                .isThrownBy(() -> Pcapng.write(trace, (Path) null))
                .withMessage("file");
    }

    // ---- TCP

    @Test
    void aSynHasTheBytesOfTheStandards() throws IOException {
        byte[] syn = CaptureFile.of(after()).packets.get(0).bytes();
        String hex = HexFormat.of().formatHex(syn);

        assertThat(hex.substring(0, 28)).matches("0200[0-9a-f]{8}0200[0-9a-f]{8}0800");
        assertThat(hex.substring(28, 48)).isEqualTo("45000030000140004006"); // 48 bytes, id 1, DF, TTL 64, TCP
        assertThat(hex.substring(52, 68)).isEqualTo("0a0000020a000005");
        assertThat(hex.substring(68, 76)).isEqualTo("03e80050");
        assertThat(hex.substring(84, 92)).as("no acknowledgment").isEqualTo("00000000");
        assertThat(hex.substring(92, 100)).isEqualTo("7002ffff"); // 7 words, SYN, window
        assertThat(hex.substring(104)).isEqualTo("0000020405b40103030e"); // no urgent pointer, MSS, scale 14
    }

    @Test
    void aHandshakeHasThreeSegments() throws IOException {
        List<Captured> packets = CaptureFile.of(after()).packets;

        assertThat(packets).extracting(Captured::flags).containsExactly(SYN, SYN | ACK, ACK);
        Captured syn = packets.get(0);
        Captured synAck = packets.get(1);
        assertThat(synAck.acknowledgment()).isEqualTo(syn.sequence() + 1);
        assertThat(packets.get(2).sequence()).isEqualTo(syn.sequence() + 1);
        assertThat(packets.get(2).acknowledgment()).isEqualTo(synAck.sequence() + 1);
        packets.forEach(Captured::checkChecksums);
    }

    @Test
    void aRefusedConnectHasAnRst() throws IOException {
        List<Captured> packets = CaptureFile.of(trace(
                        new TraceEvent.Connecting(0, START, CLIENT),
                        new TraceEvent.Failed(1, LATER, CLIENT, Operation.Kind.CONNECT, "Connection refused")))
                .packets;

        assertThat(packets).extracting(Captured::flags).containsExactly(SYN, RST | ACK);
        assertThat(packets.get(1).nanos()).isEqualTo(START.plusMillis(250).toNanos());
        assertThat(packets.get(1).comments()).containsExactly("app at 1.5 s: connect failed: Connection refused");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aWriteBecomesSegmentsAndAnAck(int odd) throws IOException {
        String text = "x".repeat(1460) + "y".repeat(40 + odd);

        List<Captured> packets = packetsAfter(written(CLIENT, text));

        assertThat(packets).extracting(Captured::flags).containsExactly(ACK, PSH | ACK, ACK);
        assertThat(packets.get(0).payload() + packets.get(1).payload()).isEqualTo(text);
        assertThat(packets.get(1).sequence() - packets.get(0).sequence()).isEqualTo(1460);
        assertThat(packets.get(2).acknowledgment() - packets.get(0).sequence()).isEqualTo(1500 + odd);
    }

    @Test
    void bytesInFlightAreAcknowledgedOnArrival() throws IOException {
        List<Captured> packets = packetsAfter(
                new TraceEvent.InFlight(3, START, CLIENT, 4, false, false, LATER),
                written(CLIENT, "ping"),
                new TraceEvent.WaitBegan(5, START, SERVER, Operation.Kind.READ, "main"),
                new TraceEvent.Delivered(6, LATER, SERVER, 4, false, false, 1));

        assertThat(packets).extracting(Captured::nanos).containsExactly(START.toNanos(), LATER.toNanos());
        assertThat(packets).extracting(Captured::networkInterface).containsExactly("app", "db");
    }

    @Test
    void aLostSegmentIsSentTwice() throws IOException {
        List<Captured> packets = packetsAfter(
                new TraceEvent.Retransmitted(3, START, CLIENT, 1460, 1460, LATER),
                new TraceEvent.InFlight(4, START, CLIENT, 2920, false, false, LATER),
                written(CLIENT, "a".repeat(1460) + "b".repeat(1460)));

        assertThat(packets).extracting(packet -> packet.payload().charAt(0)).containsExactly('a', 'b', 'b');
        assertThat(packets.get(2).sequence()).isEqualTo(packets.get(1).sequence());
        assertThat(packets.get(2).nanos()).isEqualTo(LATER.toNanos());
    }

    @Test
    void aSegmentThatIsStillToBeSentAgainIsThereOnce() throws IOException {
        List<Captured> packets = packetsAfter(
                new TraceEvent.Retransmitted(3, START, CLIENT, 1, 0, Duration.ofSeconds(10)),
                new TraceEvent.InFlight(4, START, CLIENT, 1, false, false, Duration.ofSeconds(10)),
                written(CLIENT, "a"));

        assertThat(packets).hasSize(1);
    }

    @Test
    void aSegmentThatArrivedOnAnotherRouteIsNotSentAgain() throws IOException {
        List<Captured> packets = packetsAfter(
                new TraceEvent.Retransmitted(3, START, CLIENT, 4, 0, LATER.plusMillis(1)),
                new TraceEvent.InFlight(4, START, CLIENT, 4, false, false, LATER.plusMillis(1)),
                written(CLIENT, "ping"),
                new TraceEvent.InFlight(6, LATER, CLIENT, 4, false, false, LATER),
                new TraceEvent.Delivered(7, LATER, SERVER, 4, false, false, 1));

        assertThat(packets).extracting(Captured::flags).containsExactly(PSH | ACK, ACK);
    }

    @Test
    void aCloseSendsAFinAndAnAbortAnRst() throws IOException {
        List<Captured> packets = packetsAfter(
                new TraceEvent.HalfClosed(3, START, CLIENT, true),
                written(SERVER, "late"),
                new TraceEvent.Closed(5, START, CLIENT, false, true, "by a test"));

        assertThat(packets).extracting(Captured::flags).containsExactly(FIN | ACK, ACK, PSH | ACK, ACK, RST | ACK);
        assertThat(packets.get(1).acknowledgment()).isEqualTo(packets.get(0).sequence() + 1);
        assertThat(packets.get(4).comments()).containsExactly("app at 1 s: closed: by a test");
    }

    @Test
    void bytesForAClosedEndAreAnsweredWithAnRst() throws IOException {
        List<Captured> packets =
                packetsAfter(new TraceEvent.Closed(3, START, SERVER, true, false, ""), written(CLIENT, "late"));

        assertThat(packets).extracting(Captured::flags).containsExactly(FIN | ACK, ACK, PSH | ACK, RST | ACK);
    }

    @Test
    void anEndThatIsGoneAnswersNothing() throws IOException {
        List<Captured> packets = packetsAfter(
                new TraceEvent.Closed(3, START, SERVER, false, false, "host crashed"), written(CLIENT, "late"));

        assertThat(packets).extracting(Captured::flags).containsExactly(PSH | ACK);
    }

    // ---- what a trace lacks

    @Test
    void unknownBytesCutThePacket() throws IOException {
        TracePayload payload = new TracePayload(new byte[64], 2000);

        List<Captured> packets =
                CaptureFile.of(after(new TraceEvent.Written(3, START, CLIENT, 1000, 2, payload))).packets;

        assertThat(packets.get(3).bytes()).hasSize(54 + 64);
        assertThat(packets.get(3).length()).isEqualTo(54 + 1460);
        assertThat(packets.get(4).bytes()).hasSize(54);
        assertThat(packets.get(4).length()).isEqualTo(54 + 540);
    }

    @Test
    void aTerabyteOfUnknownBytesIsAGap() throws IOException {
        long terabyte = 1L << 40;

        List<Captured> packets = packetsAfter(
                new TraceEvent.Written(3, START, CLIENT, terabyte, 1, new TracePayload(new byte[0], terabyte)));

        assertThat(packets).hasSize(720);
        assertThat(packets.get(719).acknowledgment()).isEqualTo(packets.get(0).sequence() + (int) terabyte);
    }

    @Test
    void omittedEventsLeaveAGapInTheSequenceNumbers() throws IOException {
        List<Captured> packets = CaptureFile.of(new Trace(
                        List.of(
                                written(CLIENT, "a"),
                                new TraceEvent.Delivered(8, START, SERVER, 100, false, false, 1),
                                written(CLIENT, "b")),
                        5,
                        true,
                        LATER,
                        1))
                .packets;

        assertThat(packets.get(0).flags()).as("no handshake").isEqualTo(PSH | ACK);
        assertThat(packets.get(2).acknowledgment() - packets.get(0).sequence()).isEqualTo(101);
        assertThat(packets.get(3).sequence() - packets.get(0).sequence()).isEqualTo(101);
    }

    @Test
    void unixDomainSocketsAndAConnectionToItselfHaveNoPackets() throws IOException {
        SocketAddress path = UnixDomainSocketAddress.of("/db.sock");
        TraceSocket unix = connection(2, UnixDomainSocketAddress.of(""), "app", path, "app");
        TraceSocket self = connection(4, APP, "app", APP, "app");

        assertThat(CaptureFile.of(trace(written(unix, "ping"), written(self, "ping"))).packets)
                .isEmpty();
    }

    // ---- UDP

    private static TraceEvent sent(TraceSocket from, SocketAddress target, int bytes, int count) {
        TracePayload payload = new TracePayload(new byte[bytes * count], (long) bytes * count);
        return new TraceEvent.DatagramSent(0, START, from, target, "db", bytes, count, payload);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsHaveLengthsAndChecksums(boolean ipv6) throws IOException {
        TraceSocket from = datagram(RandomTraffic.address(ipv6, 2, 1000), "app");

        List<Captured> packets = CaptureFile.of(trace(sent(from, RandomTraffic.address(ipv6, 5, 53), 5, 2))).packets;

        assertThat(packets).hasSize(2).allSatisfy(packet -> {
            packet.checkChecksums();
            assertThat(packet.isIpv6()).isEqualTo(ipv6);
            assertThat(ByteBuffer.wrap(packet.bytes()).getShort(packet.transport() + 4))
                    .isEqualTo((short) 13);
            assertThat(packet.length()).isEqualTo(packet.bytes().length).isEqualTo(packet.transport() + 13);
        });
    }

    @Test
    void aFragmentedDatagramHasOffsets() throws IOException {
        TraceSocket from = datagram(APP, "app");

        List<Captured> packets = CaptureFile.of(
                        trace(sent(from, DB, 3000, 1), new TraceEvent.DatagramFragmented(1, START, from, DB, 3000, 3)))
                .packets;

        assertThat(packets)
                .extracting(packet -> (int) ByteBuffer.wrap(packet.bytes()).getShort(20))
                .containsExactly(0x2000, 0x2000 | 1008 / 8, 2016 / 8);
        assertThat(packets)
                .extracting(packet -> (int) ByteBuffer.wrap(packet.bytes()).getShort(18))
                .as("identification")
                .containsExactly(1, 1, 1);
        assertThat(packets).extracting(Captured::length).containsExactly(34 + 1008, 34 + 1008, 34 + 3008 - 2016);
    }

    @Test
    void aDroppedDatagramHasAComment() throws IOException {
        TraceSocket from = datagram(APP, "app");
        TraceSocket to = datagram(DB, "db");

        List<Captured> packets = CaptureFile.of(trace(
                        sent(from, DB, 5, 2),
                        new TraceEvent.DatagramDelivered(1, START, to, APP, 5, 1),
                        new TraceEvent.DatagramDropped(2, START, from, DB, "db", 5, 1, "buffer full")))
                .packets;

        assertThat(packets.get(0).comments()).isEmpty();
        assertThat(packets.get(1).comments()).containsExactly("app at 1 s: buffer full");
    }

    @Test
    void groupsAndTheBroadcastAddressHaveTheirMacAddresses() throws IOException {
        TraceSocket from = datagram(APP, "app");
        TraceSocket from6 = datagram(RandomTraffic.address(true, 2, 1000), "app");

        List<Captured> packets = CaptureFile.of(trace(
                        sent(from, new InetSocketAddress("239.129.2.3", 9), 1, 1),
                        sent(from, new InetSocketAddress("255.255.255.255", 9), 1, 1),
                        sent(from6, new InetSocketAddress("ff02::1:2", 9), 1, 1)))
                .packets;

        assertThat(packets)
                .extracting(packet -> HexFormat.of().formatHex(packet.bytes(), 0, 6))
                .containsExactly("01005e010203", "ffffffffffff", "333300010002");
    }

    @Test
    void aWildcardSocketSendsFromTheAddressThatItsReceiverSaw() throws IOException {
        TraceSocket from = datagram(new InetSocketAddress("0.0.0.0", 1000), "app");

        Captured packet = CaptureFile.of(trace(
                        sent(from, DB, 5, 1),
                        new TraceEvent.DatagramDelivered(1, START, datagram(DB, "db"), APP, 5, 1)))
                .packets
                .get(0);

        assertThat(HexFormat.of().formatHex(packet.bytes(), 26, 30)).isEqualTo("0a000002");
        assertThat(packet.networkInterface()).isEqualTo("app");
    }
}

package dev.nettest.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.internal.datagram.DatagramSocketQueue.Arrival;
import dev.nettest.internal.stream.FrozenTimers;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.testing.Text;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The precedence of one socket's operations, without a network and without faults. */
class DatagramSocketQueueTest {
    private static final SocketAddress PEER = new InetSocketAddress(7);
    private static final SocketAddress OTHER = new InetSocketAddress(9);

    /** The memory of a datagram of up to 197 bytes. */
    private static final int SMALL = 832;

    private final DatagramSocketQueue queue = new DatagramSocketQueue(2 * SMALL, new FrozenTimers());

    private Arrival offer(SocketAddress sender, String text) {
        return queue.offer(sender, Text.bytes(text), SendVerdict.PLAIN);
    }

    private String receive() {
        ByteBuffer target = ByteBuffer.allocate(100);
        int count = queue.receive(target);
        return count < 0 ? "outcome " + count : count + " " + Text.text(target);
    }

    private static String outcome(int outcome) {
        return "outcome " + outcome;
    }

    // ---- arrivals

    @Test
    void anArrivalIsQueuedDroppedOrRefused() {
        assertThat(offer(PEER, "a")).isEqualTo(Arrival.QUEUED);
        assertThat(offer(OTHER, "bc")).isEqualTo(Arrival.QUEUED);
        assertThat(offer(OTHER, "d")).isEqualTo(Arrival.DROPPED);
        assertThat(queue.dropped()).isEqualTo(1);
        assertThat(queue.arrived()).isEqualTo(2);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.bytes()).isEqualTo(3);

        queue.connect(PEER);
        assertThat(queue.size()).isZero();
        assertThat(offer(OTHER, "e")).isEqualTo(Arrival.REFUSED);
        assertThat(offer(PEER, "f")).isEqualTo(Arrival.QUEUED);

        queue.close();
        assertThat(offer(PEER, "g")).isEqualTo(Arrival.REFUSED);
        assertThat(queue.size()).isZero();
        assertThat(queue.bytes()).isZero();
        assertThat(queue.dropped()).isEqualTo(1);
    }

    @Test
    void theLastSenderIsThatOfTheLastReceive() {
        assertThatThrownBy(queue::lastSender).hasMessage("nothing was received yet");
        offer(PEER, "a");
        offer(OTHER, "b");

        assertThat(receive()).isEqualTo("1 a");
        assertThat(queue.lastSender()).isEqualTo(PEER);
        assertThat(receive()).isEqualTo("1 b");
        assertThat(queue.lastSender()).isEqualTo(OTHER);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));
    }

    // ---- the memory of the receive buffer

    /** Linux takes over all queued datagrams at once, and frees their memory in portions of a quarter. */
    @Test
    void memoryReturnsWithEachQuarterOfTheCapacity() {
        queue.capacity(8 * SMALL);
        for (int i = 0; i < 8; i++) {
            assertThat(offer(PEER, "x")).isEqualTo(Arrival.QUEUED);
        }
        receive();
        assertThat(offer(PEER, "an eighth is not returned")).isEqualTo(Arrival.DROPPED);
        receive();
        assertThat(offer(PEER, "first")).isEqualTo(Arrival.QUEUED);
        assertThat(offer(PEER, "second")).isEqualTo(Arrival.QUEUED);
        assertThat(offer(PEER, "third")).isEqualTo(Arrival.DROPPED);
    }

    @Test
    void memoryReturnsWithTheLastDatagramOfABatch() {
        queue.capacity(8 * SMALL);
        offer(PEER, "a");
        receive();
        for (int i = 0; i < 8; i++) {
            assertThat(offer(PEER, "x")).isEqualTo(Arrival.QUEUED);
        }
        assertThat(offer(PEER, "x")).isEqualTo(Arrival.DROPPED);
    }

    @Test
    void anEmptyBufferTakesOneDatagramOfAnySize() {
        queue.capacity(1);
        assertThat(offer(PEER, "x".repeat(5_000))).isEqualTo(Arrival.QUEUED);
        assertThat(offer(PEER, "")).isEqualTo(Arrival.DROPPED);
        assertThat(queue.capacity()).isEqualTo(1);
    }

    /** The largest block of 16 KiB holds 16,005 bytes; the next byte needs a page. */
    @Test
    void theMemoryOfADatagramGrowsInBlocksAndThenInPages() {
        assertThat(Datagram.truesize(0)).isEqualTo(576 + 256);
        assertThat(Datagram.truesize(197)).isEqualTo(576 + 256);
        assertThat(Datagram.truesize(198)).isEqualTo(1_024 + 256);
        assertThat(Datagram.truesize(645)).isEqualTo(1_024 + 256);
        assertThat(Datagram.truesize(646)).isEqualTo(2_048 + 256);
        assertThat(Datagram.truesize(16_005)).isEqualTo(16_384 + 256);
        assertThat(Datagram.truesize(16_006)).isEqualTo(576 + 256 + 16_006);
    }

    // ---- pending errors

    @Test
    void anErrorOfThePeerComesBeforeDatagramsAndOnce() {
        queue.onPortUnreachable(PEER);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));
        queue.connect(PEER);
        offer(PEER, "a");
        queue.onPortUnreachable(OTHER);
        assertThat(receive()).isEqualTo("1 a");

        offer(PEER, "b");
        queue.onPortUnreachable(PEER);
        assertThat(receive()).isEqualTo(outcome(Outcome.UNREACHABLE));
        assertThat(receive()).isEqualTo("1 b");
    }

    @Test
    void anErrorOfASendIsReportedOnce() {
        queue.connect(PEER);
        queue.onPortUnreachable(PEER);

        assertThat(queue.transmit(1).outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(queue.transmit(1)).isEqualTo(SendVerdict.PLAIN);
    }

    /** Linux still has the error then, but the JDK does not report it, and the datagram is lost. */
    @Test
    void anErrorThatOutlivesTheConnectionLosesTheNextSend() {
        queue.connect(PEER);
        queue.onPortUnreachable(PEER);
        queue.connect(null);

        assertThat(queue.transmit(1)).isEqualTo(SendVerdict.LOST);
        assertThat(queue.transmit(1)).isEqualTo(SendVerdict.PLAIN);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));
    }

    @Test
    void aConnectForgetsErrors() {
        queue.connect(PEER);
        queue.onPortUnreachable(PEER);
        queue.connect(PEER);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));

        queue.suspendDelivery(true);
        queue.onPortUnreachable(PEER);
        queue.connect(PEER);
        queue.suspendDelivery(false);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));
    }

    // ---- a paused host

    @Test
    void datagramsAndErrorsWaitWhileDeliveryIsSuspended() {
        queue.connect(PEER);
        queue.suspendDelivery(true);
        offer(PEER, "a");
        queue.onPortUnreachable(PEER);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));
        assertThat(queue.isReady(ReadyBits.READABLE, 1)).isFalse();

        queue.suspendDelivery(false);

        assertThat(queue.isReady(ReadyBits.READABLE, 1)).isTrue();
        assertThat(receive()).isEqualTo(outcome(Outcome.UNREACHABLE));
        assertThat(receive()).isEqualTo("1 a");
        queue.suspendDelivery(false);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));
    }

    @Test
    void anErrorWaitsForTheEndOfThePauseOnly() {
        queue.connect(PEER);
        queue.suspendDelivery(true);
        queue.onPortUnreachable(PEER);
        queue.suspendDelivery(true);
        assertThat(receive()).isEqualTo(outcome(Outcome.BLOCKED));
        queue.suspendDelivery(false);

        assertThat(receive()).isEqualTo(outcome(Outcome.UNREACHABLE));
    }

    // ---- the send buffer

    @Test
    void aFullSendBufferBlocks() {
        int fits = 212_992 / SMALL; // 256, exactly
        for (int i = 0; i < fits; i++) {
            assertThat(queue.transmit(1)).isEqualTo(SendVerdict.PLAIN);
            queue.transmitStarted(1);
        }
        assertThat(queue.transmit(1).outcome()).isEqualTo(Outcome.BLOCKED);
        assertThat(queue.isReady(ReadyBits.WRITABLE, 1)).isFalse();

        queue.transmitFinished(1);

        assertThat(queue.isReady(ReadyBits.WRITABLE, 1)).isTrue();
        assertThat(queue.transmit(1)).isEqualTo(SendVerdict.PLAIN);
    }

    // ---- closing

    @Test
    void aClosedSocketIsReadyForAllButItsClose() {
        assertThat(queue.isReady(ReadyBits.CLOSED, 1)).isFalse();
        queue.suspendDelivery(true);

        queue.close();

        assertThat(queue.isReady(ReadyBits.CLOSED, 1)).isTrue();
        assertThat(queue.isReady(ReadyBits.READABLE, 1)).isTrue();
        assertThat(queue.isReady(ReadyBits.WRITABLE, 1)).isTrue();
        assertThat(receive()).isEqualTo(outcome(Outcome.CLOSED));
        assertThat(queue.transmit(1).outcome()).isEqualTo(Outcome.CLOSED);
    }

    @Test
    void aClosedSocketGetsNoError() {
        queue.connect(PEER);
        queue.close();
        queue.onPortUnreachable(PEER);

        assertThat(queue.transmit(1).outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(receive()).isEqualTo(outcome(Outcome.CLOSED));
    }

    // ---- reuse

    @Test
    void aReusedDatagramShowsNothingOfTheOldOne() {
        ReceiveBuffer buffer = new ReceiveBuffer(DatagramSocketQueue.UNLIMITED);
        Datagram first = buffer.offer(PEER, Text.bytes("first"));
        assertThat(buffer.poll()).isSameAs(first);
        buffer.recycle(first);
        first.evaluated = true;

        Datagram again = buffer.offer(OTHER, Text.bytes("two"));

        assertThat(again).isSameAs(first);
        assertThat(again.evaluated).isFalse();
        assertThat(again.size()).isEqualTo(3);
        assertThat(again.sender()).isEqualTo(OTHER);
        assertThat(again.capacity()).isEqualTo(5);
        ByteBuffer target = ByteBuffer.allocate(9);
        again.copyTo(target);
        assertThat(Text.text(target)).isEqualTo("two");
    }

    @Test
    void largeAndManyDatagramsAreNotReused() {
        ReceiveBuffer buffer = new ReceiveBuffer(DatagramSocketQueue.UNLIMITED);
        Datagram large = buffer.offer(PEER, ByteBuffer.allocate(2_049));
        Datagram largest = buffer.offer(PEER, ByteBuffer.allocate(2_048));
        assertThat(buffer.poll()).isSameAs(large);
        assertThat(buffer.poll()).isSameAs(largest);
        buffer.recycle(large);
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isNotSameAs(large);
        buffer.recycle(largest);
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isSameAs(largest);

        Datagram spare = new Datagram(PEER, Text.bytes("x"));
        for (int i = 0; i < 17; i++) {
            buffer.recycle(spare);
        }
        int reused = 0;
        while (buffer.offer(PEER, Text.bytes("x")) == spare) {
            reused++;
        }
        assertThat(reused).isEqualTo(16);
        buffer.recycle(spare);
        buffer.clear();
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isNotSameAs(spare);
    }

    @Test
    void theFirstSizeIsThatOfTheFirstDatagram() {
        ReceiveBuffer buffer = new ReceiveBuffer(DatagramSocketQueue.UNLIMITED);
        assertThat(buffer.firstSize()).isEqualTo(-1);
        assertThat(buffer.peek()).isNull();
        assertThat(buffer.poll()).isNull();
        buffer.offer(PEER, Text.bytes("abc"));
        assertThat(buffer.firstSize()).isEqualTo(3);
    }

    /** A duplicate of a received datagram costs memory like a datagram that arrived. */
    @Test
    void aDatagramThatIsPutBackCostsMemory() {
        ReceiveBuffer buffer = new ReceiveBuffer(2 * SMALL);
        Datagram first = buffer.offer(PEER, Text.bytes("abc"));
        buffer.poll();

        buffer.putFirst(first);
        buffer.putFirst(first.copies(1).get(0));

        assertThat(first.evaluated).isTrue();
        assertThat(buffer.size()).isEqualTo(2);
        assertThat(buffer.bytes()).isEqualTo(6);
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isNull();
        buffer.poll();
        buffer.poll();
        assertThat(buffer.bytes()).isZero();
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isNotNull();
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isNotNull();
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isNull();
    }

    @Test
    void aDatagramThatIsPutBackBelongsToTheBatch() {
        ReceiveBuffer buffer = new ReceiveBuffer(8 * SMALL);
        Datagram first = buffer.offer(PEER, Text.bytes("abc"));
        buffer.poll();
        buffer.putFirst(first);
        buffer.poll(); // the last one of the batch, so that its memory returns

        for (int i = 0; i < 8; i++) {
            assertThat(buffer.offer(PEER, Text.bytes("x"))).isNotNull();
        }
        assertThat(buffer.offer(PEER, Text.bytes("x"))).isNull();
    }

    // ---- reordering

    @Test
    void aHeldItemIsDueOnceAfterItsDistance() {
        ReorderBuffer<String> held = new ReorderBuffer<>();
        held.hold("second", 2);
        held.hold("first", 1);
        held.hold("also second", 2);
        held.hold("never", 9);

        assertThat(held.pass()).containsExactly("first");
        assertThat(held.pass()).containsExactly("second", "also second");
        assertThat(held.pass()).isEmpty();
        assertThat(held.drain()).containsExactly("never");
        assertThat(held.drain()).isEmpty();
        assertThat(held.pass()).isEmpty();
    }

    // ---- corruption

    @Test
    void corruptionReachesEachBitWithinTheLimitAndNoOther() {
        byte[] all = new byte[4];
        for (long random = 0; random < 100; random++) {
            Datagram datagram = new Datagram(PEER, ByteBuffer.allocate(4));
            datagram.corrupt(3, random);
            ByteBuffer target = ByteBuffer.allocate(4);
            datagram.copyTo(target);
            assertThat(Integer.bitCount(target.getInt(0))).isEqualTo(1);
            for (int i = 0; i < 4; i++) {
                all[i] |= target.get(i);
            }
        }
        assertThat(all).containsExactly(0xFF, 0xFF, 0xFF, 0);
    }

    @Test
    void anEmptyDatagramCannotBeCorrupted() {
        Datagram datagram = new Datagram(PEER, ByteBuffer.allocate(0));
        datagram.corrupt(3, 5);
        assertThat(datagram.size()).isZero();

        Datagram hidden = new Datagram(PEER, ByteBuffer.allocate(1));
        hidden.corrupt(0, 5);
        ByteBuffer target = ByteBuffer.allocate(1);
        hidden.copyTo(target);
        assertThat(target.get(0)).isZero();
    }
}

package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One direction of a stream: its window, its FIN and its urgent mark. The lock of the connection is held. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class PipeTest {
    private static final int CAPACITY = 4;

    private final ManualTimers timers = new ManualTimers();
    private final TcpTimeouts timeouts = TcpTimeouts.of(timers, 3, 3);
    private final StreamEndpoint writer = StreamEndpoint.pair(new SegmentPool(), CAPACITY, CAPACITY, false);
    private final StreamEndpoint reader = writer.peer();
    private final Pipe pipe = reader.in;

    @BeforeEach
    void lock() {
        writer.lock();
    }

    @AfterEach
    void unlock() {
        writer.monitor.unlock();
    }

    private void write(String text) {
        writer.writer().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void writeUrgent(String text) {
        writer.writer().writeUrgent(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private String read(int most) {
        ByteBuffer target = ByteBuffer.allocate(most);
        int count = reader.reader().read(target, -1);
        return count < 0 ? "outcome " + count : new String(target.array(), 0, count, StandardCharsets.ISO_8859_1);
    }

    private InFlight flight() {
        return pipe.inFlight(reader, reader.monitor, timeouts);
    }

    /** Fills the window with a write of more bytes, and sends a FIN behind them. */
    private void fillAndShutDown() {
        write("more than fits");
        writer.writer().shutdown();
        assertThat(pipe.isFinSent()).isFalse();
        assertThat(pipe.hasFin()).isTrue();
    }

    // ---- the window

    @Test
    void theWindowIsClosedByBytesAndByMissingAcks() {
        assertThat(pipe.freeSpace()).isEqualTo(CAPACITY);
        write("abc");
        assertThat(pipe.freeSpace()).isEqualTo(1);
        flight().holdAcks(true);
        read(2);
        assertThat(pipe.freeSpace()).isEqualTo(1);
        assertThat(pipe.acknowledged()).isZero();

        flight().holdAcks(false);

        assertThat(pipe.freeSpace()).isEqualTo(3);
        assertThat(pipe.acknowledged()).isEqualTo(2);
    }

    @Test
    void discardedBytesOpenTheWindowByAcks() {
        write("abc");
        flight().holdAcks(true);

        assertThat(pipe.discardUnread()).isTrue();
        assertThat(pipe.freeSpace()).isEqualTo(1);
        flight().holdAcks(false);

        assertThat(pipe.freeSpace()).isEqualTo(CAPACITY);
        assertThat(pipe.discardUnread()).isFalse();
    }

    @Test
    void itIsDrainedIfAllWasRead() {
        assertThat(pipe.isDrained()).isTrue();
        write("ab");
        read(1);
        assertThat(pipe.isDrained()).isFalse();
        read(1);
        assertThat(pipe.isDrained()).isTrue();
    }

    @Test
    void itDelaysIfItsSegmentsDo() {
        assertThat(pipe.delays()).isFalse();
        InFlight flight = flight();
        assertThat(pipe.delays()).isFalse();

        flight.hold(false, false);

        assertThat(pipe.delays()).isTrue();
    }

    // ---- the FIN

    @Test
    void aFinBehindUnsentBytesWaitsForSpaceThatARead() {
        fillAndShutDown();
        read(1);
        assertThat(pipe.isFinSent()).isTrue();
    }

    @Test
    void aFinBehindUnsentBytesWaitsForSpaceThatAWithdrawalGives() {
        fillAndShutDown();
        pipe.withdraw(1);
        assertThat(pipe.isFinSent()).isTrue();
    }

    @Test
    void aFinBehindUnsentBytesWaitsForSpaceThatALargerBufferGives() {
        fillAndShutDown();
        reader.reader().bufferSize(CAPACITY + 1);
        assertThat(reader.reader().bufferSize()).isEqualTo(CAPACITY + 1);
        assertThat(pipe.isFinSent()).isTrue();
    }

    @Test
    void aFinBehindUnsentBytesWaitsForSpaceThatADiscardGives() {
        fillAndShutDown();
        pipe.clear();
        assertThat(pipe.isFinSent()).isTrue();
    }

    @Test
    void aFinIsAcknowledgedAfterItsArrivalAndItsAck() {
        assertThat(pipe.isEndAcknowledged()).isFalse();
        InFlight flight = flight();
        flight.hold(false, false);
        flight.holdAcks(true);
        writer.writer().shutdown();
        assertThat(pipe.isEndAcknowledged()).as("in flight").isFalse();

        flight.open();
        flight.transmitReleased();
        assertThat(pipe.isFinished()).isTrue();
        assertThat(pipe.isEndAcknowledged()).as("its ACK is held").isFalse();
        flight.holdAcks(false);

        assertThat(pipe.isEndAcknowledged()).isTrue();
    }

    @Test
    void withoutARouteAFinIsAcknowledgedAtOnce() {
        writer.writer().shutdown();

        assertThat(pipe.isEndAcknowledged()).isTrue();
    }

    // ---- lost segments

    @Test
    void whatIsInFlightIsLost() {
        pipe.lose();
        write("a");
        pipe.lose();
        assertThat(pipe.size()).as("it has arrived").isEqualTo(1);
        flight().hold(false, false);
        write("bc");

        pipe.lose();

        assertThat(pipe.size()).isEqualTo(1);
        assertThat(pipe.isFinSent()).isFalse();
    }

    @Test
    void theMarkOfALostUrgentByteIsLost() {
        write("a");
        read(1);
        write("b");
        flight().hold(false, false);
        writeUrgent("!");
        assertThat(pipe.urgentMark).isEqualTo(2);

        pipe.lose();

        assertThat(pipe.size()).isEqualTo(1);
        assertThat(pipe.urgentMark).isEqualTo(-1);
    }

    @Test
    void theMarkOfAnUrgentByteThatHasArrivedStays() {
        write("a");
        read(1);
        write("b");
        writeUrgent("!");
        flight().hold(false, false);
        write("c");

        pipe.lose();

        assertThat(pipe.size()).isEqualTo(2);
        assertThat(pipe.urgentMark).isEqualTo(2);
    }

    // ---- urgent data

    @Test
    void aReadStopsBeforeTheMarkAndTheNextOneSkipsTheUrgentByte() {
        write("ab");
        writeUrgent("!");
        write("c");
        assertThat(pipe.urgentMark).isEqualTo(2);
        assertThat(pipe.available()).isEqualTo(2);

        assertThat(read(1)).isEqualTo("a");
        assertThat(pipe.available()).isEqualTo(1);
        assertThat(read(9)).isEqualTo("b");
        assertThat(pipe.available()).isZero();
        assertThat(pipe.hasBytes()).as("one byte behind the urgent one").isTrue();
        assertThat(read(9)).isEqualTo("c");

        assertThat(pipe.read).isEqualTo(4);
        assertThat(pipe.urgentMark).isEqualTo(-1);
    }

    @Test
    void anUrgentByteAloneIsNothingToRead() {
        writeUrgent("!");

        assertThat(pipe.hasBytes()).isFalse();
        pipe.urgentInline = true;
        assertThat(pipe.hasBytes()).isTrue();
        assertThat(pipe.available()).isEqualTo(1);
        assertThat(read(9)).isEqualTo("!");
        assertThat(pipe.urgentMark).as("passed").isEqualTo(-1);
    }

    @Test
    void anInlineUrgentByteBeginsAReadOfItsOwn() {
        pipe.urgentInline = true;
        write("a");
        writeUrgent("!");
        write("b");

        assertThat(read(9)).isEqualTo("a");
        assertThat(read(9)).isEqualTo("!b");
    }

    @Test
    void oneOrdinaryByteIsReadable() {
        write("a");

        assertThat(pipe.hasBytes()).isTrue();
        assertThat(pipe.available()).isEqualTo(1);
        assertThat(pipe.upToUrgentMark(1)).isEqualTo(1);
    }

    @Test
    void anEarlierUrgentByteBecomesOrdinary() {
        write("a");
        writeUrgent("!");
        writeUrgent("?");

        assertThat(read(9)).isEqualTo("a!");
        assertThat(pipe.size()).isEqualTo(1);
    }

    @Test
    void anEarlierUrgentByteThatIsReadNextIsDropped() {
        writeUrgent("!");
        writeUrgent("?");

        assertThat(pipe.size()).isEqualTo(1);
        assertThat(pipe.read).isEqualTo(1);
        assertThat(pipe.urgentMark).isEqualTo(1);
    }

    @Test
    void aMarkWithoutItsByteDropsNothing() {
        pipe.markUrgent();
        pipe.markUrgent();

        assertThat(pipe.read).isZero();
        assertThat(pipe.urgentMark).isZero();
    }

    @Test
    void anUrgentByteInFlightIsNotSkipped() {
        flight().hold(false, false);
        writeUrgent("!");

        pipe.skipUrgentByte();

        assertThat(pipe.size()).isEqualTo(1);
        assertThat(pipe.urgentMark).isZero();
    }

    @Test
    void theMarkMovesWithTheBytesThatWereRead() {
        write("ab");
        read(1);
        writeUrgent("!");

        assertThat(pipe.urgentMark).isEqualTo(2);
        assertThat(pipe.upToUrgentMark(1)).isEqualTo(1);
        assertThat(pipe.upToUrgentMark(9)).isEqualTo(1);
    }
}
